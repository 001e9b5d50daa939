"""95 % intervals for means over problems, by the percentile bootstrap.

Problems are the units that are drawn again, not samples: samples of one problem are alike, and the question is how
the number would move on other problems of the same kind. Where all values are the same (every problem failed) the
interval has no width, which says nothing about certainty; with a handful of problems it is too narrow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

NUM_RESAMPLES = 2000


@dataclass(frozen=True, slots=True)
class Difference:
    """How a mean over problems changed, on the problems both sides have."""

    mean: float
    """Now minus before."""
    low: float
    high: float
    """95 % interval of the mean."""
    n: int
    """Problems common to both."""


def mean_interval(values: Sequence[float], seed: int) -> tuple[float, float] | None:
    """2.5th and 97.5th percentile of the resampled mean; None for fewer than two values.

    Raises ValueError where a value is not finite.
    """
    if len(values) < 2:
        return None
    if not np.isfinite(values).all():
        raise ValueError("an interval needs finite values; leave out problems whose value is not defined")
    # A resample is told by how often each distinct value is drawn: the same law, and few of them to draw.
    distinct, counts = np.unique(np.asarray(values, dtype=float), return_counts=True)
    draws = np.random.default_rng(seed).multinomial(len(values), counts / len(values), size=NUM_RESAMPLES)
    low, high = np.percentile(draws @ distinct / len(values), [2.5, 97.5])
    return float(low), float(high)


def paired_difference(now: Mapping[str, float], before: Mapping[str, float], seed: int) -> Difference | None:
    """The change of the mean, paired by problem id; None where fewer than two problems are common.

    Pairing takes away what makes some problems harder than others, so the interval is narrower than the two means'.
    """
    common = sorted(now.keys() & before.keys())
    changes = [now[problem_id] - before[problem_id] for problem_id in common]
    interval = mean_interval(changes, seed)
    if interval is None:
        return None
    return Difference(mean=float(np.mean(changes)), low=interval[0], high=interval[1], n=len(common))
