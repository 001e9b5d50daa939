"""A program's process that somebody else ends, such as a kernel short of memory: no verdict comes of that."""

from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from ssd_iter.execution.limits import Limits
from ssd_iter.execution.pool import Pool
from ssd_iter.execution.programs import Program

LOOPS = "def f(x):\n    while x < 0: pass\n    return 1"
CHECKS = {
    "plain": "def check(f):\n    assert f(1) == 1\n    assert f(-1) == 2",
    "one that expects an exception": (
        "def check(f):\n    assert f(1) == 1\n    try:\n        f(-1)\n        assert False\n    except Exception: pass"
    ),
    "one that swallows all": "def check(f):\n    assert f(1) == 1\n    try: f(-1)\n    except: pass",
}


def parents():
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            found[int(folder.name)] = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
    return found


def newest_leaf():
    """The process furthest below this one: a program's own."""
    up = parents()

    def depth(pid):
        return 0 if pid not in up or pid == os.getpid() else 1 + depth(up[pid])

    below = [pid for pid in up if depth(pid) and any(p == os.getpid() for p in ancestors(pid, up))]
    return max(below, key=depth, default=None), max(map(depth, below), default=0)


def ancestors(pid, up):
    while pid in up:
        pid = up[pid]
        yield pid


@pytest.fixture
def kill_programs(level):
    """Ends every program's process that lives for a fifth of a second."""
    of_zygote = 3 if level == "ns" else 2
    stop = threading.Event()

    def work():
        seen = {}
        while not stop.wait(0.05):
            pid, depth = newest_leaf()
            if depth > of_zygote and time.monotonic() - seen.setdefault(pid, time.monotonic()) > 0.2:
                os.kill(pid, signal.SIGKILL)

    thread = threading.Thread(target=work)
    thread.start()
    yield
    stop.set()
    thread.join()


@pytest.mark.parametrize("check", CHECKS.values(), ids=list(CHECKS))
def test_it_is_the_sandboxs_fault_whatever_the_tests_make_of_it(kill_programs, level, check):
    program = Program(code=LOOPS, entry_point="f", check=check, limits=Limits(cpu_seconds=5))
    with closing(Pool(level, 1)) as pool:
        [(_, result)] = pool.run([program])
    assert (result.verdict, result.attempts) == ("sandbox_error", 3)
    assert "killed from outside" in result.detail
