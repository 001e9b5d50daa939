"""Selectors, taken apart: `source[:split][?key=value&...]`, such as `humaneval?n=24` or `fresh:train?n=48`.

Every source takes decode settings behind the question mark (`DECODE_KEYS`), which then hold for its problems in place
of the config's: `livecodebench:v6?temperature=0.6&max_tokens=32768`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import cast, get_args

from ssd_iter.exceptions import ConfigError
from ssd_iter.problems.base import Problem, Style

FILE = "file"
"""The source of one's own problems; its split is a path."""
DECODE_KEYS = ("num_samples", "temperature", "top_k", "top_p", "max_tokens")


@dataclass(frozen=True, kw_only=True)
class Selector:
    """A selector, taken apart. None where the text says nothing."""

    text: str
    """As it was given."""
    source: str
    split: str
    n: int | None = None
    levels: tuple[int, int] | None = None
    """Lowest and highest, both included."""
    seed: int | None = None
    style: Style | None = None
    tiers: str | None = None
    """Name of a calibration whose levels count."""

    @property
    def decode(self) -> dict[str, str]:
        """Decode settings as they were given."""
        return decode_settings(self.text)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, kw_only=True)
class Source:
    """One place problems come from, as `ssd-iter problems list` shows it."""

    name: str
    splits: tuple[str, ...]
    keys: tuple[str, ...]
    """What may stand behind the question mark beside `DECODE_KEYS`: `n`, `levels`, `seed`, `style`, `tiers`."""
    licence: str
    description: str
    load: Callable[[Selector, int], list[Problem]]
    """The problems a selector means; the number is the run's `fresh_seed`, for sources that generate."""


def parse_selector(text: str, sources: Sequence[Source]) -> tuple[Selector, Source]:
    """The selector a text stands for, and its source. ConfigError names what is wrong, and what would be valid."""
    address, _, query = text.partition("?")
    name, colon, split = address.partition(":")
    source = next((source for source in sources if source.name == name), None)
    if source is None:
        shown = [f"{FILE}:PATH" if source.name == FILE else source.name for source in sources]
        raise _unknown(text, "source", name, shown)
    if not colon and len(source.splits) == 1:
        split = source.splits[0]
    if not split:
        choices = ", ".join(f"{name}:{s}" for s in source.splits) or f"{name}:PATH"
        raise ConfigError(f"selector {text!r}: name a split: {choices}")
    if source.splits and split not in source.splits:
        raise _unknown(text, "split", split, source.splits)
    options = _options(text, query, source)
    style = options.get("style")
    if style is not None and style not in get_args(Style):
        raise _unknown(text, "style", style, get_args(Style))
    selector = Selector(
        text=text,
        source=name,
        split=split,
        n=_number(text, "n", options.get("n"), range(1, 10**9)),
        levels=_levels(text, options.get("levels")),
        seed=_number(text, "seed", options.get("seed"), range(2**64)),
        style=cast("Style | None", style),
        tiers=options.get("tiers"),
    )
    return selector, source


def decode_settings(text: str) -> dict[str, str]:
    """The decode settings that a selector holds, unchecked: all that a plan needs to know of it."""
    pairs = [option.partition("=") for option in text.partition("?")[2].split("&")]
    return {key: value for key, _, value in pairs if key in DECODE_KEYS}


def _options(text: str, query: str, source: Source) -> dict[str, str]:
    options: dict[str, str] = {}
    for option in query.split("&") if query else []:
        key, _, value = option.partition("=")
        if key not in (*source.keys, *DECODE_KEYS):
            raise _unknown(text, "key", key, (*source.keys, *DECODE_KEYS))
        if key in options:
            raise ConfigError(f"selector {text!r}: {key} is given twice; keep one")
        options[key] = value
    return options


def _number(text: str, key: str, value: str | None, valid: range) -> int | None:
    if value is None:
        return None
    if not re.fullmatch(r"[0-9]{1,20}", value) or int(value) not in valid:
        raise ConfigError(
            f"selector {text!r}: {key}={value} should be a whole number from {valid.start} to {valid.stop - 1}"
        )
    return int(value)


def _levels(text: str, value: str | None) -> tuple[int, int] | None:
    """`0-3`, or one level alone."""
    if value is None:
        return None
    match = re.fullmatch(r"([0-5])(?:-([0-5]))?", value)
    if match is None or match[1] > (match[2] or match[1]):
        raise ConfigError(f"selector {text!r}: levels={value} should be lowest-highest within 0-5, such as levels=0-1")
    return int(match[1]), int(match[2] or match[1])


def _unknown(text: str, kind: str, value: str, valid: Collection[str]) -> ConfigError:
    close = difflib.get_close_matches(value, valid, n=1)
    hint = f", did you mean {close[0]!r}?" if close else ";"
    return ConfigError(f"selector {text!r}: unknown {kind} {value!r}{hint} valid: {', '.join(valid)}")
