"""After a pool is closed, nothing of it is left, whatever ran in it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from ssd_iter.execution.levels import why_not
from ssd_iter.execution.limits import Limits
from ssd_iter.execution.pool import Pool
from ssd_iter.execution.programs import Program
from ssd_iter.execution.sandbox import execute
from ssd_iter.problems.base import TestCase

CLINGING = (
    "import os, ctypes\nctypes.CDLL(None).fork()\nos.closerange(0, 64)\nwhile 1: pass",
    "open('file', 'w').write('x' * 999)\ndef f(x): return 2",
    "import threading, time\n"
    "for _ in range(3): threading.Thread(target=time.sleep, args=(60,)).start()\ndef f(x): return 2",
    "import os\nos.setsid()",
    "import ctypes\nctypes.string_at(0)",
    "import os\nos._exit(1)",
    "import time\ntime.sleep(60)",
    "import mmap, os\nm = mmap.mmap(-1, 2**26)\ndef f(x): return 2",
)


@pytest.fixture(params=["ns", "lsm", "container", "process"])
def a_level(request):
    reason = why_not(request.param)
    if reason:
        pytest.skip(reason)
    return request.param


def programs():
    limits = Limits(cpu_seconds=0.2, memory_mb=256, output_mb=1)
    return [Program(code=code, entry_point="f", cases=(TestCase((1,), 2),), limits=limits) for code in CLINGING]


def state(folder):
    """Files in the temporary folder and in shared memory, open files, and children that nobody waited for."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return sorted(os.listdir(folder)), sorted(os.listdir("/dev/shm")), sorted(os.listdir("/proc/self/fd")), children


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


def test_a_closed_pool_leaves_nothing(a_level, folder, inside, ended):
    before = state(folder)
    others = set(inside())
    pool = Pool(a_level, 2)
    results = dict(pool.run(programs()))
    mine = set(inside()) - others
    pool.close()
    assert len(results) == len(CLINGING)
    assert "sandbox_error" not in {result.verdict for result in results.values()}
    assert len(mine) >= 4
    assert all(map(ended, mine))
    assert state(folder) == before


def test_an_iterator_closed_early_leaves_nothing(a_level, folder, inside, ended):
    before = state(folder)
    others = set(inside())
    results = execute(programs() * 3, isolation=a_level, workers=2)
    next(results)
    mine = set(inside()) - others
    results.close()
    assert all(map(ended, mine))
    assert state(folder) == before


def test_between_programs_a_box_holds_no_process_of_one(a_level, folder, inside):
    pool = Pool(a_level, 1)
    try:
        counts = []
        for program in programs():
            list(pool.run([program]))
            counts.append(len(inside()))
    finally:
        pool.close()
    assert len(set(counts)) == 1
