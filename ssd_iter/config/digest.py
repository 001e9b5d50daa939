"""The digest that names an experiment, and what differs between two configs."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from ssd_iter.config.fields import config_fields, values_of
from ssd_iter.config.schema import RunConfig


def canonical_json(value: Any) -> str:
    """One spelling for equal values: sorted keys, no spaces."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def digest_of(value: Any) -> str:
    """SHA-256 over a JSON value's canonical spelling, as 64 hex digits."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


def identity(config: RunConfig) -> dict[str, Any]:
    """The identity fields as flat `section.field: value`; operational and growing ones are left out."""
    values = values_of(config)
    return {field.key: values[field.key] for field in config_fields() if field.role == "identity"}


def config_digest(config: RunConfig) -> str:
    """Equal for two configs that describe the same experiment."""
    return digest_of(identity(config))


def differing_fields(before: RunConfig, after: RunConfig) -> list[str]:
    """Identity fields whose values differ, as `key: before -> after`."""
    old, new = identity(before), identity(after)
    return [f"{key}: {old[key]!r} -> {new[key]!r}" for key in sorted(old) if old[key] != new[key]]
