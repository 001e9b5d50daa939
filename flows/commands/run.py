"""`ssd-iter run` and `ssd-iter resume`."""

from __future__ import annotations

from pathlib import Path

from flows.commands.options import RUNS, Overrides, RunsDir
from flows.display import say
from flows.experiment import create_run, find_run, stored_config
from flows.run import carry_out
from ssd_iter.config.load import load_config, overridden
from ssd_iter.config.schema import RunConfig
from ssd_iter.run.paths import RunPaths


def run(config: Path, *, set_: Overrides = None, runs_dir: RunsDir = RUNS) -> None:
    """Start a run from a TOML config.

    Parameters
    ----------
    config
        The config; configs/demo.toml is one to start from.
    """
    loaded = load_config(config, set_ or [])
    _carry_out(create_run(loaded, config.read_text(encoding="utf-8"), runs_dir).paths)


def resume(run: str = "@latest", *, set_: Overrides = None, runs_dir: RunsDir = RUNS) -> None:
    """Go on with a run where it stopped.

    Parameters
    ----------
    run
        A run's id, a unique prefix of it, or @latest.
    """
    paths = find_run(runs_dir, run)
    _carry_out(paths, overridden(stored_config(paths), set_) if set_ else None)


def _carry_out(paths: RunPaths, change: RunConfig | None = None) -> None:
    config = change or stored_config(paths)
    say(f"run {paths.run_id}: {config.rounds} rounds of {config.model.path} on {config.engine.name}")
    say(f"look in while it works: ssd-iter status {paths.run_id}")
    try:
        carry_out(paths, change)
    except KeyboardInterrupt:
        say(f"interrupted; `ssd-iter resume {paths.run_id}` goes on from here")
        raise SystemExit(130) from None
    print(paths.index)
