"""`ssd-iter run` and `ssd-iter resume`."""

from __future__ import annotations

from pathlib import Path

from flows.commands.options import RUNS, Overrides, RunsDir
from flows.display import say
from flows.experiment import Experiment, create_run, find_run, open_run, stored_config
from flows.run import carry_out
from ssd_iter.config.load import load_config, overridden


def run(config: Path, *, set_: Overrides = None, runs_dir: RunsDir = RUNS) -> None:
    """Start a run from a TOML config.

    Parameters
    ----------
    config
        The config; configs/demo.toml is one to start from.
    """
    loaded = load_config(config, set_ or [])
    _carry_out(create_run(loaded, config.read_text(encoding="utf-8"), runs_dir))


def resume(run: str = "@latest", *, set_: Overrides = None, runs_dir: RunsDir = RUNS) -> None:
    """Go on with a run where it stopped.

    Parameters
    ----------
    run
        A run's id, a unique prefix of it, or @latest.
    """
    paths = find_run(runs_dir, run)
    change = overridden(stored_config(paths), set_) if set_ else None
    _carry_out(open_run(paths, change))


def _carry_out(experiment: Experiment) -> None:
    paths, config = experiment.paths, experiment.config
    say(f"run {paths.run_id}: {config.rounds} rounds of {config.model.path} on {config.engine.name}")
    say(f"look in while it works: ssd-iter status {paths.run_id}")
    try:
        carry_out(experiment)
    except KeyboardInterrupt:
        say(f"interrupted; `ssd-iter resume {paths.run_id}` goes on from here")
        raise SystemExit(130) from None
    print(paths.index)
