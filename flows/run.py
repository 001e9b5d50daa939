"""A whole run as a Prefect flow: round 0 evaluates the base, each further round is one subflow."""

from __future__ import annotations

from pathlib import Path

from prefect import flow

from flows.display import say
from flows.experiment import Experiment, check_model, open_run, write_event
from flows.round import run_round
from flows.server import prefect_server
from ssd_iter.run.paths import RunPaths
from ssd_iter.run.processes import run_lock


def carry_out(experiment: Experiment) -> None:
    """Run, or go on with, an experiment until its last round; what is finished is not done again.

    Raises RunLockedError where another process works on it.
    """
    paths = experiment.paths
    with run_lock(paths.lock), prefect_server(paths):
        kind = "run_resumed" if paths.rounds() else "run_started"
        if kind == "run_resumed":
            check_model(experiment)
        write_event(paths, 0, "", kind, f"{kind.replace('_', ' ')}: {experiment.config.rounds} rounds")
        run_rounds(str(paths.root))


@flow(name="ssd-iter", flow_run_name="{run_folder}")
def run_rounds(run_folder: str) -> None:
    """Every round in order; a round that no model came out of is the last."""
    experiment = open_run(RunPaths(Path(run_folder)))
    for round in range(experiment.config.rounds + 1):
        if not run_round(experiment, experiment.plan(round)):
            say(f"round {round} ended with a finding: no model came out of it, so the run ends here")
            return
