"""What holds for every config, whatever its values."""

from __future__ import annotations

import difflib
import json
import re
import string
import tomllib
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ssd_iter.config.digest import config_digest
from ssd_iter.config.fields import config_fields, values_of
from ssd_iter.config.load import overridden, validate, validate_settings
from ssd_iter.config.schema import RunConfig
from ssd_iter.config.settings import Settings, overlaid
from ssd_iter.config.toml_text import toml_line, toml_value
from ssd_iter.exceptions import ConfigError
from ssd_iter.filtering.rules import RULES
from ssd_iter.sampling.engines import BY_NAME

BASE = {
    "name": "tiny",
    "model": {"path": "somewhere"},
    "problems": {"train": ["fresh:train?n=4"], "evaluate": ["humaneval"], "fresh_seed": 0},
}
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
NAMED = {
    "engine.name": st.sampled_from(["auto", *BY_NAME]),
    "filter.rules": st.lists(st.sampled_from(list(RULES)), unique=True),
    "evaluate.k": st.lists(st.integers(1, 100), unique=True),
}
"""Fields whose values the JSON schema alone does not give."""


def drawn_from(schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """Values that a field's JSON schema allows; not null, which TOML cannot say."""
    if "anyOf" in schema:
        return st.one_of([drawn_from(choice) for choice in schema["anyOf"] if choice.get("type") != "null"])
    if "enum" in schema or "const" in schema:
        return st.sampled_from(schema.get("enum") or [schema["const"]])
    low, high = schema.get("minimum"), schema.get("maximum")
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    match schema["type"]:
        case "boolean":
            return st.booleans()
        case "integer":
            return st.integers(low, below - 1 if below is not None else high)
        case "number":
            ends = [low if above is None else above, high if below is None else below]
            open_ends = {"exclude_min": above is not None, "exclude_max": below is not None}
            return st.floats(*ends, allow_nan=False, allow_infinity=False, **open_ends)
        case "array":
            return st.lists(drawn_from(schema["items"]), min_size=schema.get("minItems", 0), max_size=3)
    return st.from_regex(schema["pattern"], fullmatch=True) if "pattern" in schema else TEXT


VALUES = {field.key: NAMED[field.key] if field.key in NAMED else drawn_from(field.schema) for field in config_fields()}
SETTINGS = st.sampled_from(list(VALUES)).flatmap(lambda key: st.tuples(st.just(key), VALUES[key]))
"""A key and a value it may have."""


@st.composite
def configs(draw: st.DrawFn) -> RunConfig:
    """Valid configs, some fields of which are not the defaults."""
    overrides = [f"{key}={toml_value(value)}" for key, value in draw(st.lists(SETTINGS, max_size=6))]
    try:
        return validate_settings(overlaid(Settings.of("the test", BASE), overrides), source="the test")
    except ConfigError as refused:
        # Two fields that do not fit together; a value alone is always allowed.
        reasons = ("multiple of", "above learning_rate", "system needs", "thinking needs", "only rounds = 0")
        assert any(reason in str(refused) for reason in reasons)
        assume(False)
        raise


@given(configs())
def test_a_config_survives_toml(config):
    text = "\n".join(toml_line(key, value) for key, value in values_of(config).items())
    again = validate(tomllib.loads(text), source="the test")
    assert again == config and config_digest(again) == config_digest(config)


@given(configs())
def test_a_config_survives_json(config):
    assert validate(json.loads(json.dumps(config.model_dump(mode="json"))), source="the test") == config


@given(configs(), SETTINGS)
def test_an_override_is_what_the_config_then_says(config, setting):
    key, value = setting
    try:
        after = overridden(config, [f"{key}={toml_value(value)}"])
    except ConfigError:
        assume(False)
    assert values_of(after) == values_of(config) | {key: value}


@st.composite
def typos(draw: st.DrawFn) -> tuple[list[str], str, str]:
    """A part of a key with what leads to it, and that part with one letter lost, added, changed, or swapped."""
    parts = draw(st.sampled_from(list(VALUES))).split(".")
    at_part = draw(st.integers(0, len(parts) - 1))
    meant = parts[at_part]
    at, letter = draw(st.integers(0, len(meant) - 1)), draw(st.sampled_from(string.ascii_lowercase + "_"))
    before, here, after = meant[:at], meant[at], meant[at + 1 :]
    changes = [
        before + after,
        before + letter + here + after,
        before + letter + after,
        before + after[:1] + here + after[1:],
    ]
    return parts[:at_part], meant, draw(st.sampled_from(changes))


def likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, other, one).ratio()


@given(typos())
def test_a_key_with_one_wrong_letter_gets_its_likeliest_spelling(typo):
    section, meant, wrong = typo
    beside = [key.split(".")[: len(section) + 1] for key in VALUES]
    assume(wrong not in {parts[-1] for parts in beside if parts[:-1] == section} and len(meant) > 1)
    key = ".".join([*section, wrong])
    with pytest.raises(ConfigError, match=rf"  {key}: no such key; did you mean '(\w+)'\?") as refused:
        overridden(validate(BASE, source="the test"), [f"{key}=1"])
    (suggested,) = re.findall(r"did you mean '(\w+)'", str(refused.value))
    # Where another key is as like (`top_x`: `top_k` or `top_p`?), either will do.
    assert suggested == meant or likeness(wrong, suggested) >= likeness(wrong, meant)
