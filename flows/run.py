"""A whole run as a Prefect flow: round 0 evaluates the base, each further round is one subflow."""

from __future__ import annotations

from pathlib import Path

from prefect import flow

from flows.display import say
from flows.experiment import check_resumable, open_run, stored_config
from flows.policy import follow_policy
from flows.rollback import roll_back
from flows.round import run_round
from flows.server import prefect_server
from reports.render import write_index
from ssd_iter.config.schema import RunConfig
from ssd_iter.run.events import write_event
from ssd_iter.run.paths import RunPaths
from ssd_iter.run.processes import run_lock


def carry_out(paths: RunPaths, change: RunConfig | None = None, rollback_to: int | None = None) -> None:
    """Run, or go on with, a run until its last round, its config perhaps changed; what is finished is not done again.

    `rollback_to` first makes the next round follow that earlier one. Raises RunLockedError where another process works
    on the run, ConfigError for a change that makes another experiment or a rollback that cannot be.
    """
    with run_lock(paths.lock):
        experiment = open_run(paths, change)
        if rollback_to is not None:
            roll_back(paths, rollback_to, experiment.config)
        kind = "run_resumed" if paths.rounds() else "run_started"
        if kind == "run_resumed":
            check_resumable(experiment)
        write_event(paths, 0, "", kind, f"{kind.replace('_', ' ')}: {experiment.config.rounds} rounds")
        with prefect_server(paths) as url:
            say(f"watch it in Prefect while it works: {url.removesuffix('/api')}")
            run_rounds.with_options(flow_run_name=paths.run_id)(str(paths.root))


@flow(name="ssd-iter")
def run_rounds(run_folder: str) -> None:
    """Every round in order, until one would follow a round that no model came out of, or the policy ends the run."""
    paths = RunPaths(Path(run_folder))
    without_model = set()
    for round in range(stored_config(paths).rounds + 1):
        # Opened anew for each round: the policy may have rolled back.
        experiment = open_run(paths)
        if experiment.lineage.parent(round) in without_model:
            return
        if round in experiment.rollbacks and not paths.shard("rounds", round, "round").exists():
            # When the round it follows was carried out, nobody knew that its model has these samples to draw.
            run_round(run_folder, experiment.rollbacks[round])
        if not run_round(run_folder, round):
            without_model.add(round)
            say(f"round {round} ended with a finding: no model came out of it")
        decision = follow_policy(experiment, round)
        if decision is None:
            continue
        say(decision.why)
        write_index(paths)
        if decision.action == "stop":
            return
