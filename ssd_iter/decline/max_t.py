"""The largest of many paired t statistics, and how large it is by chance.

Problems are the units. The statistics' joint law under no change is had from the multiplier bootstrap: each draw gives
every problem one normal weight, used in all columns, so that what columns share (problems, rounds, samples) is kept.
Draws are widened to Student's tails. Further out than the draws reach, Bonferroni's bound on the largest of as many
Student's t stands for them. Formulas: `docs/metrics_and_detectors.md`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv, stdtr, stdtrit

from ssd_iter.decline.panel import Values

CONSTANT = 1e-9
"""A column whose values differ by less is compared exactly: there is no noise to compare with."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The mean of each column, its standard error (0 for a constant one), and draws of the null's t statistics."""

    means: Values
    errors: Values
    freedom: Values
    """Degrees of freedom."""
    draws: NDArray[np.float32]
    """Shape (draws, columns); 0 in constant columns."""

    def t(self, margin: float | Values = 0.0) -> Values:
        """How many standard errors each mean lies above `margin`; infinite where that is certain."""
        beyond = self.means - margin
        certain = np.where(beyond > CONSTANT, np.inf, -np.inf)
        return np.where(self.errors > 0, beyond / np.where(self.errors > 0, self.errors, 1), certain)

    def critical(self, alpha: float) -> float:
        """What the largest t of all columns exceeds with chance `alpha` where nothing falls: then `chance` is below."""
        bound = float(-stdtrit(self.freedom.min(), alpha / len(self.means)))
        num_larger = int(alpha * (1 + len(self.draws))) - 1
        if num_larger < 0:
            return bound
        return min(float(-np.partition(-self.draws.max(axis=1), num_larger)[num_larger]), bound)

    def chance(self, t: float, among: NDArray[np.bool_]) -> float:
        """The chance that the largest t of the columns `among` is at least `t` where nothing falls."""
        exceeding = int((self.draws[:, among].max(axis=1) >= t).sum())
        bound = stdtr(self.freedom[among], -t).sum()
        return min((1 + exceeding) / (1 + len(self.draws)), float(bound))


def columns_of(falls: Sequence[Values], num_draws: int, seed: int) -> Columns:
    """Falls of the same problems, one column each (NaN where a problem has none), ready to be tested together."""
    matrix = np.stack(falls, axis=1)
    there = np.isfinite(matrix)
    # Problems without any fall must not change the draws.
    matrix, there = matrix[there.any(axis=1)], there[there.any(axis=1)]
    num = there.sum(axis=0)
    means = np.where(there, matrix, 0).sum(axis=0) / num
    centred = np.where(there, matrix - means, 0)
    deviations = np.sqrt((centred**2).sum(axis=0) / (num - 1))
    varies = deviations > CONSTANT
    scale = np.where(varies, deviations * np.sqrt(num - 1), np.inf)
    weights = _normal(num_draws, len(matrix), seed)
    draws = weights @ (centred / scale).astype(np.float32)
    for count in np.unique(num):
        draws[:, num == count] *= _widening(num_draws, int(count), seed)[:, None]
    return Columns(means, np.where(varies, deviations / np.sqrt(num), 0.0), num - 1.0, draws)


def step_down(columns: Columns, groups: Sequence[int], margins: Values) -> dict[int, float]:
    """Each group's adjusted p: the chance of so large a t in it, or in a less striking group, where none of them falls.

    `groups` says which group (metric) a column belongs to, `margins` what its mean must exceed. Groups are taken by
    their largest t, falling: Holm's step-down, with the columns' dependence used (Westfall and Young 1993). Rejecting
    all groups with p <= alpha errs in any of them with a chance of at most alpha.
    """
    of_group = np.asarray(groups)
    t = columns.t(margins)
    largest = {group: float(t[of_group == group].max()) for group in sorted(set(groups))}
    order = sorted(largest, key=lambda group: (-largest[group], group))
    p_values: dict[int, float] = {}
    so_far = 0.0
    for i, group in enumerate(order):
        if largest[group] == np.inf:
            p_values[group] = 0.0
            continue
        so_far = max(so_far, columns.chance(largest[group], np.isin(of_group, order[i:])))
        p_values[group] = so_far
    return p_values


@lru_cache(maxsize=4)
def _normal(num_draws: int, num_problems: int, seed: int) -> NDArray[np.float32]:
    # The same for all rounds of a run: each round's test is exact by itself, and the shares of alpha add up.
    rng = np.random.default_rng([seed, num_draws, num_problems])
    return rng.standard_normal((num_draws, num_problems), dtype=np.float32)


@lru_cache(maxsize=64)
def _widening(num_draws: int, num_problems: int, seed: int) -> NDArray[np.float32]:
    """From normal to Student's tails, by draw: one quantile for all columns, whatever number of problems they have."""
    ranks = np.random.default_rng([seed, num_draws]).random(num_draws)
    freedom = num_problems - 1
    widening: NDArray[np.float32] = np.sqrt(freedom / (2 * gammaincinv(freedom / 2, ranks))).astype(np.float32)
    return widening
