"""Python children of a test, and whether a process is still there."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

StartChild = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def child() -> Iterator[StartChild]:
    """Starts a Python child that runs `code` and hands it over once it has said `ready`; kills it in the end."""
    started: list[subprocess.Popen[str]] = []

    def start(code: str, *arguments: object) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", code, *map(str, arguments)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )  # fmt: skip
        started.append(process)
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
        return process

    yield start
    for process in started:
        with process:
            process.kill()


@pytest.fixture
def wait_until() -> Callable[[Callable[[], object]], None]:
    """Waits for something that is about to happen; fails where it does not within a minute."""

    def wait(condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + 60
        while not condition():
            assert time.monotonic() < deadline, "it never happened"
            time.sleep(0.02)

    return wait


@pytest.fixture
def is_gone() -> Callable[[int], bool]:
    """Whether a process has ended; one that only waits to be collected has."""

    def gone(pid: int) -> bool:
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
        except (FileNotFoundError, ProcessLookupError):
            return True

    return gone
