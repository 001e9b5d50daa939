"""The configs of a sweep: one for each combination of some fields' values. Pure.

A run of a sweep is named by its values and its experiment, not by a time: the same sweep asked for again means the same
runs.
"""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ssd_iter.config.digest import digest_of, identity
from ssd_iter.config.fields import values_of
from ssd_iter.config.load import validate_settings
from ssd_iter.config.schema import RunConfig
from ssd_iter.config.settings import Settings, nested, parse_override
from ssd_iter.config.toml_text import toml_value
from ssd_iter.exceptions import ConfigError

MOST_RUNS = 100
OVER = "--over"
_NAME_LENGTH, _VALUES_LENGTH = 41, 28


@dataclass(frozen=True, slots=True)
class Variant:
    """One run of a sweep."""

    run_id: str
    values: Mapping[str, Any]
    """What sets it apart, by key."""
    config: RunConfig
    text: str
    """TOML that says all of the config."""


def variants(settings: Settings, over: Sequence[str], source: str) -> tuple[Variant, ...]:
    """Every combination of the values in `over`, such as `train.learning_rate=1e-5,5e-6`, the last varying fastest.

    ConfigError for what is no such text, for a field given twice, and for a combination that cannot be run.
    """
    fields = dict(_field(text) for text in over)
    if not fields or len(fields) < len(over):
        raise ConfigError(f"a sweep needs one or more fields to go over, each once: {OVER} KEY=VALUE,VALUE")
    combinations = [dict(zip(fields, values, strict=True)) for values in itertools.product(*fields.values())]
    if len(combinations) > MOST_RUNS:
        raise ConfigError(f"the sweep has {len(combinations)} runs, more than {MOST_RUNS}: leave out some values")
    return tuple(_variant(settings, values, source) for values in combinations)


def _field(text: str) -> tuple[str, list[Any]]:
    """A key and its values, each read as TOML, or else as plain text between commas."""
    (*parts,), _ = parse_override(text)
    key, listed = ".".join(parts), text.partition("=")[2]
    try:
        values = tomllib.loads(f"values = [{listed}]")["values"]
    except tomllib.TOMLDecodeError:
        values = [value.strip() for value in listed.split(",")]
    written = [toml_value(value) for value in values]
    if key == "name" or not values or len(set(written)) < len(written):
        raise ConfigError(f"{OVER} takes KEY=VALUE,VALUE with different values of any field but name, not {text!r}")
    return key, values


def _variant(settings: Settings, values: Mapping[str, Any], source: str) -> Variant:
    for key, value in values.items():
        settings = settings.under(Settings.of(OVER, nested(key.split("."), value)))
    config = validate_settings(settings, f"{source} with {told(values)}")
    # As the config has them: 1 and 1.0 may be one value.
    found = values_of(config)
    values = {key: found.get(key, value) for key, value in values.items()}
    name = _name(config.name, values)
    settings = settings.under(Settings.of(OVER, {"name": name}))
    experiment = digest_of([identity(config), values])[:8]
    return Variant(f"{name}-{experiment}", values, config.model_copy(update={"name": name}), settings.text)


def _name(name: str, values: Mapping[str, Any]) -> str:
    """The sweep's name and the values, with their fields' names where there is room."""
    full = "-".join(f"{_short(key)}-{_slug(value)}" for key, value in values.items())
    bare = "-".join(_slug(value) for value in values.values())
    end = (full if len(full) <= _VALUES_LENGTH else bare)[:_VALUES_LENGTH].strip("-")
    return f"{name[: _NAME_LENGTH - 1 - len(end)].rstrip('-')}-{end}".rstrip("-")


def _short(key: str) -> str:
    """`lr` of `train.learning_rate`, `temperature` of `sample.temperature`."""
    words = key.rpartition(".")[2].split("_")
    return words[0] if len(words) == 1 else "".join(word[:1] for word in words)


def _slug(value: Any) -> str:
    """`0p7` of 0.7, `1e-05` of 1e-5, `fresh-train-n-40` of a selector."""
    text = f"{value:g}".replace(".", "p") if isinstance(value, float) else str(value)
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def told(values: Mapping[str, Any]) -> str:
    """Values as TOML, on one line."""
    return ", ".join(f"{key} = {toml_value(value)}" for key, value in values.items())
