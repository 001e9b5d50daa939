"""Level `process`, which stops accidents and forgeries, not malice: what it holds, and that nothing is left."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from ssd_iter.execution.limits import Limits
from ssd_iter.execution.programs import Program
from ssd_iter.execution.sandbox import execute
from ssd_iter.problems.base import TestCase

HOSTILE = {
    "infinite loop": ("while True: pass", "timeout"),
    "infinite loop in a test": ("def f(x):\n    while True: pass", "timeout"),
    "loop that catches all": ("while 1:\n  try:\n    while 1: pass\n  except BaseException: pass", "timeout"),
    "slow pattern": ("import re\nre.match('(a+)+b', 'a' * 99)", "timeout"),
    "sleep": ("import time\ndef f(x): time.sleep(60)", "timeout"),
    "memory bomb": ("def f(x): return [0] * 10**10", "memory"),
    "slow memory bomb": ("def f(x):\n    kept = []\n    while True: kept.append(' ' * 2**20)", "memory"),
    "print flood": ("def f(x):\n    while True: print('x' * 1000)", "timeout"),
    "large file": ("def f(x):\n    open('file', 'wb').write(bytes(2**21))", "output_limit"),
    "many open files": ("def f(x): return [open('/dev/null') for _ in range(1000)]", "exception"),
    "recursion": ("def f(x): return f(x)", "exception"),
    "exit": ("import sys\ndef f(x): sys.exit(0)", "exit"),
    "exit at import": ("import sys\ndef f(x): return 2\nsys.exit(0)", "exit"),
    "hard exit": ("import os\ndef f(x): os._exit(0)", "exit"),
    "hard exit from a thread": (
        "import os, threading, time\n"
        "def f(x):\n    threading.Thread(target=os._exit, args=(0,)).start()\n    time.sleep(60)",
        "exit",
    ),
    "segmentation fault": ("import ctypes\ndef f(x): return ctypes.string_at(0)", "crash"),
    "abort": ("import os\ndef f(x): os.abort()", "crash"),
    "suicide": ("import os\ndef f(x): os.kill(0, 9)", "crash"),
    "agreeable object": ("class A:\n    def __eq__(self, other): return True\ndef f(x): return A()", "wrong"),
    "agreeable number": ("class A(int):\n    def __eq__(self, other): return True\ndef f(x): return A(7)", "wrong"),
    "printed verdict": (
        "import os\ndef f(x):\n    print('passed', flush=True)\n    os.write(2, b'passed\\n')\n    os._exit(0)",
        "exit",
    ),
    "closed files": ("import os\nos.closerange(0, 64)\ndef f(x): return 2", "exit"),
    "noise in the report": (
        "import contextlib, os\n"
        "def f(x):\n    for fd in range(3, 9):\n        with contextlib.suppress(OSError): os.write(fd, b'noise\\n')",
        "protocol",
    ),
    "deep answer": (
        "def f(x):\n    answer = []\n    for _ in range(10**5): answer = [answer]\n    return answer",
        "wrong",
    ),
    "hostile repr": ("class A:\n    def __repr__(self): raise ValueError\ndef f(x): return A()", "wrong"),
    "fork that runs on": ("import os\ndef f(x):\n    os.fork()\n    return x", "wrong"),
}
CLEAN = {
    "answers": "def f(x): return x + 1",
    "prints": "print('text', '\\0')\ndef f(x):\n    print(x)\n    return 2",
    "writes": "def f(x):\n    open('file', 'w').write('2')\n    return int(open('file').read())",
    "sees no environment": "import os\ndef f(x): return 2 + len(os.environ)",
    "sees an empty folder": "import os\ndef f(x): return 2 + len(os.listdir('.'))",
    "has an idle thread": (
        "import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()\ndef f(x): return 2"
    ),
    "forks": "import os\ndef f(x):\n    os.fork()\n    return 2",
}


LIMITS = Limits(cpu_seconds=0.5, memory_mb=256, output_mb=1)


@pytest.fixture
def temporary(monkeypatch, tmp_path):
    """Where this test's sandboxes keep their files, so that their processes can be told from others'."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def program(code):
    return Program(code=code, entry_point="f", cases=(TestCase((1,), 2),), limits=LIMITS)


def has_ended(pid):
    """Whether a process ends within ten seconds, or has ended."""
    try:
        pidfd = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([pidfd], [], [], 10)[0])
    finally:
        os.close(pidfd)


def processes_that_name(folder):
    """Ids of the processes whose command line names a folder."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if os.fsencode(folder) in file.read_bytes():
                found.append(int(file.parent.name))
        except OSError:
            continue
    return found


def test_hostile_programs_fail_clean_ones_pass_and_nothing_is_left(temporary):
    cases = {**HOSTILE, **{name: (code, "pass") for name, code in CLEAN.items()}}
    programs = [program(code) for code, _ in cases.values()]
    results = dict(execute(programs, isolation="process", workers=2))
    verdicts = {name: results[i].verdict.partition(":")[0] for i, name in enumerate(cases)}
    assert verdicts == {name: verdict for name, (_, verdict) in cases.items()}
    assert all(has_ended(pid) for pid in processes_that_name(temporary))
    assert list(temporary.iterdir()) == []


def test_an_iterator_closed_early_leaves_nothing(temporary):
    programs = [program(f"def f(x): return 2 + {i} - {i}") for i in range(20)]
    results = execute(programs, isolation="process", workers=2)
    _, first = next(results)
    results.close()
    assert first.verdict == "pass"
    assert list(temporary.iterdir()) == processes_that_name(temporary) == []


@pytest.mark.parametrize(
    ("code", "verdict", "clock"),
    [("while True: pass", "timeout:cpu", "CPU"), ("import time\ntime.sleep(60)", "timeout:wall", "wall")],
)
def test_a_timeout_says_which_clock_ran_out(run, code, verdict, clock):
    result = run(code)
    assert result.verdict == verdict
    assert f"s of {clock} time" in result.detail


def test_a_child_left_behind_is_killed(tmp_path):
    note = tmp_path / "pid"
    code = f"""
import os, time
def f(x):
    child = os.fork()
    if child == 0:
        time.sleep(600)
    open({str(note)!r}, "w").write(str(child))
    return 2
"""
    [(_, result)] = execute([program(code)], isolation="process", workers=1)
    assert result.verdict == "pass"
    assert has_ended(int(note.read_text()))


def test_a_program_dies_with_the_process_that_started_it(tmp_path):
    note = tmp_path / "pid"
    candidate = f"import os, time\nopen({str(note)!r}, 'w').write(str(os.getpid()))\ntime.sleep(600)"
    script = (
        "from ssd_iter.execution.limits import Limits\n"
        "from ssd_iter.execution.programs import Program\n"
        "from ssd_iter.execution.sandbox import execute\n"
        "limits = Limits(cpu_seconds=200)\n"
        f"program = Program(code={candidate!r}, entry_point='f', check='def check(f): f()', limits=limits)\n"
        "list(execute([program], isolation='process', workers=1))\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], env={**os.environ, "TMPDIR": str(tmp_path)}) as parent:
        while not (note.exists() and note.read_text()):
            assert parent.poll() is None
            time.sleep(0.02)
        parent.send_signal(signal.SIGKILL)
    assert has_ended(int(note.read_text()))
