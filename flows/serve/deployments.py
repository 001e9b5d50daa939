"""What a server must have: a pool for the worker, the deployments, the queue for the GPU, and an eye on dead runs.

`python -m flows.serve.deployments POOL LIMIT SLOTS` sees to it; what is there already is brought up to date.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from typing import Any

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.objects import StateType
from prefect.events.actions import ChangeFlowRunState
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from prefect.events.schemas.events import ResourceSpecification
from prefect.exceptions import ObjectNotFound
from prefect.flows import Flow, load_flow_from_entrypoint
from prefect.utilities.callables import parameter_schema
from prefect.workers.process import ProcessWorker

from flows import HEARTBEAT_SECONDS
from flows.deployed import DEPLOYMENTS, Deployment

TAG = "ssd-iter"
DEAD_RUNS = "ssd-iter: a run that is not heard of has crashed"
DEAD_AFTER = timedelta(seconds=3 * HEARTBEAT_SECONDS)
"""Two heartbeats may get lost."""
_OUR_FLOWS = "ssd-iter*"
_STEP_SECONDS = 0.2


async def set_up(pool: str, limit: str, slots: int) -> None:
    """Bring the configured server to where a worker can start and a run be launched."""
    async with get_client() as client:
        while await client.api_healthcheck() is not None:  # whoever started us looks after the server
            await asyncio.sleep(_STEP_SECONDS)
        await _make_pool(client, pool)
        for deployment in DEPLOYMENTS:
            await _deploy(client, deployment, pool)
        await client.upsert_global_concurrency_limit_by_name(limit, slots)
        await _watch_for_dead_runs(client)


async def _make_pool(client: PrefectClient, name: str) -> None:
    try:
        await client.read_work_pool(name)
    except ObjectNotFound:
        template = ProcessWorker.get_default_base_job_template()
        about = "Runs of ssd-iter; `ssd-iter serve` is its worker."
        pool = WorkPoolCreate(name=name, type="process", description=about, base_job_template=template)
        await client.create_work_pool(pool)


async def _deploy(client: PrefectClient, deployment: Deployment, pool: str) -> None:
    flow: Flow[..., Any] = load_flow_from_entrypoint(deployment.entrypoint, use_placeholder_flow=False)
    await client.create_deployment(
        await client.create_flow(flow),
        deployment.name,
        entrypoint=deployment.entrypoint,
        description=deployment.description,
        parameters=dict(deployment.parameters),
        tags=[TAG, *deployment.tags],
        work_pool_name=pool,
        parameter_openapi_schema=parameter_schema(flow).model_dump(exclude_unset=True),
        enforce_parameter_schema=True,
    )


async def _watch_for_dead_runs(client: PrefectClient) -> None:
    wanted = dead_runs()
    there = await client.find_automation(DEAD_RUNS)
    if there is None:
        await client.create_automation(wanted)
    else:
        await client.update_automation(there.id, wanted)


def dead_runs() -> AutomationCore:
    """Marks a run of ours Crashed that was heard of and then neither ended nor was heard of again."""
    heard = "prefect.flow-run.heartbeat"
    ended = ("Completed", "Failed", "Cancelled", "Crashed", "Paused", "Suspended", "Scheduled", "AwaitingRetry")
    return AutomationCore(
        name=DEAD_RUNS,
        description="A machine that went down cannot say so. Retry goes on where the run stopped.",
        trigger=EventTrigger(
            match=ResourceSpecification({"prefect.resource.id": "prefect.flow-run.*"}),
            match_related=ResourceSpecification({"prefect.resource.role": "flow", "prefect.resource.name": _OUR_FLOWS}),
            after={heard},
            expect={heard, *(f"prefect.flow-run.{state}" for state in ended)},
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=DEAD_AFTER,
        ),
        actions=[
            ChangeFlowRunState(
                name=None,
                state=StateType.CRASHED,
                force=False,
                message=f"nothing was heard of its process for {DEAD_AFTER.seconds} s; Retry goes on where it stopped",
            )
        ],
    )


if __name__ == "__main__":
    asyncio.run(set_up(sys.argv[1], sys.argv[2], int(sys.argv[3])))
