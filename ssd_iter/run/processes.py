"""Child processes that never outlive us, and the lock that lets one process at a time work on a run.

A child started here is the leader of its own session, so that it and all it starts can be killed as one group;
and the kernel kills it when its parent dies, however that happens (Linux; elsewhere only an orderly end is caught).
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from ssd_iter.exceptions import RunLockedError

_PR_SET_PDEATHSIG = 1
_GRACE_SECONDS = 10
_TRIES = 10


@contextmanager
def child_process(
    command: Sequence[str], *, env: Mapping[str, str], log: IO[bytes]
) -> Iterator[subprocess.Popen[bytes]]:
    """Run `python *command` tied to us, output to `log`; on the way out its whole process group is ended.

    Call it from the main thread: the kernel's tie is to the thread that started the child.
    """
    tie = [sys.executable, "-m", "ssd_iter.run.processes", str(os.getpid())]
    process = subprocess.Popen(
        [*tie, *command],
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        _end_group(process)


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


def _end_group(process: subprocess.Popen[bytes]) -> None:
    for number, patience in ((signal.SIGTERM, _GRACE_SECONDS), (signal.SIGKILL, _GRACE_SECONDS)):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            break
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            continue
    process.wait()


def _tie_and_exec(parent: int, command: Sequence[str]) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it died before the tie held
        os._exit(1)
    os.execv(sys.executable, [sys.executable, *command])


if __name__ == "__main__":
    _tie_and_exec(int(sys.argv[1]), sys.argv[2:])
