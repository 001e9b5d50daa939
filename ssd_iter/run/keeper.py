"""The process between a child and the one who started it: `python -m ssd_iter.run.keeper ARGUMENTS`.

It runs `python ARGUMENTS` and waits until that ends or the other end of its standard input is gone: the kernel closes
it when its holder dies. Then it ends all that is below it. It adopts what loses its parent (Linux), so that nothing
gets away, into whatever session.
"""

from __future__ import annotations

import ctypes
import os
import select
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

GRACE_SECONDS = 10.0
"""What is asked to end in order may take this long."""
_LEFT_SECONDS = 2.0
"""So long may take what a child that ended by itself left running."""
ORDERLY = b"."
"""Written to its standard input by one who lives and asks for an end; closed without it, he is gone: all is killed."""

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_STEP_SECONDS = 0.02


def keep(command: Sequence[str]) -> int:
    """Run `python *command` until it or our parent ends, then end all below us; returns its wait status."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)
    woken, waker = os.pipe()
    os.set_blocking(waker, False)
    signal.set_wakeup_fd(waker)
    for number in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    child = _start(command)
    status: int | None = None
    grace = _LEFT_SECONDS
    while status is None:
        readable, _, _ = select.select([0, woken], [], [])
        if 0 in readable:
            grace = GRACE_SECONDS if os.read(0, 1) == ORDERLY else 0
            break
        if signal.SIGTERM in os.read(woken, 64):
            grace = GRACE_SECONDS
            break
        status = _collect().get(child)
    ended = _end_all(grace)
    return status if status is not None else ended.get(child, signal.SIGKILL)


def tie_to(parent: int) -> None:
    """Die with the thread of our parent that started us, so with its process at the latest (Linux)."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before the tie held
        os._exit(1)


def _start(command: Sequence[str]) -> int:
    keeper = os.getpid()
    child = os.fork()
    if child == 0:
        tie_to(keeper)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.execv(sys.executable, [sys.executable, *command])
    return child


def _end_all(grace: float) -> dict[int, int]:
    """Ask all below us to end, kill them after `grace` seconds; returns the wait statuses of our own children."""
    statuses = _collect()
    asked: set[int] = set()
    deadline = time.monotonic() + grace
    while below := _below():
        number = signal.SIGTERM if time.monotonic() < deadline else signal.SIGKILL
        for pid in below if number == signal.SIGKILL else below - asked:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, number)
        asked |= below
        if time.monotonic() > deadline + GRACE_SECONDS:  # the kernel itself is stuck on it
            break
        time.sleep(_STEP_SECONDS)
        statuses |= _collect()
    return statuses


def _collect() -> dict[int, int]:
    """The wait statuses of those of our children, adopted ones too, that have ended since."""
    statuses = {}
    with suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG)) != (0, 0):
            statuses[ended[0]] = ended[1]
    return statuses


def _below() -> set[int]:
    """All processes below us that have not ended."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, parent = stat.read_text(errors="replace").rpartition(")")[2].split()[:2]
            if state != "Z":
                children.setdefault(int(parent), []).append(int(stat.parent.name))
    found, waiting = set[int](), [os.getpid()]
    while waiting:
        below = children.get(waiting.pop(), [])
        found.update(below)
        waiting += below
    return found


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


if __name__ == "__main__":
    how = keep(sys.argv[1:])
    if not os.WIFSIGNALED(how):
        os._exit(os.waitstatus_to_exitcode(how))
    # Who started us sees what happened to the child.
    with suppress(OSError):  # SIGKILL needs no such thing
        signal.signal(os.WTERMSIG(how), signal.SIG_DFL)
    os.kill(os.getpid(), os.WTERMSIG(how))
    os._exit(1)
