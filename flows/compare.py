"""Two runs, A and B: what differs in their configs and provenance, and how far apart their results are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from reports.settings import is_of_evaluation
from ssd_iter.config.fields import Role, config_fields
from ssd_iter.exceptions import ConfigError
from ssd_iter.metrics.intervals import Difference, paired_difference
from ssd_iter.records import ProblemRow
from ssd_iter.run.paths import RunPaths, read_json
from ssd_iter.run.shards import read_shards
from ssd_iter.seeds import derive_seed
from stores.queries import Outcome, read_outcomes
from stores.snapshot import open_snapshot

FailOn = Literal["worse", "ever-worse"]
"""When a comparison fails: B is worse in the last round that both have, or in any."""

Kind = Role | Literal["provenance"]
"""Where a difference stands: a field of the config, by its role, or a fact of the provenance."""

_REPEATED = ("config_digest", "seeds.", "auto.")
"""Facts of the provenance that say again what the config says."""


@dataclass(frozen=True, slots=True)
class Differing:
    """One thing that is not the same in both runs; values as JSON, None where a run does not have it."""

    kind: Kind
    key: str
    a: Any
    b: Any


@dataclass(frozen=True, slots=True)
class Results:
    """A run's evaluations, by what was asked: problems are told by their contents, not by their names."""

    problems: frozenset[str]
    """`content_sha256` of every evaluation problem."""
    rates: Mapping[int, Mapping[str, float]]
    """By round, each graded problem's pass@1 in [0, 1]."""


def read_results(paths: RunPaths) -> Results:
    """A run's results so far."""
    rows = read_shards([paths.shard("problems", 0, "eval")], ProblemRow)
    with open_snapshot(paths) as connection:
        return results_of({row.problem_id: row.content_sha256 for row in rows}, read_outcomes(connection, paths.run_id))


def results_of(contents: Mapping[str, str], outcomes: list[Outcome]) -> Results:
    """`contents` maps each evaluation problem's id to its `content_sha256`."""
    rates: dict[int, dict[str, float]] = {}
    for outcome in outcomes:
        rates.setdefault(outcome.round, {})[contents[outcome.problem_id]] = outcome.num_passed / outcome.num_samples
    return Results(frozenset(contents.values()), rates)


def paired_changes(a: Results, b: Results) -> dict[int, Difference]:
    """B's mean pass@1 minus A's over the problems both have, for the rounds both have; two problems at least."""
    changes = {
        round: paired_difference(b.rates[round], a.rates[round], derive_seed(0, "compare", round))
        for round in sorted(a.rates.keys() & b.rates.keys())
    }
    return {round: change for round, change in changes.items() if change is not None}


def side_by_side(a: list[dict[str, Any]], b: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row a number and round: `number`, `round`, and what each run's `headline_table` has for it, or None.

    The rounds of a number stand together; the numbers are in the order of the tables.
    """
    cells = {side: {row["round"]: row for row in table} for side, table in (("a", a), ("b", b))}
    titles = dict.fromkeys(title for row in (*a, *b) for title in row if title != "round")
    rounds = sorted({row["round"] for row in (*a, *b)})
    rows: list[dict[str, Any]] = [
        {"number": title, "round": round} | {side: found.get(round, {}).get(title) for side, found in cells.items()}
        for title in titles
        for round in rounds
    ]
    return [row for row in rows if row["a"] is not None or row["b"] is not None]


def number_rows(numbers: list[dict[str, Any]], changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of `side_by_side` flat: value, low and high of A, of B, and of B less A where that is known (pass@1)."""
    by_round = {change["round"]: change | {"value": change["mean"]} for change in changes}
    rows = []
    for row in numbers:
        change = by_round.get(row["round"]) if row["number"] == "pass@1" else None
        cells = {"a": row["a"], "b": row["b"], "change": change}
        flat = {"number": row["number"], "round": row["round"]}
        for side, cell in cells.items():
            known = cell if isinstance(cell, dict) else {"value": cell}
            flat |= {side: known["value"], f"{side}_low": known.get("low"), f"{side}_high": known.get("high")}
        rows.append(flat)
    return rows


def is_worse(changes: list[dict[str, Any]], fail_on: FailOn) -> bool:
    """Whether B is clearly worse than A. ConfigError where nothing tells: what cannot be measured does not pass."""
    if not changes:
        raise ConfigError("no round of both runs shares two problems: --fail-on cannot tell whether B is worse")
    return any(change["kind"] == "worse" for change in (changes if fail_on == "ever-worse" else changes[-1:]))


def differing(a: RunPaths, b: RunPaths) -> list[Differing]:
    """What differs between two runs: identity fields, other fields, provenance; nothing that is equal."""
    fields = differing_fields(read_json(a.resolved)["config"], read_json(b.resolved)["config"])
    return fields + differing_facts(read_json(a.provenance), read_json(b.provenance))


def differing_fields(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[Differing]:
    """The fields whose values differ, of two configs as JSON; identity first. Fields long gone count as identity."""
    roles: dict[str, Role] = {field.key: field.role for field in config_fields()}
    found = [Differing(roles.get(key, "identity"), key, *values) for key, values in _unequal(a, b).items()]
    return sorted(found, key=lambda difference: difference.kind != "identity")


def differing_facts(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[Differing]:
    """The facts that differ, of two provenances as JSON."""
    return [
        Differing("provenance", key, *values) for key, values in _unequal(a, b).items() if not key.startswith(_REPEATED)
    ]


def reservations(found: list[Differing], a: Results, b: Results) -> list[str]:
    """Why a difference of results may not be one of the models: sentences; none where like is compared with like."""
    sentences = [] if a.problems == b.problems else [_unequal_problems(a.problems, b.problems)]
    reasons = [each.key for each in found if is_of_evaluation(each.key) and each.kind != "operational"]
    if reasons:
        sentences.append(f"not evaluated alike, which alone can move results: {', '.join(reasons)}")
    return sentences


def _unequal_problems(a: frozenset[str], b: frozenset[str]) -> str:
    if a.isdisjoint(b):
        return (
            f"no problem is evaluated in both: A has {len(a)} and B {len(b)} of its own, so how far their numbers are "
            "apart says nothing about the models; each run's own changes do"
        )
    return f"not the same problems: {len(a & b)} are evaluated in both, of A's {len(a)} and B's {len(b)}"


def _unequal(a: Mapping[str, Any], b: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Both values of every key at which two documents differ, sorted by key."""
    one, other = _flat(a), _flat(b)
    values = {key: (one.get(key), other.get(key)) for key in sorted(one.keys() | other.keys())}
    return {key: (x, y) for key, (x, y) in values.items() if x != y}


def _flat(document: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """A nested document as `section.key: value`."""
    flat: dict[str, Any] = {}
    for key, value in document.items():
        flat |= _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {prefix + key: value}
    return flat
