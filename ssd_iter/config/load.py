"""TOML in, `RunConfig` out; every refusal names the source, the key, the value and what is allowed."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ssd_iter.config.extends import read_settings
from ssd_iter.config.fields import config_fields
from ssd_iter.config.schema import RunConfig
from ssd_iter.config.settings import Settings, overlaid
from ssd_iter.exceptions import ConfigError


def load_config(path: Path, overrides: Sequence[str] = ()) -> RunConfig:
    """Read a TOML file and what it extends, lay `a.b=VALUE` overrides over it, validate.

    Raises NotFoundError for a missing file and ConfigError for anything that cannot be run.
    """
    return validate_settings(read_settings(path, overrides), source=str(path))


def overridden(config: RunConfig, overrides: Sequence[str]) -> RunConfig:
    """A config with `a.b=VALUE` overrides laid over it."""
    settings = overlaid(Settings.of("the run's config", config.model_dump(mode="json")), overrides)
    return validate_settings(settings, source="the run's config with --set")


def validate(data: dict[str, Any], source: str) -> RunConfig:
    """The config in `data`; ConfigError lists every fault at once, each with its key and value."""
    return validate_settings(Settings(data, {}), source)


def validate_settings(settings: Settings, source: str) -> RunConfig:
    """The config that `settings` say; ConfigError as above, with who said what."""
    try:
        return RunConfig.model_validate(settings.data)
    except ValidationError as error:
        faults = "\n".join(f"  {_describe(fault, settings)}" for fault in error.errors())
        raise ConfigError(f"{source} cannot be run:\n{faults}") from None


def _describe(fault: Any, settings: Settings) -> str:
    """One line on one fault: a misspelt key gets the likeliest spelling, any key its origin."""
    location = [str(part) for part in fault["loc"]]
    key = ".".join(location)
    origin = settings.origin(key)
    said_by = f" [{origin}]" if origin else ""
    if fault["type"] == "extra_forbidden":
        close = difflib.get_close_matches(location[-1], _keys_beside(location), n=1)
        return f"{key}: no such key" + (f"; did you mean {close[0]!r}?" if close else "") + said_by
    if fault["type"] == "missing":
        return f"{key}: required"
    if fault["type"] == "tuple_type":
        return f'{key}: should be a list such as ["a", "b"] (got {fault["input"]!r}){said_by}'
    got = "" if isinstance(fault["input"], dict) else f" (got {fault['input']!r})"
    return f"{key}: {fault['msg'].removeprefix('Value error, ')}{got}{said_by}"


def _keys_beside(location: Sequence[str]) -> list[str]:
    """What may stand in a key's place."""
    section = "".join(f"{part}." for part in location[:-1])
    keys = [field.key.removeprefix(section) for field in config_fields() if field.key.startswith(section)]
    return [*dict.fromkeys(key.partition(".")[0] for key in keys), *([] if section else ["extends"])]
