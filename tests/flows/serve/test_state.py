"""A serve is what holds the lock: what a dead one left behind is none."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.serve.state import State, home_of, running_serve, write_state
from flows.serve.status import found_serve, stop
from ssd_iter.exceptions import NotFoundError, SsdIterError
from ssd_iter.run.processes import run_lock


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    return tmp_path / "runs"


@pytest.fixture
def tell(runs: Path) -> Callable[..., State]:
    """Writes what a serve would."""

    def tell(pid: int, machine: str = os.uname().nodename) -> State:
        state = State(
            pid=pid, machine=machine, started_at=datetime(2026, 11, 21, tzinfo=UTC), runs=runs, auth=None,
            api_url="http://127.0.0.1:4200/api", ui_url="http://127.0.0.1:4200", server_pid=7, worker_pid=8,
            pool="ssd-iter", reports_url="http://127.0.0.1:4201", gpu_limit="gpu", gpu_slots=1,
        )  # fmt: skip
        write_state(home_of(runs), state)
        return state

    return tell


def test_a_serve_that_holds_its_lock_is_found(runs: Path, tell: Callable[..., State]) -> None:
    with run_lock(home_of(runs).lock):
        state = tell(os.getpid())
        assert running_serve(runs) == found_serve(runs) == state


def test_what_a_dead_serve_left_is_none(runs: Path, tell: Callable[..., State]) -> None:
    with run_lock(home_of(runs).lock):
        tell(os.getpid())
    assert running_serve(runs) is None
    with pytest.raises(NotFoundError, match="ssd-iter serve"):
        stop(runs)


def test_a_serve_that_has_not_come_up_is_not_taken_for_the_one_before_it(
    runs: Path, tell: Callable[..., State]
) -> None:
    tell(os.getpid() + 1)
    with run_lock(home_of(runs).lock):
        assert running_serve(runs) is None
        home_of(runs).state.write_text("{}")
        assert running_serve(runs) is None


def test_a_serve_on_another_machine_is_not_touched(runs: Path, tell: Callable[..., State]) -> None:
    with run_lock(home_of(runs).lock):
        tell(os.getpid(), machine="elsewhere")
        with pytest.raises(SsdIterError, match="on elsewhere"):
            stop(runs)
