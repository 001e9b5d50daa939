"""The tests of a program, run on the trusted side: the candidate is only ever asked for answers."""

from __future__ import annotations

import functools
import random
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import CodeType, FrameType, TracebackType
from typing import Any

from ssd_iter.execution.candidate import Candidate
from ssd_iter.execution.comparison import matches, matches_livecodebench
from ssd_iter.execution.faults import Died, SandboxFault, TestsFault
from ssd_iter.execution.inside.encoding import NotDataError, Opaque
from ssd_iter.execution.programs import Program, TestOutcome, detail_line
from ssd_iter.problems.base import TestCase

_SHOWN_LENGTH = 120


class _Stalled(BaseException):
    """The tests themselves take too long."""


def load_check(program: Program) -> Callable[..., Any]:
    """The problem's `check`, made anew beside its preamble. TestsFault where its source cannot be loaded."""
    namespace: dict[str, Any] = {"__name__": "tests"}
    random.seed(0)
    try:
        with _stall_after(program.limits.cpu_seconds):
            exec(_compiled(program.preamble, "<preamble>"), namespace)
            exec(_compiled(program.check or "", "<check>"), namespace)
            check: Callable[..., Any] = namespace["check"]
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        reason = "no `check` in them" if isinstance(error, KeyError) else _describe(error)
        if isinstance(error, _Stalled):
            reason = f"that takes over {program.limits.cpu_seconds:g} s of CPU time"
        raise TestsFault(f"the problem's tests could not be loaded: {reason}") from None
    return check


def run_check(check: Callable[..., Any], program: Program, candidate: Candidate) -> TestOutcome:
    """Run a check against a candidate. TestsFault where the fault is the check's own."""

    def ask(*args: Any, **kwargs: Any) -> Any:
        return candidate.call(args, kwargs)

    # Some checks (HumanEval/33) call the candidate by its name.
    check.__globals__[program.entry_point] = ask
    outcome = TestOutcome("pass")
    try:
        with _stall_after(program.limits.cpu_seconds):
            check(ask)
        candidate.raise_if_dead()
        if not candidate.answered:
            raise TestsFault("the problem's tests never ask the candidate for anything")
    except (Died, TestsFault, SandboxFault, KeyboardInterrupt):
        raise
    except NotDataError as error:
        if error.is_answer:
            return TestOutcome("wrong", detail_line(f"its answer is passed back to it, {error}"))
        raise TestsFault(f"the problem's tests pass {error}: they need `inproc`") from None
    except _Stalled:
        outcome = _stalled(program)
    except BaseException as error:
        candidate.raise_if_dead()
        outcome = _failure(error, program.check or "", candidate.last_answer)
    return outcome


def run_case(case: TestCase, program: Program, candidate: Candidate) -> TestOutcome:
    """Ask the candidate for one case's answer."""
    before = candidate.cpu_seconds()
    try:
        with _stall_after(program.limits.cpu_seconds):
            outcome = _ask(case, program, candidate)
    except _Stalled:
        outcome = _stalled(program)
    return replace(outcome, cpu_seconds=candidate.cpu_seconds() - before)


def _ask(case: TestCase, program: Program, candidate: Candidate) -> TestOutcome:
    try:
        answer = candidate.call(case.args, {})
    except Exception as error:
        raised = getattr(error, "raised", None)
        if raised is None:
            raise
        return TestOutcome("exception", raised)
    if program.comparison == "livecodebench":
        right = matches_livecodebench(answer, case.expected)
    else:
        right = matches(answer, case.expected, program.comparison)
    detail = "" if right else f"got {show(answer)}, expected {show(case.expected)}"
    return TestOutcome("pass" if right else "wrong", detail)


def _stalled(program: Program) -> TestOutcome:
    return TestOutcome(
        "timeout:cpu", f"its answers keep the tests busy for over {program.limits.cpu_seconds:g} s of CPU time"
    )


def show(value: object) -> str:
    """The start of a value's repr."""
    try:
        return detail_line(repr(value)[:_SHOWN_LENGTH])
    except (ValueError, RecursionError) as error:
        return f"{type(value).__name__} (repr: {type(error).__name__})"


def _failure(error: BaseException, check: str, answer: Any) -> TestOutcome:
    """What it means that a check raised something."""
    raised = getattr(error, "raised", None)
    if raised is not None:
        return TestOutcome("exception", raised)
    line = _line_of_check(error.__traceback__, check)
    if isinstance(error, AssertionError):
        return TestOutcome("wrong", line)
    if type(error) is NameError or isinstance(error, (ImportError, SystemExit)):
        raise TestsFault(f"the problem's tests are broken: {_describe(error)} at {line}") from None
    # An answer of another kind than the check expects, such as None where it takes a length.
    if isinstance(answer, Opaque):
        return TestOutcome("wrong", detail_line(f"its answer, a {answer.name}, is no plain data, at {line}"))
    return TestOutcome("wrong", detail_line(f"{_describe(error)} at {line}"))


def _line_of_check(place: TracebackType | None, check: str) -> str:
    """The innermost line of the check's source that a traceback passes through."""
    number = 0
    while place is not None:
        if place.tb_frame.f_code.co_filename == "<check>":
            number = place.tb_lineno
        place = place.tb_next
    return detail_line(check.split("\n")[number - 1]) if number else "an unknown line"


@functools.lru_cache(maxsize=256)
def _compiled(source: str, name: str) -> CodeType:
    return compile(source, name, "exec", dont_inherit=True)


def _describe(error: BaseException) -> str:
    try:
        return detail_line(f"{type(error).__name__}: {error}")
    except (ValueError, RecursionError):  # it holds a number of more digits than Python prints
        return type(error).__name__


def _stall(number: int, frame: FrameType | None) -> None:
    raise _Stalled


@contextmanager
def _stall_after(seconds: float) -> Iterator[None]:
    """Raise _Stalled after that much CPU time of this process; waiting for the candidate does not count."""
    if signal.getsignal(signal.SIGPROF) is not _stall:
        signal.signal(signal.SIGPROF, _stall)
    signal.setitimer(signal.ITIMER_PROF, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
