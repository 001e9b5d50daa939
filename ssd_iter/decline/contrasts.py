"""The falls that are tested at a round: against each earlier round, against several pooled, and along the trend.

All references are tested together, so that looking for the best earlier round costs what it must and no more. Pooled
references are less noisy than single rounds: they find small falls, and slow ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ssd_iter.decline.panel import Panel, Values
from ssd_iter.decline.settings import Tested

FEWEST_PROBLEMS = 10
"""A fall is tested where at least so many problems have both sides; with fewer, t statistics of counts mislead."""


@dataclass(frozen=True, slots=True)
class Contrast:
    """One metric of the last round against one reference."""

    metric: Tested
    reference: str
    """In words: `round 2`, `the mean of rounds 0 to 3`."""
    reference_rounds: tuple[int, ...]
    falls: Values
    """Reference minus now, for each problem of the panel; NaN where a side is not defined."""

    @property
    def is_pair(self) -> bool:
        """Against one round, not several pooled."""
        return len(self.reference_rounds) == 1


def contrasts(panel: Panel, metric: Tested) -> Iterator[Contrast]:
    """Every contrast of the panel's last round that enough problems have."""
    values = panel.values[metric.name][metric.first_reference :]
    numbers = panel.rounds[metric.first_reference :]
    usable = np.isfinite(values).sum(axis=1) >= FEWEST_PROBLEMS
    if len(numbers) < 2 or not usable[-1]:
        return
    values, rounds = values[usable], tuple(np.asarray(numbers)[usable].tolist())
    for words, references, weights in _weightings(rounds):
        used = weights != 0
        falls = weights[used] @ values[used]
        if np.isfinite(falls).sum() >= FEWEST_PROBLEMS:
            yield Contrast(metric, words, references, falls)


def _weightings(rounds: tuple[int, ...]) -> Iterator[tuple[str, tuple[int, ...], Values]]:
    """Words, rounds and weights of each contrast of the last of `rounds`."""
    earlier = list(rounds[:-1])
    num = len(rounds)
    for i, round in enumerate(earlier):
        yield f"round {round}", (round,), _unit(num, i) - _unit(num, num - 1)
    if len(earlier) > 1:
        mean = np.append(np.full(num - 1, 1 / (num - 1)), -1)
        yield f"the mean of {_span(earlier)}", tuple(earlier), mean
        steps = np.arange(num) - (num - 1) / 2
        # The fall along the fitted line, from the first round to the last.
        yield f"the trend since round {earlier[0]}", tuple(earlier), -steps * (num - 1) / (steps @ steps)
    if len(earlier) > 2:
        older = earlier[:-1]
        weights = np.concatenate([np.full(num - 2, 1 / (num - 2)), [-0.5, -0.5]])
        yield f"{_span(older)}, with round {earlier[-1]} added to this one", tuple(older), weights


def _unit(num: int, i: int) -> Values:
    weights = np.zeros(num)
    weights[i] = 1
    return weights


def _span(rounds: list[int]) -> str:
    return f"rounds {rounds[0]} to {rounds[-1]}"
