"""Child processes that never outlive us, and the lock that lets one process at a time work on a run.

A child started here has a keeper: a small process between it and us, which hears from the kernel when we are gone,
however that happens, and then ends the child and all it started, those in sessions of their own too (Linux; elsewhere
the process group). Should the keeper itself be killed, the child dies with it, and what that leaves is known by its
mark.
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from ssd_iter.exceptions import RunLockedError
from ssd_iter.run.keeper import GRACE_SECONDS, ORDERLY

_MARK = "SSD_ITER_WORKS_IN"
"""The environment variable that names the folder a process works in; all it starts inherit it."""
_TRIES = 10


@contextmanager
def child_process(
    command: Sequence[str], *, env: Mapping[str, str], log: IO[bytes]
) -> Iterator[subprocess.Popen[bytes]]:
    """Run `python *command`, output to the open file `log`; on the way out it and all it started are ended.

    What is yielded is its keeper: it ends when the child does, with its exit code or by the same signal.
    """
    folder = Path(log.name).absolute().parent
    process = subprocess.Popen(
        [sys.executable, "-m", "ssd_iter.run.keeper", *command],
        env={**env, _MARK: str(folder)},
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        _end(process, folder)


def end_strays(folder: Path) -> list[int]:
    """Kill every process that `child_process` started to work in a folder or below it; returns which there were.

    For the holder of the run's lock, before it starts any: what is found belonged to one who is gone. Linux only.
    """
    strays = [pid for pid in _pids() if pid != os.getpid() and _works_in(pid, folder)]
    for pid in strays:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return strays


@contextmanager
def run_lock(path: Path) -> Iterator[None]:
    """Hold a run's lock; RunLockedError where another process does. The kernel frees it when its holder dies."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as stream:
        if not _taken(stream):
            stream.seek(0)
            holder = stream.read().strip() or "unknown"
            raise RunLockedError(
                f"run {path.parent.name} is being worked on by process {holder}; wait for it, or stop it first"
            )
        stream.seek(0)
        stream.truncate()
        stream.write(str(os.getpid()))
        stream.flush()
        yield


def is_locked(path: Path) -> bool:
    """Whether a process works on the run now."""
    try:
        with path.open("rb") as stream:
            fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _taken(stream: IO[str]) -> bool:
    """Whether the lock could be had; asked again for a moment, as one who only looks holds it too."""
    for _ in range(_TRIES):
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            time.sleep(0.02)
    return False


def _end(keeper: subprocess.Popen[bytes], folder: Path) -> None:
    assert keeper.stdin is not None
    with suppress(BrokenPipeError), keeper.stdin:
        keeper.stdin.write(ORDERLY)
    with suppress(subprocess.TimeoutExpired):
        keeper.wait(3 * GRACE_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(keeper.pid, signal.SIGKILL)
    if keeper.wait() < 0:  # it may not have ended what it kept
        end_strays(folder)


def _pids() -> Iterator[int]:
    return (int(entry.name) for entry in Path("/proc").glob("[0-9]*"))


def _works_in(pid: int, folder: Path) -> bool:
    try:
        variables = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:  # gone meanwhile, or somebody else's
        return False
    marks = [os.fsdecode(each).partition("=")[2] for each in variables if each.startswith(f"{_MARK}=".encode())]
    return any(Path(mark).is_relative_to(folder) for mark in marks)
