"""`ssd-iter init` and `ssd-iter config`: writing a config, and looking at one."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from flows.commands.options import RUNS, AsJson, Overrides, RunsDir
from flows.display import say
from flows.experiment import find_run, stored_config
from ssd_iter.config.annotated import annotated_config
from ssd_iter.config.extends import preset_names, read_settings
from ssd_iter.config.fields import ConfigField, config_fields, values_of
from ssd_iter.config.load import validate_settings
from ssd_iter.config.settings import Settings, leaves, overlaid
from ssd_iter.config.toml_text import toml_line
from ssd_iter.exceptions import ConfigError
from ssd_iter.run.paths import RunPaths, write_text

Preset = Annotated[str | None, Parameter(help=f"Start from one of: {', '.join(preset_names())}.")]
Selectors = Annotated[list[str] | None, Parameter(negative="")]
Switch = Annotated[bool, Parameter(negative="")]

DEFAULT = "default"


def init(
    file: Path = Path("experiment.toml"),
    *,
    preset: Preset = None,
    model: str | None = None,
    train: Selectors = None,
    evaluate: Selectors = None,
    force: Switch = False,
) -> None:
    """Write a config to start from: what everyone edits on top, all other fields explained below.

    Parameters
    ----------
    file
        Where to.
    model
        A hub id, a local folder, or a packaged name.
    train
        What to train on: a selector, as `ssd-iter problems list` takes it; repeatable.
    evaluate
        What to evaluate on, likewise.
    force
        Replace a file that is there.
    """
    if file.exists() and not force:
        raise ConfigError(f"{file} is there already; --force replaces it")
    name = re.sub(r"[^a-z0-9]+", "-", file.stem.lower()).strip("-")[:41]
    chosen = {
        "name": name or "experiment",
        "model.path": model,
        "problems.train": train,
        "problems.evaluate": evaluate,
        "problems.fresh_seed": secrets.randbelow(2**31),
    }
    write_text(file, annotated_config({key: value for key, value in chosen.items() if value is not None}, preset))
    print(file)
    say(f"edit the lines on top, then: ssd-iter run {file}")


def show(
    config_or_run: str,
    *,
    set_: Overrides = None,
    origin: Switch = False,
    json_: AsJson = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Print the value of every config field, as TOML.

    Parameters
    ----------
    config_or_run
        A config file, or a run: its id, a unique prefix of it, or @latest.
    origin
        Say where each value comes from, and whether it may change when a run is resumed.
    """
    settings = _settings(config_or_run, set_ or [], runs_dir)
    values = values_of(validate_settings(settings, source=config_or_run))
    facts = {
        field.key: {"value": values[field.key], "origin": settings.origin(field.key) or DEFAULT, "role": field.role}
        for field in config_fields()
    }
    if json_:
        print(json.dumps(facts))
        return
    for key, fact in facts.items():
        print(toml_line(key, fact["value"]) + (f"  # {fact['origin']}; {fact['role']}" if origin else ""))


def _settings(config_or_run: str, overrides: Sequence[str], runs_dir: Path) -> Settings:
    if config_or_run.endswith(".toml") or Path(config_or_run).is_file():
        return read_settings(Path(config_or_run), overrides)
    return overlaid(_settings_of_run(find_run(runs_dir, config_or_run)), overrides)


def _settings_of_run(paths: RunPaths) -> Settings:
    """What a run was made with, from the files it keeps: what was asked for, and what became of it."""
    config = stored_config(paths)
    asked = dict(leaves(read_settings(paths.config).data))

    def origin(field: ConfigField, value: Any) -> str:
        if asked.get(field.key, field.default) == value:
            return paths.config.name if field.key in asked else DEFAULT
        return paths.resolved.name

    values = values_of(config)
    origins = {field.key: origin(field, values[field.key]) for field in config_fields()}
    return Settings(config.model_dump(mode="json"), origins)
