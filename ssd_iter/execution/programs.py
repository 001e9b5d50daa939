"""What is executed, and what comes of it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Literal

from ssd_iter.execution.limits import Limits
from ssd_iter.problems.base import Comparison, Style, TestCase
from ssd_iter.records import Verdict

Isolation = Literal["container", "ns", "lsm", "process"]
"""How programs are kept from the machine and from each other: `ssd_iter.execution.levels`."""

DETAIL_LENGTH = 300


def detail_line(text: str) -> str:
    """A text as the detail of a verdict: one line of printable characters, 300 at most."""
    shown = text[: 2 * DETAIL_LENGTH]
    printable = "".join(c if c.isprintable() else " " if c.isspace() else ascii(c)[1:-1] for c in shown)
    return " ".join(printable.split())[:DETAIL_LENGTH]


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A candidate with its tests. Exactly one of `cases` and `check` is given, as in `Problem`."""

    code: str
    entry_point: str
    """A function at the top level of `code`, or a method of its class `Solution`; not looked at in style `stdin`."""
    preamble: str = ""
    """Trusted code that runs first, in the candidate's module and beside the check: imports and helpers."""
    style: Style = "function"
    """`stdin`: the code is a whole program; a case's one argument is what it reads, `expected` what it should print."""
    cases: tuple[TestCase, ...] = ()
    check: str | None = None
    """Trusted source of `check(candidate)`; it sees the preamble's names, not the candidate's."""
    comparison: Comparison = "exact"
    inproc: bool = False
    """The check runs in the candidate's process, as it passes callables or looks at changed arguments: forgeable."""
    limits: Limits = field(default_factory=Limits)
    all_tests: bool = False
    """Go on after a test that fails, where there are cases."""

    def __post_init__(self) -> None:
        if bool(self.cases) == (self.check is not None):
            raise ValueError(f"a program for {self.entry_point!r} needs test cases or a check, and not both")
        if self.style == "stdin" and not self.cases:
            raise ValueError("a program that reads stdin needs test cases, not a check")
        if self.inproc and self.check is None:
            raise ValueError(f"inproc is about a check, and the program for {self.entry_point!r} has none")

    @property
    def num_tests(self) -> int:
        """A `check` is one test, as nobody can see into it."""
        return len(self.cases) if self.check is None else 1

    @property
    def longest_seconds(self) -> float:
        """Wall time after which every limit must have struck."""
        return (self.limits.wall_seconds + self.limits.cpu_seconds) * self.num_tests

    def content_sha256(self, *more: str) -> str:
        """Hash over all that decides the verdict, and `more`."""
        tests = [[case.args, case.expected] for case in self.cases]
        known = [self.code, self.entry_point, self.preamble, self.style, tests, self.check, self.comparison]
        document = [*known, self.inproc, asdict(self.limits), self.all_tests, *more]
        return hashlib.sha256(json.dumps(document).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class TestOutcome:
    """How one test ended. `detail` has at most 300 characters."""

    __test__ = False  # pytest: not a test class

    verdict: Verdict
    detail: str = ""
    cpu_seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionResult:
    """How one program ended. `detail` has at most 300 characters."""

    verdict: Verdict
    detail: str
    num_tests: int
    num_passed: int
    cpu_seconds: float = 0.0
    """User and system time of the processes that ran it."""
    wall_seconds: float = 0.0
    max_rss_mb: float = 0.0
    """Peak memory of the largest of them, in MiB; about 12 of it are the warm interpreter's, shared by all."""
    attempts: int = 1
    """More than 1 where the sandbox failed, or a time-out was doubtful and it was run again alone."""
    cached: bool = False
    """The verdict and times are of an earlier run of the same program under the same conditions."""
    doubtful: bool = False
    """A time-out that other programs may have caused: it had to wait for a core, or for the kernel."""
    tests: tuple[TestOutcome, ...] = ()
    """Each test that ran, in order; a program that fails before its first test fails that one. Empty for
    `sandbox_error`."""
    behaviour_sha256: str | None = None
    """Hash of what it answered to each call, or printed, and of how each test ended (`ssd_iter.execution.behaviour`).
    None for `no_code` and `sandbox_error`, and where the tests ran in its own process and so nothing was seen."""
