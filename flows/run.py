"""A whole run: round 0 evaluates the base; each round is one subflow of whatever flow carries the run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from prefect import Flow, Task, flow
from prefect.context import FlowRunContext

from flows.display import say
from flows.experiment import Experiment, check_resumable, open_run
from flows.observe.outlive import outlive, server_answers
from flows.observe.watching import observed_run
from flows.orphans import sweep_orphans
from flows.policy import follow_policy
from flows.repair import repair
from flows.rollback import roll_back
from flows.round import carry_out_round, run_round
from flows.server import prefect_server
from ssd_iter.config.schema import RunConfig
from ssd_iter.exceptions import SsdIterError
from ssd_iter.records import Round
from ssd_iter.run.aside import call_aside
from ssd_iter.run.disk import disk_full_said
from ssd_iter.run.events import write_event
from ssd_iter.run.outcome import read_done
from ssd_iter.run.paths import RunPaths
from ssd_iter.run.processes import run_lock
from ssd_iter.run.shards import read_shards

_CALLS_A_TRY = 10_000


def carry_out(paths: RunPaths, change: RunConfig | None = None, rollback_to: int | None = None) -> None:
    """Run, or go on with, a run until its last round, as a flow of its own; `working_on` says what may be changed."""
    with working_on(paths, change, rollback_to), prefect_server(paths) as url:
        if not server_answers():
            raise SsdIterError(
                f"no Prefect server answers at {url}: start it (`ssd-iter serve`), or unset PREFECT_API_URL, and the "
                "run has one of its own"
            )
        say(f"watch it in Prefect while it works: {url.removesuffix('/api')}")
        outlive(run_flow.with_options(flow_run_name=paths.run_id), str(paths.root))


@contextmanager
def working_on(paths: RunPaths, change: RunConfig | None = None, rollback_to: int | None = None) -> Iterator[None]:
    """Hold a run's lock and put on record that it begins or goes on, its config perhaps changed.

    `rollback_to` first makes the next round follow that earlier one. Raises RunLockedError where another process works
    on the run, ConfigError for a change that makes another experiment or a rollback that cannot be.
    """
    with disk_full_said(paths.root), run_lock(paths.lock):
        experiment = open_run(paths, change)
        if rollback_to is not None:
            roll_back(paths, rollback_to, experiment.config)
            experiment = open_run(paths)
        repair(experiment)
        kind = "run_resumed" if paths.rounds() else "run_started"
        if kind == "run_resumed":
            check_resumable(experiment)
        write_event(paths, 0, "", kind, f"{kind.replace('_', ' ')}: {experiment.config.rounds} rounds")
        yield


@flow(name="ssd-iter")
def run_flow(run_folder: str) -> None:
    """A run under no other flow than this, or under a sweep."""
    run_rounds(RunPaths(Path(run_folder)))


def run_rounds(paths: RunPaths) -> None:
    """Every round in order, until one would follow a round that no model came out of, or the policy ends the run.

    Called in a flow by who holds the run's lock. What is finished is not done again.
    """
    sweep_orphans(paths)
    call_anew(run_round)
    with observed_run(paths):
        _rounds(paths)


def _rounds(paths: RunPaths) -> None:
    round = 0
    while round <= (experiment := open_run(paths)).config.rounds:
        # Opened anew for each round: the policy may have rolled back.
        parent = experiment.lineage.parent(round)
        if parent is not None and _row(paths, parent).status == "ended":
            return
        if round in experiment.rollbacks and not _is_whole(experiment, experiment.rollbacks[round]):
            # When the round it follows was carried out, nobody knew that its model has these samples to draw.
            carry_out_round(paths, experiment.rollbacks[round])
        # The last that ended may have been cut off before its pages were whole.
        if round >= _last_ended(paths) or not _is_whole(experiment, round):
            carry_out_round(paths, round)
        if _row(paths, round).status == "ended":
            say(f"round {round} ended with a finding: no model came out of it")
        decision = follow_policy(experiment, round)
        if decision is not None:
            say(decision.why)
            call_aside("reports.render:write_index", paths)
            if decision.action == "stop":
                return
        round += 1


def call_anew(subflow: Flow[Any, Any]) -> None:
    """Have the flow at work make a new run of each subflow it calls, also where it is tried again.

    Prefect knows a subflow by its place among the calls: in a second try it takes round 2, called first, for round 0.
    """
    context = FlowRunContext.get()
    if context is not None and context.flow_run is not None:
        key = Task(fn=subflow.fn, name=subflow.name).task_key
        context.task_run_dynamic_keys[key] = context.flow_run.run_count * _CALLS_A_TRY


def _is_whole(experiment: Experiment, round: int) -> bool:
    """Whether nothing of a round is left to do; where the run has grown, its former last round has samples to draw."""
    paths = experiment.paths
    if not (paths.shard("rounds", round, "round").exists() and paths.round_page(round).exists()):
        return False
    if _row(paths, round).status == "ended":
        return True
    plan = experiment.plan(round)
    return all(read_done(paths.stage(round, stage.stage), stage) is not None for stage in plan.stages)


def _row(paths: RunPaths, round: int) -> Round:
    return read_shards(paths.shard_files("rounds", round), Round)[-1]


def _last_ended(paths: RunPaths) -> int:
    return max((row.round for row in read_shards(paths.shard_files("rounds"), Round)), default=-1)
