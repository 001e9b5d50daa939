"""What the sources of a config say: merged, each value with its origin, not yet validated."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ssd_iter.config.toml_text import toml_line
from ssd_iter.exceptions import ConfigError

SET = "--set"


@dataclass(frozen=True, slots=True)
class Settings:
    """What one source says, or several laid over each other."""

    data: Mapping[str, Any]
    """Nested as in TOML."""
    origins: Mapping[str, str]
    """Who says the value of a key such as `train.lora.rank`: a file, a preset or `--set`."""
    file_text: str | None = None
    """The file that says all of this alone; None where several sources do."""

    @classmethod
    def of(cls, origin: str, data: Mapping[str, Any], file_text: str | None = None) -> Settings:
        """What one source says."""
        return cls(data, {key: origin for key, _ in leaves(data)}, file_text)

    def under(self, above: Settings) -> Settings:
        """With `above` laid over it: sections merge, values and lists are replaced.

        ConfigError where one has a section and the other a value.
        """
        data = self._merged(self.data, above, above.data, "")
        return Settings(data, {key: above.origins.get(key) or self.origins[key] for key, _ in leaves(data)})

    def origin(self, key: str) -> str:
        """Who says a key, the keys of a section, or the list that an item such as `evaluate.k.0` is in."""
        return ", ".join(dict.fromkeys(self.origins[said] for said in self.origins if _within(said, key)))

    @property
    def text(self) -> str:
        """TOML that says all of this alone: the file's own, or a line for each key with its origin."""
        if self.file_text is not None:
            return self.file_text
        said = [(key, value) for key, value in leaves(self.data) if value != {}]
        return "".join(f"{toml_line(key, value)}  # {self.origins[key]}\n" for key, value in said)

    def _merged(
        self, low: Mapping[str, Any], above: Settings, high: Mapping[str, Any], prefix: str
    ) -> Mapping[str, Any]:
        merged = dict(low)
        for name, value in high.items():
            key, was_section, is_section = prefix + name, isinstance(low.get(name), dict), isinstance(value, dict)
            if name in low and was_section != is_section:
                was, now = ("section", "value") if was_section else ("value", "section")
                raise ConfigError(f"{key} is a {was} in {self.origin(key)}, a {now} in {above.origin(key)}")
            merged[name] = self._merged(low[name], above, value, f"{key}.") if was_section else value
        return merged


def overlaid(settings: Settings, overrides: Sequence[str]) -> Settings:
    """Settings with `a.b=VALUE` overrides laid over them, the last on top."""
    for override in overrides:
        settings = settings.under(Settings.of(SET, nested(*parse_override(override))))
    return settings


def nested(keys: Sequence[str], value: Any) -> dict[str, Any]:
    """A value in its sections."""
    first, *rest = keys
    return {first: nested(rest, value) if rest else value}


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


def leaves(data: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """All values by key; an empty section is one, so that it can be told where it comes from."""
    for name, value in data.items():
        if isinstance(value, dict) and value:
            yield from leaves(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def _within(said: str, key: str) -> bool:
    return f"{said}.".startswith(f"{key}.") or f"{key}.".startswith(f"{said}.")
