"""How many of a model's n-grams are different ones, at a fixed number of n-grams."""

from __future__ import annotations

import numpy as np

from ssd_iter.metrics.budget import prefixes
from ssd_iter.metrics.ngrams import NGrams, num_distinct


def distinct_rate(ngrams: NGrams, budget: int) -> float | None:
    """distinct-n: different n-grams among the first `budget` of the shuffled texts, as a share, mean over the shuffles.

    Li et al. 2016, arXiv 1510.03055, at an equal number of n-grams: the raw share falls with the length of the texts
    and with their number, whatever the model does. In (0, 1]. None where there are fewer n-grams than the budget, or it
    is 0. It cannot see whether a text as a whole differs from another, nor the order of n-grams. Takes O(B log B) for a
    budget of B.
    """
    if not 0 < budget <= len(ngrams.hashes):
        return None
    starts = np.cumsum(ngrams.counts) - ngrams.counts
    rates = []
    for taken in prefixes(ngrams.counts, budget):
        shifts = starts - (np.cumsum(taken) - taken)
        inside = np.repeat(shifts, taken) + np.arange(budget)
        rates.append(num_distinct(ngrams.hashes[inside]) / budget)
    return float(np.mean(rates))
