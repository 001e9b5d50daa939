"""One program in a process of its own: told what to run, asked for answers, ended from outside.

It gets a job, and after that calls, and answers them, in frames: a length of four bytes, then JSON. It says `armed`
once limits and filters hold and the problem's own code is loaded, then `ready` or a failure, then an answer a call.
From `armed` on, everything the process sends may be forged, and is the program's own doing.
"""

from __future__ import annotations

import errno
import io
import json
import os
import resource
import struct
import sys

from ssd_iter.execution.inside import livecodebench
from ssd_iter.execution.inside.encoding import encode, untagged

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TextIO

CHANNEL = 3
MIB = 2**20
DETAIL_LENGTH = 300


def run(job: dict[str, Any], install_filter: Callable[[], None]) -> None:
    """Run one job to its end; returns only where there is nothing more to do."""
    module = type(sys)("__main__" if job["style"] == "stdin" else "candidate")
    sys.modules[module.__name__] = module
    namespace = module.__dict__
    try:
        set_limits(job)
        if job["like_livecodebench"]:
            exec(compile(livecodebench.PREAMBLE, "<preamble>", "exec", dont_inherit=True), namespace)
        if job["preamble"]:
            exec(compile(job["preamble"], "<preamble>", "exec", dont_inherit=True), namespace)
        install_filter()
    except BaseException as error:
        send(["setup", describe(error)])
        return
    send(["armed"])
    # The rest runs with the program's code loaded: what it replaces, it replaces for itself alone.
    if job["style"] == "stdin":
        run_to_the_end(job, namespace)
    else:
        serve_calls(job, namespace)


def run_to_the_end(job: dict[str, Any], namespace: dict[str, Any]) -> None:
    """Run a program that reads and prints, as an interpreter would."""
    printed = sys.stdout
    try:
        if job["like_livecodebench"]:
            sys.stdin = livecodebench.Stdin(sys.stdin.read())
            os.lseek(0, 0, os.SEEK_SET)  # for `open(0)`, which always finds everything
        if not load(job, namespace):
            return
    except SystemExit as error:
        if error.code not in (None, 0) and not job["like_livecodebench"]:
            send(["fail", *classify(error)])
            return
    except BaseException as error:
        send(["fail", *classify(error)])
        return
    try:
        finish(printed)
    except BaseException as error:
        send(["fail", *classify(error)])
        return
    send(["ready"])


def serve_calls(job: dict[str, Any], namespace: dict[str, Any]) -> None:
    """Load the program's code, then answer calls of the function asked for until there are no more."""
    try:
        if not load(job, namespace):
            return
        function = find(namespace, job["entry_point"], once=job["like_livecodebench"])
        check = load_check(job, namespace)
    except BaseException as error:
        send(["fail", *classify(error)])
        return
    send(["ready"])
    if check is not None:
        judge_here(check, function, job["check"])
        return
    while (call := receive()) is not None:
        args, kwargs = map(untagged, call)
        answer(function, args, kwargs, job["answer_mb"] * MIB)


def load(job: dict[str, Any], namespace: dict[str, Any]) -> bool:
    """Run the program's code; False, after saying so, where it is no Python."""
    try:
        if job["style"] == "stdin" and job["like_livecodebench"]:
            code = livecodebench.compiled(job["code"])
        else:
            code = compile(job["code"], "<candidate>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, OverflowError) as error:
        send(["fail", "syntax", describe(error)])
        return False
    exec(code, namespace)
    return True


def open_stdio() -> None:
    """Read from file 0 and print to file 1, whatever they were when the interpreter started."""
    sys.stdin = io.TextIOWrapper(io.BufferedReader(io.FileIO(0, closefd=False)), encoding="utf-8")
    printed = io.BufferedWriter(io.FileIO(1, "w", closefd=False))
    sys.stdout = io.TextIOWrapper(printed, encoding="utf-8", errors="backslashreplace")


def set_limits(job: dict[str, Any]) -> None:
    """Limits that cannot be raised again. The CPU limit only backs up the one kept from outside, which decides."""
    wanted = {
        resource.RLIMIT_CPU: int(job["cpu_seconds"]) + 2,
        resource.RLIMIT_AS: job["memory_mb"] * MIB,
        resource.RLIMIT_FSIZE: job["output_mb"] * MIB,
    }
    for kind, amount in wanted.items():
        hard = resource.getrlimit(kind)[1]
        amount = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
        resource.setrlimit(kind, (amount, amount))
    sys.setrecursionlimit(job["recursion_limit"])
    if job["int_digits"] is not None:
        sys.set_int_max_str_digits(job["int_digits"])


def find(namespace: dict[str, Any], name: str, *, once: bool) -> Callable[..., Any]:
    """The function asked for; where only a class `Solution` has it, that method, of a new object for each call.

    `once`: as LiveCodeBench has it, a class `Solution` first, and one object for all calls.
    """
    solution = namespace.get("Solution")
    if name in namespace and not (once and hasattr(solution, name)):
        found: Callable[..., Any] = namespace[name]
        return found
    if not hasattr(solution, name):
        raise NameError(f"{name} is not defined at the top level")
    if once:
        bound: Callable[..., Any] = getattr(solution(), name)  # type: ignore[misc]
        return bound
    return lambda *args, **kwargs: getattr(solution(), name)(*args, **kwargs)  # type: ignore[misc]


def load_check(job: dict[str, Any], namespace: dict[str, Any]) -> Callable[..., Any] | None:
    """The check of a problem whose tests must run here (`inproc`); None for all others."""
    if not job["inproc"]:
        return None
    of_tests = dict(namespace)
    exec(compile(job["check"], "<check>", "exec", dont_inherit=True), of_tests)
    check: Callable[..., Any] = of_tests["check"]
    return check


def judge_here(check: Callable[..., Any], function: Callable[..., Any], source: str) -> None:
    """Run the tests beside the candidate; it could forge what is sent."""
    try:
        check(function)
    except BaseException as error:
        place = error.__traceback__
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        if isinstance(error, AssertionError) and place and place.tb_frame.f_code.co_filename == "<check>":
            send(["fail", "wrong", source.split("\n")[place.tb_lineno - 1].strip()])
        else:
            send(["fail", *classify(error)])
        return
    send(["checked"])


def answer(function: Callable[..., Any], args: list[Any], kwargs: dict[str, Any], most_bytes: int) -> None:
    """Call the candidate and send what it returns or raises."""
    try:
        encoded = encode(function(*args, **kwargs))
    except BaseException as error:
        names = [kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "builtins"]
        send(["raise", *classify(error), names[0]])
        return
    if len(encoded) > most_bytes:
        send(["raise", "output_limit", f"an answer of {len(encoded)} bytes; at most {most_bytes} are read", ""])
        return
    send_frame(b'["value", ' + encoded + b"]")


def finish(printed: TextIO) -> None:
    """What an interpreter does at its end, as far as output depends on it; `printed` is the program's first stdout."""
    threading = sys.modules.get("threading")
    if threading is not None:
        threading._shutdown()
    atexit = sys.modules.get("atexit")
    if atexit is not None:
        atexit._run_exitfuncs()
    for stream in (sys.stdout, printed):
        if stream is not None and not stream.closed:
            stream.flush()


def classify(error: BaseException) -> tuple[str, str]:
    """Verdict and detail of what the candidate raised."""
    if isinstance(error, MemoryError):
        return "memory", "MemoryError"
    if isinstance(error, SystemExit):
        return "exit", describe(error)
    if isinstance(error, OSError) and error.errno == errno.EFBIG:
        return "output_limit", describe(error)
    return "exception", describe(error)


def describe(error: BaseException) -> str:
    """Type and message of an exception on one line, whatever its message does."""
    name = type(error).__name__
    try:
        text = f"{name}: {error}"
    except BaseException:
        text = name
    return " ".join(text[: 4 * DETAIL_LENGTH].split())[:DETAIL_LENGTH]


def send(message: list[str]) -> None:
    """One frame of JSON."""
    send_frame(json.dumps(message).encode("ascii"))


def send_frame(payload: bytes) -> None:
    """A length of four bytes, then the payload."""
    data = memoryview(struct.pack("<I", len(payload)) + payload)
    while data:
        data = data[os.write(CHANNEL, data) :]


def receive() -> Any:
    """The next frame's document; None where no more will come."""
    header = _exactly(4)
    return None if header is None else json.loads(_exactly(struct.unpack("<I", header)[0]) or b"null")


def _exactly(size: int) -> bytes | None:
    parts = []
    while size:
        part = os.read(CHANNEL, min(size, MIB))
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
