"""Processes that are killed here are the tests' own children, and what those started."""

from __future__ import annotations

import os
import signal

import pytest

from ssd_iter.exceptions import RunLockedError
from ssd_iter.run.processes import child_process, end_strays, is_locked, run_lock

HOLD = """
import sys
from pathlib import Path
from ssd_iter.run.processes import run_lock
with run_lock(Path(sys.argv[1])):
    print("ready", flush=True)
    sys.stdin.read()
"""

LOOK = """
import sys, time
from pathlib import Path
from ssd_iter.run.processes import is_locked
print("ready", flush=True)
while True:
    is_locked(Path(sys.argv[1]))
    time.sleep(0.0005)
"""

# Starts a process in a session of its own, as engines do, that ignores being asked to end; says its id, and sleeps.
SLEEP = """
import subprocess, sys, time
stubborn = "import time; from signal import *; signal(SIGTERM, SIG_IGN); print('up', flush=True); time.sleep(120)"
other = subprocess.Popen([sys.executable, "-c", stubborn], stdout=subprocess.PIPE, text=True, start_new_session=True)
other.stdout.readline()
print(other.pid, flush=True)
time.sleep(120)
"""

START_AND_HANG = f"""
import os, sys
from ssd_iter.run.processes import child_process
with open(sys.argv[1], "wb") as log, child_process(["-c", {SLEEP!r}], env=os.environ, log=log) as process:
    print("ready", process.pid, sep="\\n", flush=True)
    sys.stdin.read()
"""


def test_the_lock_excludes_every_other_process_until_its_holder_dies(tmp_path, child):
    lock = tmp_path / "some-run" / "lock"
    holder = child(HOLD, lock)
    assert is_locked(lock)
    with pytest.raises(RunLockedError, match=f"some-run is being worked on by process {holder.pid};"), run_lock(lock):
        pass
    holder.kill()
    holder.wait()
    assert not is_locked(lock)
    with run_lock(lock):
        assert is_locked(lock)


def test_the_lock_is_free_again_after_an_error(tmp_path):
    with pytest.raises(ZeroDivisionError), run_lock(tmp_path / "lock"):
        _ = 1 / 0
    assert not is_locked(tmp_path / "lock")
    with run_lock(tmp_path / "lock"):
        pass


def test_a_run_that_nobody_ever_worked_on_is_not_locked_and_looking_leaves_nothing(tmp_path):
    assert not is_locked(tmp_path / "absent" / "lock")
    assert not is_locked(tmp_path / "lock")
    assert list(tmp_path.iterdir()) == []


def test_looking_never_keeps_a_worker_out(tmp_path, child):
    lock = tmp_path / "lock"
    with run_lock(lock):
        child(LOOK, lock)
    for _ in range(1000):
        with run_lock(lock):
            pass


def test_a_childs_output_and_exit_code_come_through(tmp_path):
    command = ["-c", "import os, sys; print(os.environ['WORD']); print('error', file=sys.stderr); sys.exit(3)"]
    env = {**os.environ, "WORD": "hello"}
    with (tmp_path / "log").open("wb") as log, child_process(command, env=env, log=log) as process:
        assert process.wait() == 3
    assert sorted((tmp_path / "log").read_text().split()) == ["error", "hello"]


def test_on_the_way_out_all_it_started_is_ended(tmp_path, wait_until, is_gone):
    path = tmp_path / "log"
    with path.open("wb") as log, child_process(["-c", SLEEP], env=os.environ, log=log) as process:
        wait_until(lambda: path.read_text().endswith("\n"))
        grandchild = int(path.read_text())
        assert not is_gone(process.pid) and not is_gone(grandchild)
    assert is_gone(process.pid)
    wait_until(lambda: is_gone(grandchild))


def test_what_a_finished_child_left_behind_is_ended_too(tmp_path, wait_until, is_gone):
    path = tmp_path / "log"
    leave = SLEEP.replace("time.sleep(120)\n", "")
    with path.open("wb") as log, child_process(["-c", leave], env=os.environ, log=log) as process:
        assert process.wait() == 0
        wait_until(lambda: is_gone(int(path.read_text())))


def test_all_of_a_child_dies_with_a_parent_that_is_killed(tmp_path, child, wait_until, is_gone):
    path = tmp_path / "log"
    parent = child(START_AND_HANG, path)
    keeper = int(parent.stdout.readline())
    wait_until(lambda: path.read_text().endswith("\n"))
    grandchild = int(path.read_text())
    assert not is_gone(keeper) and not is_gone(grandchild)
    parent.kill()
    wait_until(lambda: is_gone(keeper) and is_gone(grandchild))


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM])
def test_a_child_ended_by_a_signal_is_seen_to_have_been(tmp_path, number):
    command = ["-c", f"import os, time; os.kill(os.getpid(), {int(number)}); time.sleep(60)"]
    with (tmp_path / "log").open("wb") as log, child_process(command, env=os.environ, log=log) as process:
        assert process.wait() == -number


def test_what_a_killed_keeper_left_is_found_by_its_folder(tmp_path, wait_until, is_gone):
    path = tmp_path / "stage" / "log"
    path.parent.mkdir()
    with path.open("wb") as log, child_process(["-c", SLEEP], env=os.environ, log=log) as keeper:
        wait_until(lambda: path.read_text().endswith("\n"))
        grandchild = int(path.read_text())
        keeper.kill()
        keeper.wait()
        assert not is_gone(grandchild)
        assert end_strays(tmp_path / "other") == []
        assert grandchild in end_strays(tmp_path)
    wait_until(lambda: is_gone(grandchild))
    assert end_strays(tmp_path) == []
