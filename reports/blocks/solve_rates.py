"""Each problem's solve rate before and now, as a grid of counts."""

from __future__ import annotations

from collections import Counter
from typing import Any

from reports.blocks.changed import pairs, rate
from reports.facts import Facts
from reports.wording import name_round, plural
from stores.queries import Outcome

MOST_STEPS = 10
"""With more samples than this a problem's rate is rounded to tenths."""


def solve_rates(facts: Facts, round: int) -> dict[str, Any] | None:
    """How many problems went from which solve rate to which; None where there is nothing to compare."""
    previous = facts.previous(round)
    both = [] if previous is None else pairs(facts, round, previous)
    if previous is None or not both:
        return None
    steps = _steps(both)
    cells = Counter((_step(before, steps), _step(now, steps)) for before, now in both)
    sizes = {outcome.num_samples for pair in both for outcome in pair}
    exact = sizes == {steps}
    labels = [str(step) if exact else f"{100 * step / steps:.0f}%" for step in range(steps + 1)]
    return {
        "before": name_round(previous),
        "unit": f"samples solved, of {steps}" if exact else "share of samples solved, rounded",
        "labels": labels,
        "most": max(cells.values()),
        "cells": [_cell(cell, count, labels, exact) for cell, count in sorted(cells.items())],
    }


def _steps(both: list[tuple[Outcome, Outcome]]) -> int:
    sizes = {outcome.num_samples for pair in both for outcome in pair}
    return max(sizes) if len(sizes) == 1 and max(sizes) <= MOST_STEPS else MOST_STEPS


def _step(outcome: Outcome, steps: int) -> int:
    return round(rate(outcome) * steps)


def _cell(cell: tuple[int, int], count: int, labels: list[str], exact: bool) -> dict[str, Any]:
    before, now = (labels[step] for step in cell)
    of = f" of {labels[-1]}" if exact else ""
    way = "as often" if cell[0] == cell[1] else "more often" if cell[1] > cell[0] else "less often"
    return {
        "before": before,
        "now": now,
        "count": count,
        "way": way,
        "hover": f"{plural(count, 'problem')}: {before}{of} before, {now}{of} now",
    }
