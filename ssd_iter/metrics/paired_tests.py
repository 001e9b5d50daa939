"""How sure a paired change is: p-values by signs, corrected for how many were asked, and what could have been found.

All of them take one change a problem. They say nothing about other problems than those of the same kind, nor about
what another seed of training would have given.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr, ndtri, stdtrit

NUM_DRAWS = 10_000
POWER = 0.9
LEVEL = 0.05
ROUNDING = 1e-9
"""Sums of rates such as 1/3 that differ by less are the same."""


def sign_flip_p(changes: Sequence[float], seed: int) -> float:
    """The chance, in (0, 1], of a mean change at least this far from 0 if each had as likely had the other sign.

    The randomisation test for pairs (Fisher 1935, "The Design of Experiments", section 21), by 10,000 draws: the
    smallest p is 1/10,001. 1 where nothing changed. Time grows with the distinct sizes of changes, not with problems.
    """
    sizes, counts = np.unique(np.abs(np.asarray(changes, dtype=float)), return_counts=True)
    ups = np.random.default_rng(seed).binomial(counts, 0.5, size=(NUM_DRAWS, len(sizes)))
    as_far = np.abs((2 * ups - counts) @ sizes) >= abs(sum(changes)) - ROUNDING
    return float(1 + as_far.sum()) / (1 + NUM_DRAWS)


def sign_test_p(better: int, worse: int) -> float:
    """The chance, in (0, 1], of counts at least this uneven if a problem that changed were as likely to go either way.

    McNemar's exact test, where better and worse are counts of pairs (McNemar 1947, Psychometrika 12). 1 where nothing
    changed.
    """
    return min(1.0, 2 * float(bdtr(min(better, worse), better + worse, 0.5)))


def holm(p_values: Sequence[float]) -> list[float]:
    """Each p-value adjusted for all of them: calling those up to 0.05 clear errs in any with a chance of at most 5 %.

    Holm 1979, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6.
    """
    adjusted, so_far = [0.0] * len(p_values), 0.0
    for rank, i in enumerate(sorted(range(len(p_values)), key=lambda i: p_values[i])):
        so_far = max(so_far, min(1.0, p_values[i] * (len(p_values) - rank)))
        adjusted[i] = so_far
    return adjusted


def standard_error(changes: Sequence[float]) -> float | None:
    """Of the mean change, in its unit; None for fewer than two changes, and where all are the same."""
    if len(changes) < 2:
        return None
    values: NDArray[np.float64] = np.asarray(changes, dtype=float)
    error = float(values.std(ddof=1)) / sqrt(len(values))
    return error if error > ROUNDING else None


def detectable_change(changes: Sequence[float]) -> float | None:
    """The change whose interval would leave out 0 nine times in ten, at these changes' scatter; None without scatter.

    Student's 97.5 % quantile plus the normal 90 % quantile, times the standard error.
    """
    error = standard_error(changes)
    if error is None:
        return None
    return float(stdtrit(len(changes) - 1, 1 - LEVEL / 2) + ndtri(POWER)) * error
