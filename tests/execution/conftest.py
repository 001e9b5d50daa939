from __future__ import annotations

from collections.abc import Callable

import pytest

from ssd_iter.execution.limits import Limits
from ssd_iter.execution.programs import ExecutionResult, Program
from ssd_iter.execution.sandbox import execute
from ssd_iter.problems.base import TestCase

LIMITS = Limits(cpu_seconds=0.5, memory_mb=256, output_mb=1)


@pytest.fixture(scope="session")
def run() -> Callable[..., ExecutionResult]:
    """Run one candidate `f`: against a `check`, else against `f(1) == 2`."""

    def run_one(code: str, check: str | None = None, preamble: str = "", expected: object = 2) -> ExecutionResult:
        cases = () if check else (TestCase((1,), expected),)
        program = Program(code=code, entry_point="f", preamble=preamble, cases=cases, check=check)
        [(_, result)] = execute([program], LIMITS, workers=1)
        return result

    return run_one
