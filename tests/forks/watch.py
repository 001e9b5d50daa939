"""Processes looked at from outside, and waiting for what they do."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

import psutil


def below(pid: int) -> list[psutil.Process]:
    """All processes that one has started, and theirs."""
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def alive(processes: Iterable[psutil.Process]) -> list[psutil.Process]:
    """Those that are still there; one that only waits to be collected is not."""
    return [process for process in processes if _is_alive(process)]


def running(pid: int, *command: str) -> int:
    """The process below one that runs `python -m COMMAND...`."""
    for process in below(pid):
        try:
            if process.cmdline()[1 : 2 + len(command)] == ["-m", *command]:
                return process.pid
        except psutil.NoSuchProcess:
            continue
    raise LookupError(command)


def wait_for(condition: Callable[[], object], seconds: float = 300) -> None:
    """Until something holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
