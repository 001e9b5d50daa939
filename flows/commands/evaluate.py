"""`ssd-iter eval`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from flows.commands.options import RUNS, AsJson, Overrides, RunsDir
from flows.commands.run import DryRun, start
from ssd_iter.config.evaluation import EVALUATION, evaluation_of
from ssd_iter.config.extends import read_settings
from ssd_iter.config.settings import Settings, overlaid


def evaluate(
    model: str,
    *,
    problems: Annotated[
        list[str] | None, Parameter(negative="", help="A selector, such as humaneval; repeatable.")
    ] = None,
    set_: Overrides = None,
    dry_run: DryRun = False,
    json_: AsJson = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Evaluate a model: a run of round 0 alone, with nothing trained.

    Parameters
    ----------
    model
        A hub id, a folder (also a round's checkpoint) or a packaged name; or a config, FILE.toml, whose model is meant.
    """
    settings = read_settings(Path(model)) if model.endswith(".toml") else evaluation_of(model)
    if problems:
        settings = settings.under(Settings.of("--problems", {"problems": {"evaluate": problems}}))
    settings = overlaid(settings, set_ or []).under(Settings.of("ssd-iter eval", EVALUATION))
    start(settings, model, runs_dir, dry_run=dry_run, json_=json_)
