"""What is called aside answers as if it were called here, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ssd_iter.exceptions import ConfigError, StageError
from ssd_iter.run.aside import Aside, call_aside

SLEEPER = "from ssd_iter.run.aside import call_aside; call_aside('time:sleep', 600)"


def test_the_answer_is_the_functions() -> None:
    assert call_aside("operator:add", 2, 3) == 5 and call_aside("os:getpid") != os.getpid()


def test_what_it_prints_is_no_part_of_the_answer() -> None:
    assert call_aside("builtins:print", "among the answer?") is None


def test_it_knows_the_command_that_a_person_gave(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["ssd-iter", "run", "mine.toml"])
    assert call_aside("builtins:eval", "__import__('sys').argv") == sys.argv


def test_several_calls_are_answered_in_order_by_one_process() -> None:
    with Aside() as aside:
        first = aside.call("os:getpid")
        aside.load("no_such_module", "json")
        aside.begin("builtins:print", "among the answers?")
        assert aside.call("builtins:eval", "'json' in __import__('sys').modules") and aside.call("os:getpid") == first
        with pytest.raises(ZeroDivisionError):
            aside.call("operator:truediv", 1, 0)
        assert aside.call("operator:add", 2, 3) == 5
    assert not Path(f"/proc/{first}").exists()


def test_its_error_is_raised_here() -> None:
    with pytest.raises(ConfigError, match="no Prefect task runner"):
        call_aside("flows.parts:task_runner", "flows.parts:draw_parts")
    with pytest.raises(ZeroDivisionError):
        call_aside("operator:truediv", 1, 0)


def test_a_process_that_is_killed_is_said_so() -> None:
    with pytest.raises(StageError, match="ended with code 3"):
        call_aside("os:_exit", 3)


def test_it_dies_with_who_waits_for_it() -> None:
    with subprocess.Popen([sys.executable, "-c", SLEEPER]) as waiting:
        deadline = time.monotonic() + 60
        children = Path(f"/proc/{waiting.pid}/task/{waiting.pid}/children")
        while not (below := children.read_text().split()):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        os.kill(waiting.pid, signal.SIGKILL)
    while Path(f"/proc/{below[0]}").exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
