"""The process that runs one program; started by path, with the standard library alone.

In: a job on stdin. Out: a report on what was stdout at the start, one line a step: `armed` once the limits hold and
the trusted code (preamble and check) is loaded, `passed` for each test, or the first failure as `VERDICT DETAIL`.
What the candidate prints goes where stderr goes.

Limits: the tests run in the candidate's own process. Printing or leaving early passes nothing, and neither does an
answer to a case that overloads `==`; but a `check` compares as it likes, so such an answer can fool it, and code that
sets out to cheat can find the expected answers or write the report itself. The hardened sandbox is to come.
"""

from __future__ import annotations

import _ctypes
import errno
import marshal
import os
import resource
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:  # each program pays for this file's imports; typing would double them
    from collections.abc import Callable
    from typing import Any

MIB = 2**20
MAX_OPEN_FILES = 64
DETAIL_LENGTH = 300
ANSWER_LENGTH = 120


def main() -> None:
    """Run the job on stdin and report, then end at once, whatever threads or exit handlers the candidate left."""
    job = marshal.load(sys.stdin.buffer)
    die_with_parent(job["parent_pid"])
    set_limits(job["cpu_seconds"], job["memory_mb"], job["output_mb"])
    report_fd = redirect()
    worker_pid = os.getpid()

    def report(*words: str) -> None:
        if os.getpid() != worker_pid:
            os._exit(0)  # a fork the candidate let run on
        line = " ".join(" ".join(words).split())[:DETAIL_LENGTH]
        os.write(report_fd, line.encode("utf-8", "backslashreplace") + b"\n")

    seed_random(job)
    namespace, check = load_trusted(job)
    report("armed")
    failure = first_failure(job, namespace, check, report)
    if failure is not None:
        report(*failure)
    os._exit(0)


def die_with_parent(parent_pid: int) -> None:
    """Have the kernel kill this process when the one that started it is gone."""
    # Not ctypes, whose import alone takes a fifth of a small program's time.
    this_program = _ctypes.dlopen(None, 0)  # type: ignore[arg-type]
    prctl = _ctypes.dlsym(this_program, "prctl")
    set_parent_death_signal, kill = 1, 9
    if _ctypes.call_function(prctl, (set_parent_death_signal, kill, 0, 0, 0)):
        raise OSError("prctl(PR_SET_PDEATHSIG) failed")
    if os.getppid() != parent_pid:
        os._exit(1)


def set_limits(cpu_seconds: float, memory_mb: int, output_mb: int) -> None:
    """Limits that cannot be raised again. The CPU limit only backs up the parent's, which is finer and decides."""
    wanted = {
        resource.RLIMIT_CPU: int(cpu_seconds) + 2,
        resource.RLIMIT_AS: memory_mb * MIB,
        resource.RLIMIT_FSIZE: output_mb * MIB,
        resource.RLIMIT_NOFILE: MAX_OPEN_FILES,
        resource.RLIMIT_CORE: 0,
    }
    for kind, amount in wanted.items():
        hard = resource.getrlimit(kind)[1]
        amount = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
        resource.setrlimit(kind, (amount, amount))


def redirect() -> int:
    """Keep stdout's file for the report and return it; stdin becomes empty, stdout stderr, the environment empty."""
    report_fd = os.dup(1)
    os.dup2(2, 1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.environ.clear()
    return report_fd


def seed_random(job: dict[str, Any]) -> None:
    """The same draws in each run; `random` costs as much as a small program, so only where it is named."""
    if any("random" in (job[source] or "") for source in ("preamble", "code", "check")):
        import random

        random.seed(0)


def load_trusted(job: dict[str, Any]) -> tuple[dict[str, Any], Callable[..., Any] | None]:
    """The candidate's namespace, holding the preamble, and the `check` function, which has a copy of its own."""
    module = type(sys)("candidate")
    sys.modules["candidate"] = module
    namespace = module.__dict__
    exec(compile(job["preamble"], "<preamble>", "exec", dont_inherit=True), namespace)
    if job["check"] is None:
        return namespace, None
    of_tests = dict(namespace)
    exec(compile(job["check"], "<check>", "exec", dont_inherit=True), of_tests)
    return namespace, of_tests["check"]


def first_failure(
    job: dict[str, Any], namespace: dict[str, Any], check: Callable[..., Any] | None, report: Callable[..., None]
) -> tuple[str, str] | None:
    """Run the candidate and its tests, reporting each that passes; verdict and detail of the first that does not."""
    try:
        code = compile(job["code"], "<candidate>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return "syntax", describe(error)
    try:
        exec(code, namespace)
        if job["entry_point"] not in namespace:
            return "exception", f"NameError: {job['entry_point']} is not defined at the top level"
        candidate = namespace[job["entry_point"]]
        if check is not None:
            check(candidate)
            report("passed")
        for arguments, expected in job["cases"]:
            answer = candidate(*arguments)
            if not matches(answer, expected):
                return "wrong", f"got {show(answer)}, expected {show(expected)}"
            report("passed")
    except BaseException as error:
        return classify(error, job["check"])
    return None


def classify(error: BaseException, check: str | None) -> tuple[str, str]:
    """Verdict and detail of what the candidate or its check raised."""
    if isinstance(error, MemoryError):
        return "memory", "MemoryError"
    if isinstance(error, SystemExit):
        return "exit", describe(error)
    if isinstance(error, OSError) and error.errno == errno.EFBIG:
        return "output_limit", describe(error)
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    if check and isinstance(error, AssertionError) and place and place.tb_frame.f_code.co_filename == "<check>":
        return "wrong", check.split("\n")[place.tb_lineno - 1]
    return "exception", describe(error)


def matches(answer: Any, expected: Any) -> bool:
    """Whether an answer is the expected JSON value. Only built-in methods touch it, so nothing it overloads counts.

    Numbers compare by value, but a bool is no number; a tuple will do for a list; a subclass counts as its base.
    """
    kind = type(answer)
    if expected is None or isinstance(expected, bool):
        return answer is expected
    if isinstance(expected, (int, float)):
        if issubclass(kind, int) and kind is not bool:
            return int.__index__(answer) == expected
        return issubclass(kind, float) and float.__pos__(answer) == expected
    if isinstance(expected, str):
        return issubclass(kind, str) and str.__eq__(answer, expected)
    if isinstance(expected, list):
        base = list if issubclass(kind, list) else tuple
        if not issubclass(kind, base) or base.__len__(answer) != len(expected):
            return False
        return all(map(matches, base.__iter__(answer), expected))
    if not issubclass(kind, dict) or dict.__len__(answer) != len(expected):
        return False
    items = list(dict.items(answer))
    return all(type(key) is str and key in expected and matches(value, expected[key]) for key, value in items)


def show(value: object) -> str:
    """The start of a value's repr, whatever its repr does."""
    try:
        return repr(value)[:ANSWER_LENGTH]
    except Exception as error:
        return f"{type(value).__name__} (repr: {type(error).__name__})"


def describe(error: BaseException) -> str:
    """Type and message of an exception, whatever its message does."""
    try:
        return f"{type(error).__name__}: {error}"
    except Exception:
        return type(error).__name__


if __name__ == "__main__":
    main()
