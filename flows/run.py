"""A whole run as a Prefect flow: round 0 evaluates the base, each further round is one subflow."""

from __future__ import annotations

from pathlib import Path

from prefect import flow

from flows.display import say
from flows.experiment import check_model, open_run, stored_config
from flows.round import run_round
from flows.server import prefect_server
from ssd_iter.config.schema import RunConfig
from ssd_iter.run.events import write_event
from ssd_iter.run.paths import RunPaths
from ssd_iter.run.processes import run_lock


def carry_out(paths: RunPaths, change: RunConfig | None = None) -> None:
    """Run, or go on with, a run until its last round, its config perhaps changed; what is finished is not done again.

    Raises RunLockedError where another process works on it, ConfigError for a change that makes another experiment.
    """
    with run_lock(paths.lock):
        experiment = open_run(paths, change)
        kind = "run_resumed" if paths.rounds() else "run_started"
        if kind == "run_resumed":
            check_model(experiment)
        write_event(paths, 0, "", kind, f"{kind.replace('_', ' ')}: {experiment.config.rounds} rounds")
        with prefect_server(paths) as url:
            say(f"watch it in Prefect while it works: {url.removesuffix('/api')}")
            run_rounds.with_options(flow_run_name=paths.run_id)(str(paths.root))


@flow(name="ssd-iter")
def run_rounds(run_folder: str) -> None:
    """Every round in order; a round that no model came out of is the last."""
    for round in range(stored_config(RunPaths(Path(run_folder))).rounds + 1):
        if not run_round(run_folder, round):
            say(f"round {round} ended with a finding: no model came out of it, so the run ends here")
            return
