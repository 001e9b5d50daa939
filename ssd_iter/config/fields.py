"""The config's fields as a list: key, what it may be, default, role and text, all read from the schema."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ssd_iter.config.schema import RunConfig
from ssd_iter.config.section import GROWS, OPERATIONAL, Section

Role = Literal["identity", "operational", "may grow"]

_BOUNDS = {
    "minimum": "at least",
    "exclusiveMinimum": "above",
    "maximum": "at most",
    "exclusiveMaximum": "below",
    "pattern": "matching",
}
_TYPES = {"integer": "integer", "number": "number", "string": "text", "boolean": "true or false", "null": "not set"}


@dataclass(frozen=True, slots=True)
class ConfigField:
    """One field as its users see it."""

    section: str
    """Such as `train.lora`; empty at the top."""
    name: str
    text: str
    """Its documentation, on one line."""
    role: Role
    schema: Mapping[str, Any]
    """Its JSON schema: type, bounds and default."""

    @property
    def key(self) -> str:
        """As `--set` takes it, such as `train.lora.rank`."""
        return f"{self.section}.{self.name}".removeprefix(".")

    @property
    def required(self) -> bool:
        """It has no default."""
        return "default" not in self.schema

    @property
    def default(self) -> Any:
        """As JSON; None where it is not set by default, or required."""
        return self.schema.get("default")

    @property
    def values(self) -> str:
        """What it may be, such as `number, above 0, at most 10`."""
        return _values(self.schema)


def sections() -> Iterator[tuple[str, str]]:
    """Name and documentation of every section, in order; the name of the top one is empty."""
    for name, section in _walk("", RunConfig):
        yield name, inspect.cleandoc(section.__doc__ or "")


@functools.cache
def config_fields() -> tuple[ConfigField, ...]:
    """Every field there is, section by section."""
    return tuple(field for name, section in _walk("", RunConfig) for field in _fields(name, section))


def values_of(config: RunConfig) -> dict[str, Any]:
    """The value of every field as JSON, by key, in the order of `config_fields`."""
    dumped = config.model_dump(mode="json")
    return {
        field.key: functools.reduce(lambda at, part: at[part], field.key.split("."), dumped)
        for field in config_fields()
    }


def _walk(name: str, section: type[Section]) -> Iterator[tuple[str, type[Section]]]:
    yield name, section
    for field, info in section.model_fields.items():
        if isinstance(info.annotation, type) and issubclass(info.annotation, Section):
            yield from _walk(f"{name}.{field}".removeprefix("."), info.annotation)


def _fields(name: str, section: type[Section]) -> Iterator[ConfigField]:
    for field, schema in section.model_json_schema()["properties"].items():
        if "$ref" not in schema:
            text = " ".join(schema["description"].split())
            yield ConfigField(name, field, text, _role(section.model_fields[field].metadata), schema)


def _role(marks: Sequence[object]) -> Role:
    return "operational" if OPERATIONAL in marks else "may grow" if GROWS in marks else "identity"


def _values(schema: Mapping[str, Any]) -> str:
    if "anyOf" in schema:
        return ", or ".join(_values(choice) for choice in schema["anyOf"])
    if "enum" in schema or "const" in schema:
        return " or ".join(f'"{choice}"' for choice in schema.get("enum") or [schema["const"]])
    if schema["type"] == "array":
        return f"list of {_values(schema['items'])}" + (", not empty" if schema.get("minItems") else "")
    bounds = [f"{words} {schema[bound]}" for bound, words in _BOUNDS.items() if bound in schema]
    return ", ".join([_TYPES[schema["type"]], *bounds])
