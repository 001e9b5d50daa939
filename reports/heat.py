"""Every problem's way through the rounds: learned, forgotten, or neither; a strip of solve rates, a row a problem.

Where problems are too many for a row each, neighbours of the same class share one, as the mean of their rates.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Literal

from reports.facts import Facts
from reports.wording import axis_label, name_round, value_text

Trajectory = Literal["always", "learned", "forgotten", "flickering", "never"]

MEANINGS: dict[Trajectory, str] = {
    "always": "at least half of its samples pass, in every round",
    "learned": "less than half at first, then at least half to the end",
    "forgotten": "at least half at first, then no longer",
    "flickering": "now at least half, now less, without a lasting turn",
    "never": "less than half, in every round",
}
SOLVED = 0.5
"""A round solves a problem where at least this share of its samples passes."""
MOST_CELLS = 1200
FEWEST_ROWS = 12
NUM_NAMED = 5
"""Problems of a class that are named."""

Rates = tuple[float | None, ...]
"""One problem's solve rate in each shown round; None where it has no graded sample."""


def heat(facts: Facts) -> dict[str, Any]:
    """Classes with counts, and the rows of the strip, for the rounds that lead to the latest one.

    A problem is in a class by the rounds that graded it; problems that no shown round graded are left out.
    """
    rounds, rates = _rates(facts)
    order: dict[Trajectory, list[str]] = {kind: [] for kind in MEANINGS}
    for problem_id, row in rates.items():
        order[trajectory(row)].append(problem_id)
    for kind, problem_ids in order.items():
        problem_ids.sort(key=lambda problem_id: (*_place(kind, rates[problem_id]), problem_id))
    size = _band_size(len(rates), len(rounds))
    rows = [
        _row(kind, problem_ids[at : at + size], rates)
        for kind, problem_ids in order.items()
        for at in range(0, len(problem_ids), size)
    ]
    return {
        "rounds": [axis_label(round) for round in rounds],
        "num_problems": len(rates),
        "classes": [_class(kind, problem_ids, rates, rounds) for kind, problem_ids in order.items()],
        "rows": rows,
        "row_text": "A row is one problem" if size == 1 else f"A row is up to {size} problems, the mean of their rates",
        "empty": _missing(rounds),
    }


def trajectory(rates: Sequence[float | None]) -> Trajectory:
    """The class of one problem, by its solve rates in order; rounds that did not grade it say nothing."""
    solved = [rate >= SOLVED for rate in rates if rate is not None]
    changes = sum(now != before for before, now in pairwise(solved))
    if changes > 1:
        return "flickering"
    if changes == 1:
        return "learned" if solved[-1] else "forgotten"
    return "always" if solved[0] else "never"


def _rates(facts: Facts) -> tuple[list[int], dict[str, Rates]]:
    """The evaluated rounds that lead to the latest one, and each problem's rates in them."""
    counts: dict[str, dict[int, tuple[int, int]]] = defaultdict(dict)
    last = facts.rounds[-1].round if facts.rounds else 0
    line = facts.line(last)
    for outcome in facts.outcomes:
        if outcome.round in line:
            passed, graded = counts[outcome.problem_id].get(outcome.round, (0, 0))
            counts[outcome.problem_id][outcome.round] = passed + outcome.num_passed, graded + outcome.num_samples
    rounds = sorted({round for found in counts.values() for round in found})
    shares = {
        problem_id: {round: passed / graded for round, (passed, graded) in found.items()}
        for problem_id, found in counts.items()
    }
    return rounds, {problem_id: tuple(map(found.get, rounds)) for problem_id, found in shares.items()}


def _place(kind: Trajectory, rates: Rates) -> tuple[float, float]:
    """Where a problem stands in its class: by when it was learned or forgotten, then by how often it is solved."""
    known = [rate for rate in rates if rate is not None]
    solved = [rate is not None and rate >= SOLVED for rate in rates]
    since = {"learned": solved, "forgotten": solved[::-1]}.get(kind)
    return since.index(True) if since else 0, -sum(known) / len(known)


def _band_size(num_problems: int, num_rounds: int) -> int:
    """Problems that share a row, so that the strip has about `MOST_CELLS` cells at most."""
    most_rows = max(FEWEST_ROWS, MOST_CELLS // max(num_rounds, 1))
    return max(1, -(-num_problems // most_rows))


def _row(kind: Trajectory, problem_ids: Sequence[str], rates: dict[str, Rates]) -> dict[str, Any]:
    columns = zip(*(rates[problem_id] for problem_id in problem_ids), strict=True)
    means = [_mean([rate for rate in column if rate is not None]) for column in columns]
    named = problem_ids[0] if len(problem_ids) == 1 else f"{len(problem_ids)} problems, {problem_ids[0]} first"
    return {"kind": kind, "size": len(problem_ids), "name": named, "rates": means,
            "texts": [value_text(mean, "fraction") for mean in means]}  # fmt: skip


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _class(
    kind: Trajectory, problem_ids: Sequence[str], rates: dict[str, Rates], rounds: Sequence[int]
) -> dict[str, Any]:
    """A class, how many problems it has, and those whose solve rate moved most from the first round to the last."""
    ends = {problem_id: (rates[problem_id][0], rates[problem_id][-1]) for problem_id in problem_ids}
    moves = {name: (first, last) for name, (first, last) in ends.items() if first is not None and last is not None}
    largest = sorted(moves, key=lambda name: (-abs(moves[name][1] - moves[name][0]), name))[:NUM_NAMED]
    texts = {name: " → ".join(value_text(rate, "fraction") for rate in moves[name]) for name in largest}
    stayed = kind in ("always", "never") or len(rounds) < 2
    return {
        "kind": kind,
        "meaning": MEANINGS[kind],
        "count": len(problem_ids),
        "share": value_text(len(problem_ids) / len(rates) if rates else None, "fraction"),
        "named": [] if stayed else [{"problem_id": name, "text": text} for name, text in texts.items()],
    }


def _missing(rounds: Sequence[int]) -> str:
    """Why there is no strip; empty where there is one."""
    if len(rounds) > 1:
        return ""
    if not rounds:
        return "No round has graded samples yet."
    return f"Only {name_round(rounds[0])} has graded samples; a second round shows what is learned and forgotten."
