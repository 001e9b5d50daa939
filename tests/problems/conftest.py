"""Fixtures of the problems' tests: programs run in-process, since all of them are our own or HumanEval's."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import ssd_iter
from ssd_iter.problems import humaneval
from ssd_iter.problems.base import Problem


@pytest.fixture
def passes() -> Callable[[str, Problem], bool]:
    """Whether a program passes all tests of a problem."""

    def run(program: str, problem: Problem) -> bool:
        namespace: dict[str, Any] = {}
        exec(program + "\n" + (problem.check or ""), namespace)
        candidate = namespace[problem.entry_point]
        if problem.check is None:
            return all(repr(candidate(*case.args)) == repr(case.expected) for case in problem.cases)
        try:
            namespace["check"](candidate)
        except Exception:
            return False
        return True

    return run


@pytest.fixture
def python() -> Callable[..., str]:
    """Runs code in a fresh interpreter and returns what it printed."""

    def run(code: str, *options: str, hash_seed: str = "0") -> str:
        root = Path(ssd_iter.__file__).parent.parent
        environment = {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(root)}
        command = [sys.executable, *options, "-c", code]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

    return run


@pytest.fixture(scope="session")
def humaneval_problems() -> list[Problem]:
    return humaneval.load()


@pytest.fixture(scope="session")
def humaneval_file() -> Callable[..., bytes]:
    """Rows as a HumanEval file; a row that is text already goes in as it is."""

    def pack(*rows: object) -> bytes:
        return gzip.compress("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows).encode())

    return pack


@pytest.fixture
def humaneval_row() -> dict[str, object]:
    return {
        "task_id": "HumanEval/7",
        "prompt": 'import math\n\n\ndef helper(x):\n    return x\n\n\ndef half(x):\n    """Half of x."""\n',
        "entry_point": "half",
        "canonical_solution": "    return helper(x) / 2\n",
        "test": "def check(candidate):\n    assert candidate(4) == 2\n",
    }
