"""TOML in, `RunConfig` out; every refusal names the file, the key, the value and what is allowed."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from ssd_iter.config.schema import RunConfig
from ssd_iter.exceptions import ConfigError, NotFoundError


def load_config(path: Path, overrides: Sequence[str] = ()) -> RunConfig:
    """Read a TOML file, lay `a.b=VALUE` overrides over it, validate.

    Raises NotFoundError for a missing file and ConfigError for anything that cannot be run.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NotFoundError(f"no config file at {path}; configs/demo.toml is one to start from") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not valid TOML: {error}") from None
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error}") from None
    for override in overrides:
        _lay_over(data, override)
    return validate(data, source=str(path))


def overridden(config: RunConfig, overrides: Sequence[str]) -> RunConfig:
    """A config with `a.b=VALUE` overrides laid over it."""
    data = config.model_dump(mode="json")
    for override in overrides:
        _lay_over(data, override)
    return validate(data, source="the run's config with --set")


def validate(data: dict[str, Any], source: str) -> RunConfig:
    """The config in `data`; ConfigError lists every fault at once, each with its key and value."""
    try:
        return RunConfig.model_validate(data)
    except ValidationError as error:
        faults = "\n".join(f"  {_describe(fault)}" for fault in error.errors())
        raise ConfigError(f"{source} cannot be run:\n{faults}") from None


def parse_override(text: str) -> tuple[list[str], Any]:
    """`a.b=VALUE` as the key's parts and a value; VALUE is read as TOML, else taken as a string."""
    key, equals, value = text.partition("=")
    if not equals or not all(part.strip() for part in key.split(".")):
        raise ConfigError(f"--set takes KEY=VALUE such as sample.temperature=1.2, not {text!r}")
    try:
        parsed = tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        parsed = value
    return [part.strip() for part in key.split(".")], parsed


def _lay_over(data: dict[str, Any], override: str) -> None:
    keys, value = parse_override(override)
    section = data
    for key in keys[:-1]:
        section = section.setdefault(key, {})
        if not isinstance(section, dict):
            raise ConfigError(f"--set {override}: {key!r} is a value, not a section")
    section[keys[-1]] = value


def _describe(fault: Any) -> str:
    """One line on one fault; a misspelt key gets the likeliest spelling."""
    location = [str(part) for part in fault["loc"]]
    key = ".".join(location)
    if fault["type"] == "extra_forbidden":
        close = difflib.get_close_matches(location[-1], _fields_of(location[:-1]), n=1)
        return f"{key}: no such key" + (f"; did you mean {close[0]!r}?" if close else "")
    if fault["type"] == "missing":
        return f"{key}: required"
    return f"{key}: {fault['msg']} (got {fault['input']!r})"


def _fields_of(location: Sequence[str]) -> list[str]:
    section: Any = RunConfig
    for part in location:
        field = section.model_fields.get(part)
        if field is None or not (isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)):
            return []
        section = field.annotation
    return list(section.model_fields)
