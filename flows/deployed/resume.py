"""Go on with a run from a form."""

from __future__ import annotations

from typing import Annotated

from prefect import flow
from prefect.runtime import flow_run
from pydantic import Field

from flows.deployed.form import refusing
from flows.deployed.launched import launched_at, runs_dir
from flows.experiment import find_run, stored_config
from flows.run import run_rounds, working_on
from ssd_iter.config.load import overridden
from ssd_iter.exceptions import NotFoundError
from ssd_iter.records import Event
from ssd_iter.run.paths import RunPaths
from ssd_iter.run.shards import read_shards


def resumed_id() -> str:
    """The id of the run that is meant, or what was said where there is none."""
    try:
        return find_run(runs_dir(), flow_run.parameters["run"]).run_id
    except NotFoundError as error:
        return str(flow_run.parameters["run"]) or type(error).__name__


@flow(name="ssd-iter", flow_run_name=resumed_id)
@refusing
def resume(
    run: str = "@latest",
    rounds: Annotated[int, Field(ge=0, le=1000)] | None = None,
    rollback_to: Annotated[int, Field(ge=0, le=1000)] | None = None,
) -> None:
    """Go on with a run where it stopped.

    Args:
        run: Its id, a unique prefix of it, or @latest.
        rounds: More rounds than it was to have; not set: as many.
        rollback_to: Let the next round follow this earlier one. What was begun of the next round is set aside.
    """
    paths = find_run(runs_dir(), run)
    change = None if rounds is None else overridden(stored_config(paths), [f"rounds={rounds}"])
    with working_on(paths, change, None if _rolled_back(paths) else rollback_to):
        run_rounds(paths)


def _rolled_back(paths: RunPaths) -> bool:
    """Whether an earlier try of this flow has gone back already; rounds have been added since, perhaps."""
    events = read_shards(paths.shard_files("events"), Event)
    return any(event.kind == "rolled_back" and event.created_at >= launched_at() for event in events)
