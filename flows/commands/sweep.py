"""`ssd-iter sweep`."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from flows.commands.options import RUNS, Overrides, RunsDir
from flows.display import say
from flows.dry_run import dry_run as plan_run
from flows.dry_run import summary
from ssd_iter.config.extends import read_settings
from ssd_iter.config.load import validate_settings
from ssd_iter.config.sweep import OVER, told, variants
from ssd_iter.run.paths import RunPaths


def sweep(
    config: Path,
    *,
    over: Annotated[
        list[str],
        Parameter(
            name=OVER,
            negative="",
            help="A field and the values it takes: KEY=VALUE,VALUE; repeatable, then each combination is a run.",
        ),
    ],
    set_: Overrides = None,
    dry_run: Annotated[bool, Parameter(negative="", help="Check every run, print the plan, write nothing.")] = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Several runs that differ in one or more fields, one after another.

    Asked for again it goes on: what has finished is not done again. `ssd-iter compare A B` sets two of them side by
    side.

    Parameters
    ----------
    config
        The config of all of them.
    """
    settings = read_settings(config, set_ or [])
    runs = variants(settings, over, str(config))
    if dry_run:
        for variant in runs:
            print(f"{variant.run_id}: {told(variant.values)}\n{summary(plan_run(variant.config, runs_dir))}\n")
        return
    for variant in runs:
        say(f"{variant.run_id}: {told(variant.values)}")
    name = validate_settings(settings, str(config)).name
    try:
        # Prefect takes seconds to load: help, --dry-run and refusals don't wait for it.
        importlib.import_module("flows.sweep").carry_out_sweep(name, runs, runs_dir)
    except KeyboardInterrupt:
        say("interrupted; the same command goes on from here")
        raise SystemExit(130) from None
    for variant in runs:
        print(RunPaths(runs_dir / variant.run_id).index)
