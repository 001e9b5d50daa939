"""Why a program has no answer: its own doing, the tests', or ours."""

from __future__ import annotations

import builtins

from ssd_iter.execution.programs import detail_line
from ssd_iter.records import Verdict


class Died(BaseException):
    """The candidate came to its end; whatever is asked of it from now on, this is why there is no answer.

    Not an Exception: tests that expect one must not take this for it.
    """

    def __init__(self, verdict: Verdict, detail: str, *, starved: bool = False) -> None:
        super().__init__(verdict, detail)
        self.verdict: Verdict = verdict
        self.detail = detail
        self.starved = starved


class TestsFault(BaseException):
    """The problem's tests are at fault: running them again would say the same."""

    __test__ = False  # pytest: not a test class


class SandboxFault(BaseException):
    """The sandbox failed before the candidate could have done anything, or was ended from outside: try again.

    Not an Exception either: tests that expect one would otherwise turn our fault into a verdict.
    """


def builtin_error(name: str, detail: str) -> Exception:
    """An exception of a builtin class, or of Exception where `name` is none, marked with what was really raised."""
    kind = getattr(builtins, name, None)
    if not (isinstance(kind, type) and issubclass(kind, Exception)):
        kind = Exception
    if issubclass(kind, (StopIteration, StopAsyncIteration, ExceptionGroup)):
        kind = RuntimeError  # the first two would end an iteration of the tests, the last is not made of words
    detail = detail_line(detail)
    error: Exception = kind.__new__(kind, detail)
    error.args = (detail,)
    error.raised = detail  # type: ignore[attr-defined]
    return error
