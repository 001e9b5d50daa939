"""`ssd-iter run` and `ssd-iter resume`."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from flows.commands.options import RUNS, AsJson, Overrides, RunsDir
from flows.display import format_table, say
from flows.dry_run import dry_resume, plan_rows, summary
from flows.dry_run import dry_run as plan_run
from flows.experiment import Experiment, find_run, stored_config
from flows.overview import last_verdict, run_state
from ssd_iter.config.extends import read_settings
from ssd_iter.config.load import overridden, validate_settings
from ssd_iter.config.schema import RunConfig
from ssd_iter.config.settings import Settings
from ssd_iter.decline.policy import COLLAPSED
from ssd_iter.exceptions import ConfigError
from ssd_iter.execution.levels import described
from ssd_iter.run.aside import call_aside
from ssd_iter.run.paths import RunPaths

Strict = Annotated[
    bool, Parameter(negative="", help="Exit with code 4 where the run ended early, or its last round has collapsed.")
]

DryRun = Annotated[bool, Parameter(negative="", help="Check everything, print the plan, write nothing.")]


def run(
    config: Path,
    *,
    set_: Overrides = None,
    dry_run: DryRun = False,
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
    start(read_settings(config, set_ or []), str(config), runs_dir, dry_run=dry_run, json_=json_, strict=strict)


def start(settings: Settings, source: str, runs_dir: Path, *, dry_run: bool, json_: bool, strict: bool = False) -> None:
    """Make the run that `settings` say and carry it out, or only say what it would do."""
    loaded = validate_settings(settings, source)
    if dry_run:
        _print_plan(plan_run(loaded, runs_dir), json_)
        return
    # What prompts are measured with, torch among it, would stay in a process that lives as long as the run.
    made: Experiment = call_aside("flows.experiment:create_run", loaded, settings.text, runs_dir)
    _carry_out(made.paths, strict=strict)


def resume(
    run: str = "@latest",
    *,
    set_: Overrides = None,
    rollback_to: int | None = None,
    dry_run: Annotated[bool, Parameter(negative="", help="Print what is left to do, write nothing.")] = False,
    json_: AsJson = False,
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
    if dry_run:
        if rollback_to is not None:
            raise ConfigError("--dry-run says what is left of a run as it is: leave --rollback-to out")
        _print_plan(dry_resume(paths, change), json_)
        return
    _carry_out(paths, change, rollback_to, strict=strict)


def _print_plan(document: dict[str, Any], json_: bool) -> None:
    rows = plan_rows(document)
    print(json.dumps(document) if json_ else "\n".join([*([format_table(rows)] if rows else []), summary(document)]))


def _carry_out(
    paths: RunPaths, change: RunConfig | None = None, rollback_to: int | None = None, *, strict: bool
) -> None:
    config = change or stored_config(paths)
    held = f"programs held at level {described(config.execution.isolation)}"
    engine = f"{config.engine.name} in {config.engine.dtype}"
    does = f"{config.rounds} rounds of" if config.rounds else "evaluating"
    say(f"run {paths.run_id}: {does} {config.model.path} on {engine}, {held}")
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
