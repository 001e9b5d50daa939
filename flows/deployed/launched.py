"""What a flow knows of how it was launched."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from prefect.context import FlowRunContext
from prefect.runtime import flow_run

from flows.run import run_rounds, working_on
from ssd_iter.config.load import validate_settings
from ssd_iter.config.schema import RunConfig
from ssd_iter.config.settings import Settings
from ssd_iter.run.aside import call_aside
from ssd_iter.run.paths import RunPaths

FORM = "the form"


def runs_dir() -> Path:
    """The folder of the runs, as on the command line."""
    return Path(os.environ.get("SSD_ITER_RUNS", "runs"))


def launched_id() -> str:
    """The id of the run that the flow at work is: the same again when it is retried, so that it finds its folder."""
    return f"{flow_run.parameters['name']}-{launched_at():%Y%m%d-%H%M%S}-{str(flow_run.id)[:4]}"


def launched_at() -> datetime:
    """When the flow at work was asked for; retries do not change it."""
    context = FlowRunContext.get()
    if context is None or context.flow_run is None or context.flow_run.created is None:
        raise RuntimeError("asked outside of a flow that a server knows")
    return context.flow_run.created


def launch(form: Mapping[str, Any]) -> None:
    """Carry out the run that a form asks for, or go on with it where the flow is tried again.

    Raises what `create_run` and `working_on` do.
    """
    paths = RunPaths(runs_dir().resolve() / launched_id())
    if not paths.resolved.exists():
        said = settings_of(form)
        # What prompts are measured with, torch among it, would stay in a process that lives as long as the run.
        call_aside("flows.experiment:create_run", validate_settings(said, FORM), said.text, runs_dir(), paths.run_id)
    with working_on(paths):
        run_rounds(paths)


def settings_of(form: Mapping[str, Any]) -> Settings:
    """What a form says; its sections are models already."""
    return Settings.of(FORM, RunConfig.model_construct(**form).model_dump(mode="json", exclude_none=True))
