"""`ssd-iter run` and `ssd-iter resume`."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from flows.commands.options import RUNS, AsJson, Overrides, RunsDir
from flows.display import format_table, say
from flows.dry_run import dry_run as plan_run
from flows.dry_run import plan_rows, summary
from flows.experiment import create_run, find_run, stored_config
from flows.overview import last_verdict, run_state
from ssd_iter.config.extends import read_settings
from ssd_iter.config.load import overridden, validate_settings
from ssd_iter.config.schema import RunConfig
from ssd_iter.decline.policy import COLLAPSED
from ssd_iter.execution.levels import described
from ssd_iter.run.paths import RunPaths

Strict = Annotated[
    bool, Parameter(negative="", help="Exit with code 4 where the run ended early, or its last round has collapsed.")
]


def run(
    config: Path,
    *,
    set_: Overrides = None,
    dry_run: Annotated[bool, Parameter(negative="", help="Check everything, print the plan, write nothing.")] = False,
    json_: AsJson = False,
    strict: Strict = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Start a run from a TOML config.

    Parameters
    ----------
    config
        The config; configs/demo.toml is one to start from.
    """
    settings = read_settings(config, set_ or [])
    loaded = validate_settings(settings, source=str(config))
    if dry_run:
        document = plan_run(loaded, runs_dir)
        print(json.dumps(document) if json_ else f"{format_table(plan_rows(document))}\n{summary(document)}")
        return
    _carry_out(create_run(loaded, settings.text, runs_dir).paths, strict=strict)


def resume(
    run: str = "@latest",
    *,
    set_: Overrides = None,
    rollback_to: int | None = None,
    strict: Strict = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Go on with a run where it stopped.

    Parameters
    ----------
    run
        A run's id, a unique prefix of it, or @latest.
    rollback_to
        Let the next round follow this earlier one instead of the last. What was begun of the next round is set aside.
    """
    paths = find_run(runs_dir, run)
    change = overridden(stored_config(paths), set_) if set_ else None
    _carry_out(paths, change, rollback_to, strict=strict)


def _carry_out(
    paths: RunPaths, change: RunConfig | None = None, rollback_to: int | None = None, *, strict: bool
) -> None:
    config = change or stored_config(paths)
    held = f"programs held at level {described(config.execution.isolation)}"
    engine = f"{config.engine.name} in {config.engine.dtype}"
    say(f"run {paths.run_id}: {config.rounds} rounds of {config.model.path} on {engine}, {held}")
    say(f"look in while it works: ssd-iter status {paths.run_id}")
    try:
        # Prefect takes seconds to load: help, --dry-run and refusals don't wait for it.
        importlib.import_module("flows.run").carry_out(paths, change, rollback_to)
    except KeyboardInterrupt:
        say(f"interrupted; `ssd-iter resume {paths.run_id}` goes on from here")
        raise SystemExit(130) from None
    print(paths.index)
    if strict and (run_state(paths) == "ended early" or last_verdict(paths) in COLLAPSED):
        raise SystemExit(4)
