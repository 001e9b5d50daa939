"""Selectors, taken apart: `source[:split][?key=value&...]`, such as `humaneval?n=24` or `fresh:train?n=48`."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from ssd_iter.exceptions import ConfigError
from ssd_iter.problems.base import Problem


@dataclass(frozen=True, kw_only=True)
class Selector:
    """A selector, taken apart; `str()` puts it together again. None where the text says nothing."""

    source: str
    split: str
    n: int | None = None
    levels: tuple[int, int] | None = None
    """Lowest and highest, both included."""
    seed: int | None = None

    def __str__(self) -> str:
        options = [
            f"n={self.n}" if self.n is not None else "",
            f"levels={self.levels[0]}-{self.levels[1]}" if self.levels is not None else "",
            f"seed={self.seed}" if self.seed is not None else "",
        ]
        return f"{self.source}:{self.split}?{'&'.join(filter(None, options))}".rstrip("?")


@dataclass(frozen=True, kw_only=True)
class Source:
    """One place problems come from, as `ssd-iter problems list` shows it."""

    name: str
    splits: tuple[str, ...]
    keys: tuple[str, ...]
    """What may stand behind the question mark: `n`, `levels`, `seed`."""
    needs: tuple[str, ...] = ()
    """What must."""
    count: int
    """Problems in all splits together."""
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
        raise _unknown(text, "source", name, [*(source.name for source in sources), "file:PATH"])
    if not colon and len(source.splits) == 1:
        split = source.splits[0]
    if not split:
        raise ConfigError(f"selector {text!r}: name a split: {', '.join(f'{name}:{s}' for s in source.splits)}")
    if split not in source.splits:
        raise _unknown(text, "split", split, source.splits)
    options = _options(text, query, source)
    selector = Selector(
        source=name,
        split=split,
        n=_number(text, "n", options.get("n"), range(1, 10**9)),
        levels=_levels(text, options.get("levels")),
        seed=_number(text, "seed", options.get("seed"), range(2**64)),
    )
    return selector, source


def _options(text: str, query: str, source: Source) -> dict[str, str]:
    options: dict[str, str] = {}
    for option in query.split("&") if query else []:
        key, _, value = option.partition("=")
        if key not in source.keys:
            raise _unknown(text, "key", key, source.keys)
        if key in options:
            raise ConfigError(f"selector {text!r}: {key} is given twice; keep one")
        options[key] = value
    for key in source.needs:
        if key not in options:
            raise ConfigError(f"selector {text!r}: {source.name} needs {key}, such as {key}=48")
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
    if value is None:
        return None
    match = re.fullmatch(r"([0-5])-([0-5])", value)
    if match is None or match[1] > match[2]:
        raise ConfigError(f"selector {text!r}: levels={value} should be lowest-highest within 0-5, such as levels=0-1")
    return int(match[1]), int(match[2])


def _unknown(text: str, kind: str, value: str, valid: Collection[str]) -> ConfigError:
    close = difflib.get_close_matches(value, valid, n=1)
    hint = f", did you mean {close[0]!r}?" if close else ";"
    return ConfigError(f"selector {text!r}: unknown {kind} {value!r}{hint} valid: {', '.join(valid)}")
