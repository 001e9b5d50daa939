"""Workers side by side: nothing is lost when one is, and nothing is left when they are done."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from ssd_iter.exceptions import IsolationError
from ssd_iter.execution import pool
from ssd_iter.execution.limits import Limits
from ssd_iter.execution.pool import ATTEMPTS, Pool, Worker
from ssd_iter.execution.programs import ExecutionResult, Program
from ssd_iter.execution.sandbox import execute
from ssd_iter.problems.base import TestCase

LIMITS = Limits(cpu_seconds=0.3, memory_mb=256, output_mb=1)
RIGHT = "def f(x): return 2"
SLOW = "import time\ntime.sleep(0.02)\ndef f(x): return 2"
MIXED = (
    RIGHT,
    "def f(x): return x",
    "def f(x): return x / 0",
    "def f(x): return [{}]",
    "def f(x): raise KeyError({})",
    "def f(x: return 2",
    "import os\ndef f(x): os._exit({})",
    "import os\ndef f(x): os.abort()",
    "def f(x): return bytearray(10**10)",
    "def f(x):\n    while True: pass",
    "import random\ndef f(x): return random.random()",
    "def f(x): return {{hash(str(n)) for n in range({})}}",
    "open('left', 'w').write('x')\ndef f(x): return 2",
    "import os\ndef f(x): return 2 + len(os.listdir('.'))",
    "import numpy",
)


@pytest.fixture
def alone(monkeypatch, tmp_path):
    """Where everything that these sandboxes make is put, so that it can be told from what others make."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    yield tmp_path
    tempfile.tempdir = None


def program(code, number=0):
    return Program(code=f"{code}\n# {number}", entry_point="f", cases=(TestCase((1,), 2),), limits=LIMITS)


def children(pid):
    """Ids of the processes that a process has started and that have not been waited for."""
    found = []
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += map(int, file.read_text().split())
    return found


def descendants(pid):
    return [other for child in children(pid) for other in [child, *descendants(child)]]


def workers_here():
    """Ids of the worker processes of this process."""
    found = []
    for pid in children(os.getpid()):
        with contextlib.suppress(OSError):
            if b"ssd_iter.execution.checker" in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.append(pid)
    return found


@pytest.fixture
def checkers():
    """Says which worker processes there are that were not there before."""
    before = set(workers_here())
    return lambda: [pid for pid in workers_here() if pid not in before]


def have_ended(pidfds):
    """Whether all processes end within ten seconds."""
    ended = [bool(select.select([pidfd], [], [], 10)[0]) for pidfd in pidfds]
    for pidfd in pidfds:
        os.close(pidfd)
    return bool(ended) and all(ended)


def kept():
    """What this process holds on to."""
    return (
        len(os.listdir("/proc/self/fd")),
        threading.active_count(),
        len(os.listdir("/proc/self/task")),
        sorted(children(os.getpid())),
    )


def verdicts(results):
    return [result.verdict for _, result in sorted(results, key=lambda pair: pair[0])]


def test_each_result_carries_the_index_of_its_program(level):
    programs = [program(f"def f(x): return {i}", i) for i in range(12)]
    found = dict(execute(programs, isolation=level, workers=2))
    assert {index for index, result in found.items() if result.verdict == "pass"} == {2}
    assert [found[i].detail for i in range(12)] == [f"got {i}, expected 2" if i != 2 else "" for i in range(12)]


@pytest.mark.parametrize("workers", [1, 2])
def test_no_programs_give_no_results_and_no_workers(level, checkers, workers):
    assert list(execute([], isolation=level, workers=workers)) == checkers() == []


def test_verdicts_and_their_details_do_not_depend_on_the_number_of_workers(level):
    programs = [program(code.format(n) if "{" in code else code, n) for n in (1, 2) for code in MIXED]
    runs = [dict(execute(programs, isolation=level, workers=workers)) for workers in (1, 2, 4)]
    one, two, four = ([(run[i].verdict, run[i].detail) for i in range(len(programs))] for run in runs)
    assert one == two == four
    assert len({verdict for verdict, _ in one}) == 8


@pytest.mark.parametrize("zygotes", [False, True])
@pytest.mark.parametrize("workers", [1, 2])
def test_a_process_that_is_killed_from_outside_loses_nothing(level, checkers, workers, zygotes):
    def victims():
        return [pid for checker in checkers() for pid in descendants(checker)] if zygotes else checkers()

    found = []
    for number, pair in enumerate(execute([program(SLOW, i) for i in range(30)], isolation=level, workers=workers)):
        found.append(pair)
        if number in (2, 9):
            assert victims()
            for pid in victims():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
    assert sorted(index for index, _ in found) == list(range(30))
    assert {result.verdict for _, result in found} == {"pass"}


def test_a_program_whose_worker_is_lost_every_time_is_given_up_and_no_other_suffers(level, monkeypatch):
    programs = [program(SLOW, i) for i in range(12)]
    kills, set_deadline = [], pool._set_deadline

    def kill_when_first(worker, all_programs):
        if worker.given and worker.given[0] == 5:
            kills.append(worker._process.pid)
            os.kill(worker._process.pid, signal.SIGKILL)
        set_deadline(worker, all_programs)

    monkeypatch.setattr(pool, "_set_deadline", kill_when_first)
    found = dict(execute(programs, isolation=level, workers=2))
    assert len(kills) == ATTEMPTS
    assert (found[5].verdict, found[5].attempts) == ("sandbox_error", ATTEMPTS)
    assert {found[i].verdict for i in range(12) if i != 5} == {"pass"}


def close(results):
    results.close()


def interrupt(results):
    with pytest.raises(KeyboardInterrupt):
        results.throw(KeyboardInterrupt)


@pytest.mark.parametrize("end", [close, interrupt])
@pytest.mark.parametrize("where", ["auto", "process"])
def test_an_iterator_that_ends_early_leaves_nothing(level, alone, checkers, end, where):
    before = kept()
    results = execute([program(SLOW, i) for i in range(40)], isolation=level if where == "auto" else where, workers=2)
    next(results)
    running = [os.pidfd_open(checker) for checker in checkers()]
    for pid in [pid for checker in checkers() for pid in descendants(checker)]:
        with contextlib.suppress(ProcessLookupError):  # a program that ended a moment ago
            running.append(os.pidfd_open(pid))
    end(results)
    assert have_ended(running) and kept() == before
    assert list(alone.iterdir()) == []


@pytest.mark.parametrize("where", ["auto", "process"])
def test_hundreds_of_programs_leave_everything_as_it_was(level, alone, where):
    before = kept()
    programs = [program(code.format(n) if "{" in code else code, n) for n in range(50) for code in MIXED[:7]]
    found = list(execute(programs, isolation=level if where == "auto" else where, workers=2))
    assert len(found) == 350 and kept() == before
    assert list(alone.iterdir()) == []


SCRIPT = """
import sys
from ssd_iter.execution.limits import Limits
from ssd_iter.execution.programs import ExecutionResult, Program
from ssd_iter.execution.sandbox import execute
code = "import time\\ntime.sleep(600)"
programs = [Program(code="", entry_point="f", check="def check(candidate): pass")]
programs += [Program(code=f"{code} # {i}", entry_point="f", check="def check(candidate): pass",
                     limits=Limits(cpu_seconds=900)) for i in range(9)]
if __name__ == "__main__":
    for index, result in execute(programs, isolation=sys.argv[1], workers=2):
        print(index, flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_process_that_is_ended_takes_all_its_programs_with_it(level, alone, number):
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT, level],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as parent:
        assert parent.stdout.readline() == b"0\n"
        running = [os.pidfd_open(pid) for pid in descendants(parent.pid)]
        parent.send_signal(number)
        assert parent.wait(30) != 0
    assert len(running) >= 4 and have_ended(running)
    assert list(alone.iterdir()) == []


def test_what_a_program_leaves_in_its_folder_is_gone_for_the_next(level):
    if level != "ns":
        pytest.skip("programs can write nowhere at this level")
    writes = "import os\nos.mkdir('d')\nopen('d/f', 'w').write('x')\nopen('.g', 'w').write('x')\n"
    looks = "import os\ndef f(x): return 2 + len(os.listdir('.')) + len(os.listdir('/box'))"
    codes = [writes + RIGHT, looks, writes + RIGHT, writes + looks.replace("2 +", ""), looks]
    found = dict(execute([program(code, i) for i, code in enumerate(codes)], isolation=level, workers=1))
    assert [found[i].verdict for i in range(5)] == ["pass", "pass", "pass", "wrong", "pass"]
    assert found[3].detail == "got 4, expected 2"


def test_a_program_of_ten_megabytes_gets_a_verdict(level):
    large = "#" + "x" * 10**7 + "\n"
    programs = [program(code) for code in (large + RIGHT, RIGHT, f"{large}def f(", f"x = '''{large}'''\n{RIGHT}")]
    assert verdicts(execute(programs, isolation=level, workers=1)) == ["pass", "pass", "syntax", "pass"]


@pytest.mark.timeout(60)
def test_large_programs_with_large_results_do_not_block_each_other(level):
    def cases(number):
        return tuple(TestCase((i,), f"{number}-{i}-" + "x" * 700) for i in range(1500))

    code = "def f(x): return 'y' * 700"
    programs = [Program(code=code, entry_point="f", cases=cases(n), limits=LIMITS, all_tests=True) for n in range(6)]
    found = dict(execute(programs, isolation=level, workers=1))
    assert [len(found[i].tests) for i in range(6)] == [1500] * 6
    assert {result.verdict for result in found.values()} == {"wrong"}


def test_a_worker_that_cannot_start_leaves_nothing(monkeypatch, alone):
    before = kept()
    monkeypatch.setattr("ssd_iter.execution.pool.sys.executable", "/bin/false")
    with pytest.raises(IsolationError, match="ended as it started"):
        Worker("ns", min(os.sched_getaffinity(0)))
    assert kept() == before
    assert list(alone.iterdir()) == []


def test_a_time_out_that_others_may_have_caused_is_run_again_alone_at_the_end(level, monkeypatch):
    asked = []

    def run(self, programs, indices, size):
        asked.append((list(indices), size))
        doubtful = size > 1
        yield from ((i, ExecutionResult(**TIMED_OUT, doubtful=doubtful and i == 1)) for i in indices)

    monkeypatch.setattr(Pool, "_run", run)
    found = list(Pool(level, 2).run([program(RIGHT, i) for i in range(3)]))
    assert asked == [([0, 1, 2], 2), ([1], 1)]
    assert [(index, result.attempts) for index, result in found] == [(0, 1), (2, 1), (1, 2)]


TIMED_OUT = {"verdict": "timeout:wall", "detail": "", "num_tests": 1, "num_passed": 0}
