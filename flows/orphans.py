"""What an interrupted run left in Prefect: runs that are shown as running, and whose process is gone.

Prefect notices by itself that a deployed flow died, never that its rounds and stages did.
"""

from __future__ import annotations

from uuid import UUID

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterId,
    FlowRunFilterName,
    FlowRunFilterParentFlowRunId,
    TaskRunFilter,
    TaskRunFilterState,
    TaskRunFilterStateType,
)
from prefect.client.schemas.objects import StateType
from prefect.context import FlowRunContext
from prefect.exceptions import PrefectException
from prefect.states import Crashed

from flows.display import say
from ssd_iter.run.paths import RunPaths

_AT_WORK = [StateType.RUNNING, StateType.PENDING, StateType.CANCELLING]
_MESSAGE = "Its process is gone; a later run has gone on from here."


def sweep_orphans(paths: RunPaths) -> None:
    """Mark as crashed what earlier flow runs of a run left at work. The caller holds the run's lock and is a flow run.

    Where Prefect does not answer nothing is marked: the next time will do.
    """
    context = FlowRunContext.get()
    if context is None or context.flow_run is None:
        return
    try:
        with get_client(sync_client=True) as client:
            found = _sweep(client, paths, context.flow_run.id)
    except (httpx.HTTPError, PrefectException):
        return
    if found:
        say(f"{found} flow and task runs that an interrupted run left are marked as crashed in Prefect")


def _sweep(client: SyncPrefectClient, paths: RunPaths, ours: UUID) -> int:
    named = client.read_flow_runs(flow_run_filter=FlowRunFilter(name=FlowRunFilterName(any_=[paths.run_id])))
    # A copy of a run in another folder has the same name.
    runs = {run.id: run for run in named if run.parameters.get("run_folder", str(paths.root)) == str(paths.root)}
    if ours not in runs:
        runs[ours] = client.read_flow_run(ours)
    below = client.read_flow_runs(
        flow_run_filter=FlowRunFilter(parent_flow_run_id=FlowRunFilterParentFlowRunId(any_=list(runs)))
    )
    runs |= {run.id: run for run in below}
    tasks = client.read_task_runs(
        flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=list(runs))),
        task_run_filter=TaskRunFilter(state=TaskRunFilterState(name=None, type=TaskRunFilterStateType(any_=_AT_WORK))),
    )
    for task in tasks:
        client.set_task_run_state(task.id, Crashed(message=_MESSAGE), force=True)
    orphans = [run for run in runs.values() if run.id != ours and run.state_type in _AT_WORK]
    for run in orphans:
        client.set_flow_run_state(run.id, Crashed(message=_MESSAGE), force=True)
    return len(tasks) + len(orphans)
