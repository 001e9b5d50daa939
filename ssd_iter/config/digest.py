"""The digest that names an experiment, and what differs between two configs."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from pydantic import BaseModel

from ssd_iter.config.schema import GROWS, OPERATIONAL, RunConfig


def canonical_json(value: Any) -> str:
    """One spelling for equal values: sorted keys, no spaces."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def digest_of(value: Any) -> str:
    """SHA-256 over a JSON value's canonical spelling, as 64 hex digits."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


def identity(config: RunConfig) -> dict[str, Any]:
    """The identity fields as flat `section.field: value`; operational and growing ones are left out."""
    flat: dict[str, Any] = {}
    _flatten(config, "", flat)
    return flat


def config_digest(config: RunConfig) -> str:
    """Equal for two configs that describe the same experiment."""
    return digest_of(identity(config))


def differing_fields(before: RunConfig, after: RunConfig) -> list[str]:
    """Identity fields whose values differ, as `key: before -> after`."""
    old, new = identity(before), identity(after)
    return [f"{key}: {old[key]!r} -> {new[key]!r}" for key in sorted(old) if old[key] != new[key]]


def _flatten(section: BaseModel, prefix: str, flat: dict[str, Any]) -> None:
    dumped = section.model_dump(mode="json")
    for name, field in type(section).model_fields.items():
        if OPERATIONAL in field.metadata or GROWS in field.metadata:
            continue
        value = getattr(section, name)
        if isinstance(value, BaseModel):
            _flatten(value, f"{prefix}{name}.", flat)
        else:
            flat[prefix + name] = dumped[name]
