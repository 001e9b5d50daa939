from __future__ import annotations

from collections.abc import Callable

import pytest

from ssd_iter.execution.levels import resolve_isolation
from ssd_iter.execution.limits import Limits
from ssd_iter.execution.programs import ExecutionResult, Isolation, Program
from ssd_iter.execution.sandbox import execute
from ssd_iter.problems.base import TestCase

LIMITS = Limits(cpu_seconds=0.5, memory_mb=256, output_mb=1)


@pytest.fixture(scope="session")
def level() -> Isolation:
    """The level that `auto` is here."""
    return resolve_isolation("auto")


@pytest.fixture(scope="session")
def run(level: Isolation) -> Callable[..., ExecutionResult]:
    """Run one candidate `f`: against a `check`, else against `f(1) == 2`."""

    def run_one(code: str, check: str | None = None, preamble: str = "", expected: object = 2) -> ExecutionResult:
        cases = () if check else (TestCase((1,), expected),)
        program = Program(code=code, entry_point="f", preamble=preamble, cases=cases, check=check, limits=LIMITS)
        [(_, result)] = execute([program], isolation=level, workers=1)
        return result

    return run_one
