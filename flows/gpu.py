"""The queue for the GPU: where `ssd-iter serve` has made one, a stage with a model in it waits for its turn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress

from prefect.concurrency.asyncio import ConcurrencySlotAcquisitionError
from prefect.concurrency.sync import concurrency

from flows.display import say
from flows.serve.environment import gpu_limit
from ssd_iter.run.plan import GeneratePlan, StagePlan, TrainPlan

_LEASE_SECONDS = 60.0
"""Prefect's least. A holder that is killed gives its place up after so long."""
_PATIENCE_SECONDS = 2.0


@contextmanager
def gpu_slot(plan: StagePlan) -> Iterator[None]:
    """Hold a place on the GPU while a stage that loads a model works; others, or without a queue, don't wait."""
    limit = gpu_limit()
    if limit is None or not isinstance(plan, GeneratePlan | TrainPlan):
        yield
        return
    held = _enter(limit, f"round {plan.round} {plan.stage}")
    try:
        yield
    finally:
        # A server that is gone meanwhile is no reason to lose what the stage has done: the lease ends by itself.
        with suppress(Exception):
            held.__exit__(None, None, None)


def _enter(limit: str, title: str) -> AbstractContextManager[None]:
    """Wait for a place, and say so where it takes longer; without a queue that answers nobody waits."""
    held = _slot(limit, _PATIENCE_SECONDS)
    try:
        held.__enter__()
    except TimeoutError:
        say(f"{title} waits for its turn: another run is on the GPU")
        held = _slot(limit, None)
        held.__enter__()
        say(f"{title} has the GPU")
    except ConcurrencySlotAcquisitionError as error:
        say(f"{title} does not wait for its turn on the GPU: {error}")
        return nullcontext()
    return held


def _slot(limit: str, timeout_seconds: float | None) -> AbstractContextManager[None]:
    return concurrency(
        limit,
        occupy=1,
        timeout_seconds=timeout_seconds,
        lease_duration=_LEASE_SECONDS,
        strict=True,
        raise_on_lease_renewal_failure=False,
    )
