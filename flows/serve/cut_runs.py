"""Runs whose worker is surely gone: marked Crashed at once, not when it is noticed that nothing is heard of them."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

from flows.serve.api import Api

_UNDER_WAY = ["RUNNING", "PENDING"]
_CRASHED = {"type": "CRASHED", "name": "Crashed", "message": "its worker was stopped; Retry goes on where it stopped"}


def mark_cut_runs(api: Api, pool: str, before: datetime | None = None) -> None:
    """Mark the runs of a pool that are under way, all of them or those whose state is from before `before`.

    For the only worker of a pool that has ended, or has not begun. Where the server does not answer nothing is marked.
    """
    latest = before or datetime.now(UTC)
    wanted = {"flow_runs": {"state": {"type": {"any_": _UNDER_WAY}}}, "work_pools": {"name": {"any_": [pool]}}}
    with suppress(OSError, ValueError):
        for run in api.post("/flow_runs/filter", wanted):
            if datetime.fromisoformat(run["state"]["timestamp"]) < latest:
                api.post(f"/flow_runs/{run['id']}/set_state", {"state": _CRASHED})
