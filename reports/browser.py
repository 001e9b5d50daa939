"""The sample browser's data: as many samples of a round as a page can hold, and what became of their problems.

One document, packed as text that needs no escaping; the page's script inflates it and shows every text as text. All
texts are made visible here, before their colours are told by length.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reports.facts import Facts
from reports.highlight import CLASSES, runs_of
from reports.samples import NO_CODE, TEST_LIMIT, TEXT_LIMIT, case_texts, clip, sample_facts, tests_of
from reports.wording import name_round, plural
from stores.browser_queries import (
    BrowsedProblem,
    BrowsedSample,
    TypicalSample,
    read_browsed_problems,
    read_browsed_samples,
    read_typical_samples,
)
from stores.visible import visible

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MAX_SAMPLES = 10_000
MAX_SIZE = 12_000_000
"""Characters of all completions and programs together; in the page they are about a third of that."""
MAX_TYPICAL = 5_000
"""Programs of rounds, one a problem and round."""
MAX_TESTS_SIZE = 100_000
"""Characters of one problem's tests, as JSON, above which calls and answers are left out."""
MAX_CASES = 10
"""Test cases of a problem that are shown, beside those that a shown sample failed."""

RULE = (
    "One sample of each problem and verdict comes before a second of any, drawn by the run's seed {seed}, "
    "so that rare outcomes have a larger share here than in the round."
)

EXCEPTION = re.compile(r"[A-Za-z_]\w{0,40}(?=:|$)", re.ASCII)
"""Its name, with which a failure's detail begins."""

Key = tuple[str, str]
"""A problem as evaluated: decode_id and problem_id."""


@dataclass(frozen=True, slots=True)
class Line:
    """The rounds that led to a round, the base first and itself last, and how often each solved each problem."""

    rounds: tuple[int, ...]
    previous: int | None
    rates: dict[tuple[int, str, str], tuple[int, int]]
    """Passed and graded samples."""

    def rate(self, round: int | None, key: Key) -> tuple[int, int] | None:
        """Passed and graded samples of a problem in one round; None where it was not graded."""
        return None if round is None else self.rates.get((round, *key))

    def flip(self, key: Key) -> str:
        """Whether a problem that no sample solved in the round before is solved by some now, or the reverse."""
        before, now = self.rate(self.previous, key), self.rate(self.rounds[-1], key)
        if before is None or now is None or bool(before[0]) == bool(now[0]):
            return ""
        return "newly solved" if now[0] else "newly lost"

    def moved(self, key: Key) -> float:
        """By how much a problem's solve rate changed since the round before; 0 where that is not known."""
        before, now = self.rate(self.previous, key), self.rate(self.rounds[-1], key)
        return abs(now[0] / now[1] - before[0] / before[1]) if before and now else 0.0


def browser_view(connection: DuckDBPyConnection, facts: Facts, round: int) -> dict[str, Any]:
    """What the sample browser says of itself, and its data, packed; `count` is 0 where no sample was graded."""
    run_id, seed = facts.run.run_id, facts.run.seed
    samples = read_browsed_samples(connection, run_id, round, seed, MAX_SAMPLES, MAX_SIZE, TEXT_LIMIT)
    keys = list(dict.fromkeys(map(_key, samples)))
    line = line_of(facts, round)
    total = sum(tally.num_samples for tally in facts.verdict_tallies if tally.round == round)
    document = {
        "classes": CLASSES,
        "rounds": [name_round(each) for each in line.rounds],
        "before": None if line.previous is None else line.rounds.index(line.previous),
        "problems": _problems(connection, run_id, line, keys, samples),
        "samples": _samples(samples, keys),
    }
    return {
        "count": len(samples),
        "shown": f"{len(samples):,} of {plural(total, 'graded sample')}",
        "rule": RULE.format(seed=seed) if len(samples) < total else "",
        "all": f"ssd-iter samples {run_id} --round {round} --purpose eval",
        "data": pack(document),
    }


def line_of(facts: Facts, round: int) -> Line:
    """The rounds that led to a round, with the solve rates of their problems."""
    rates = {(o.round, o.decode_id, o.problem_id): (o.num_passed, o.num_samples) for o in facts.outcomes}
    return Line(tuple(facts.line(round)), facts.previous(round), rates)


def pack(document: dict[str, Any]) -> str:
    """A document as base64 of compressed JSON: the same text for the same document."""
    text = json.dumps(document, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return base64.b64encode(gzip.compress(text.encode("ascii"), compresslevel=3, mtime=0)).decode("ascii")


def unpack(packed: str) -> dict[str, Any]:
    """The document that was packed."""
    document: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(packed)))
    return document


def _key(row: BrowsedSample | TypicalSample) -> Key:
    return row.decode_id, row.problem_id


def _text(text: str, limit: int = TEXT_LIMIT) -> str:
    """A text as it is shown: not too long, nothing hidden."""
    return visible(clip(text, limit))


def _code(code: str) -> dict[str, Any]:
    text = _text(code)
    return {"text": text, "runs": runs_of(text)}


def _samples(rows: Sequence[BrowsedSample], keys: Sequence[Key]) -> list[dict[str, Any]]:
    places = {key: place for place, key in enumerate(keys)}
    return [_sample(row, places[_key(row)]) for row in rows]


def _sample(row: BrowsedSample, place: int) -> dict[str, Any]:
    return {
        "problem": place,
        "index": row.sample_idx,
        "verdict": row.verdict,
        "reason": reason_of(row),
        "detail": _text(row.detail, TEST_LIMIT) if row.detail != row.extraction else "",
        "facts": visible(" · ".join(sample_facts(row))),
        "completion": _text(row.completion),
        "code": NO_CODE.get(row.extraction, "") if row.code is None else _code(row.code),
        "passed": row.num_passed,
        "failed": [[test["test_idx"], test["verdict"], _text(test["detail"], TEST_LIMIT)] for test in row.failed],
    }


def reason_of(row: BrowsedSample) -> str:
    """What can be counted of a failure, beside its verdict: the exception's name, or why there is no code."""
    if row.verdict == "no_code":
        return row.extraction.removeprefix("no_code:")
    name = EXCEPTION.match(row.detail) if row.verdict in ("exception", "syntax", "exit", "crash") else None
    return name[0] if name else ""


def _problems(
    connection: DuckDBPyConnection, run_id: str, line: Line, keys: Sequence[Key], samples: Sequence[BrowsedSample]
) -> list[dict[str, Any]]:
    texts = read_browsed_problems(connection, run_id, line.rounds[-1], MAX_TESTS_SIZE)
    typical = _typical(connection, run_id, line, keys)
    failed: dict[Key, set[int]] = {key: set() for key in keys}
    for row in samples:
        failed[_key(row)].update(test["test_idx"] for test in row.failed)
    return [_problem(texts[key], key, line, failed[key], typical) for key in keys]


def _problem(
    row: BrowsedProblem, key: Key, line: Line, failed: set[int], typical: dict[tuple[int, Key], TypicalSample]
) -> dict[str, Any]:
    cases, check = tests_of(row.tests_json)
    return {
        "id": visible(row.problem_id),
        "set": visible(row.problem_set),
        "decode": visible(row.decode_id),
        "level": visible(row.level),
        "prompt": _text(row.prompt),
        "call": visible(f"check({row.entry_point})"),
        "check": None if check is None else _code(check),
        "cases": {
            index: [_text(text, TEST_LIMIT) for text in case_texts(row.entry_point, case)]
            for index, case in enumerate(cases)
            if index < MAX_CASES or index in failed
        },
        "flip": line.flip(key),
        "rates": [line.rate(round, key) for round in line.rounds],
        "typical": [_told(typical.get((round, key))) for round in line.rounds],
    }


def _told(row: TypicalSample | None) -> list[Any] | None:
    return None if row is None else [row.sample_idx, row.verdict, _text(row.text)]


def _typical(
    connection: DuckDBPyConnection, run_id: str, line: Line, keys: Sequence[Key]
) -> dict[tuple[int, Key], TypicalSample]:
    """What rounds wrote for problems, by round and problem, as far as MAX_TYPICAL reaches.

    This round, the one it follows and the base come first, and the problems whose solve rate moved most; then
    the other rounds, the latest first.
    """
    this, previous, base = line.rounds[-1], line.previous, line.rounds[0]
    first = [round for round in dict.fromkeys([this, previous, base]) if round is not None]
    rounds = [*first, *(round for round in reversed(line.rounds) if round not in first)]
    told = sorted(keys, key=lambda key: (-line.moved(key), key))[: MAX_TYPICAL // len(first)]
    rounds = rounds[: max(len(first), MAX_TYPICAL // max(1, len(told)))]
    rows = read_typical_samples(connection, run_id, rounds, [problem_id for _, problem_id in told])
    return {(row.round, _key(row)): row for row in rows}
