"""Whether problems hold what they say: their own references pass their own tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ssd_iter.execution.limits import Limits
from ssd_iter.execution.sandbox import Sandbox
from ssd_iter.grading.evaluation import program_of
from ssd_iter.problems.base import Problem


@dataclass(frozen=True, slots=True)
class Fault:
    """A problem whose reference does not pass."""

    problem_id: str
    verdict: str
    detail: str


def checkable(problems: Sequence[Problem]) -> list[Problem]:
    """Those with both a reference and tests."""
    return [problem for problem in problems if problem.reference and problem.has_tests]


def reference_faults(
    problems: Sequence[Problem], sandbox: Sandbox, limits: Limits, on_progress: Callable[[int], None]
) -> Iterator[Fault]:
    """Run each reference against its problem's tests; yields what fails, as it becomes known."""
    programs = [program_of(problem, problem.reference, limits) for problem in problems]
    for index, result in sandbox.run(programs):
        on_progress(1)
        if result.verdict != "pass":
            yield Fault(problems[index].problem_id, result.verdict, result.detail)
