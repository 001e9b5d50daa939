"""What runs where, asked from outside; and the end of it."""

from __future__ import annotations

import os
import signal
import time
import urllib.error
import urllib.request
from datetime import datetime
from pathlib import Path
from typing import Any

from flows.serve.api import Api
from flows.serve.state import State, home_of, running_serve
from ssd_iter.exceptions import NotFoundError, SsdIterError
from ssd_iter.run.processes import is_locked

_ACTIVE = ("RUNNING", "PENDING", "CANCELLING", "SCHEDULED", "PAUSED")
_END_SECONDS = 90
"""A part is asked to end, and killed where it has not after 10 s; a stage below it likewise."""
_STEP_SECONDS = 0.1


def found_serve(runs: Path) -> State:
    """The serve of a runs folder; NotFoundError where none is up, SsdIterError where it is on another machine."""
    state = running_serve(runs)
    if state is None:
        raise NotFoundError(f"no serve of {runs} is running; `ssd-iter serve` starts one, --runs-dir looks elsewhere")
    if not state.is_here:
        raise SsdIterError(f"the serve of {runs} is process {state.pid} on {state.machine}: ask there")
    return state


def status(runs: Path) -> dict[str, Any]:
    """What runs where, whether it answers, what can be launched, and the runs that are not over yet, as JSON."""
    state = found_serve(runs)
    api = Api(state.api_url, state.auth if state.server_pid else None)
    healthy = api.is_healthy()
    return {
        "pid": state.pid,
        "started_at": state.started_at.isoformat(),
        "runs": str(state.runs),
        "server": {"url": state.ui_url, "pid": state.server_pid, "healthy": healthy},
        "worker": {"pool": state.pool, "pid": state.worker_pid, "healthy": healthy and worker_is_online(api, state)},
        "reports": {"url": state.reports_url, "pid": state.pid, "healthy": _answers(state.reports_url)},
        "gpu": {"limit": state.gpu_limit, "slots": state.gpu_slots, "taken": _taken(api, state) if healthy else None},
        "deployments": _deployments(api, state) if healthy else [],
        "active": _active(api) if healthy else [],
    }


def stop(runs: Path) -> State:
    """End the serve of a runs folder and all it started; returns what it was."""
    state = found_serve(runs)
    os.kill(state.pid, signal.SIGTERM)
    deadline = time.monotonic() + _END_SECONDS
    while is_locked(home_of(runs).lock):
        if time.monotonic() > deadline:
            raise SsdIterError(f"process {state.pid} was asked to end and has not after {_END_SECONDS} s")
        time.sleep(_STEP_SECONDS)
    return state


def worker_is_online(api: Api, state: State) -> bool:
    """Whether our worker has been heard of lately, and since the serve began."""
    try:
        workers = api.post(f"/work_pools/{state.pool}/workers/filter", {})
    except (OSError, ValueError):
        return False
    ours = [worker for worker in workers if worker["name"] == state.machine]
    return any(
        worker["status"] == "ONLINE" and datetime.fromisoformat(worker["last_heartbeat_time"]) >= state.started_at
        for worker in ours
    )


def _taken(api: Api, state: State) -> int:
    taken: int = api.get(f"/v2/concurrency_limits/{state.gpu_limit}")["active_slots"]
    return taken


def _deployments(api: Api, state: State) -> list[str]:
    ours = {"work_pools": {"name": {"any_": [state.pool]}}}
    return sorted(deployment["name"] for deployment in api.post("/deployments/filter", ours))


def _active(api: Api) -> list[dict[str, str]]:
    """The runs that are under way or wait, the oldest first; not the rounds below them."""
    wanted = {
        "flow_runs": {"state": {"type": {"any_": list(_ACTIVE)}}, "parent_task_run_id": {"is_null_": True}},
        "flows": {"name": {"like_": "ssd-iter"}},
        "sort": "EXPECTED_START_TIME_ASC",
    }
    return [
        {"run": run["name"], "state": run["state_name"], "flow_run": run["id"]}
        for run in api.post("/flow_runs/filter", wanted)
    ]


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except urllib.error.HTTPError as refusal:
        with refusal:
            return True  # there is no page yet, or it wants a password: somebody is there
    except OSError:
        return False
