"""What is executed, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass

from ssd_iter.problems.base import TestCase
from ssd_iter.records import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A candidate function with its tests. Exactly one of `cases` and `check` is given, as in `Problem`."""

    code: str
    """The candidate; defines `entry_point` at its top level."""
    entry_point: str
    preamble: str = ""
    """Trusted code that runs first, in the candidate's module: imports and helpers."""
    cases: tuple[TestCase, ...] = ()
    check: str | None = None
    """Trusted source of `check(candidate)`; it sees the preamble's names, not the candidate's."""

    def __post_init__(self) -> None:
        if bool(self.cases) == (self.check is not None):
            raise ValueError(f"a program for {self.entry_point!r} needs test cases or a check, and not both")

    @property
    def num_tests(self) -> int:
        """A `check` is one test, as nobody can see into it."""
        return len(self.cases) if self.check is None else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionResult:
    """How one program ended. `detail` has at most 300 characters."""

    verdict: Verdict
    detail: str
    num_tests: int
    num_passed: int
    cpu_seconds: float
    """User and system time of the process and of what it waited for."""
    wall_seconds: float
    tests: tuple[tuple[Verdict, str], ...]
    """Verdict and detail of each test that ran, in order. The last one is the program's own unless it passed; a
    program that fails before its first test fails that one. Empty for `sandbox_error`."""
