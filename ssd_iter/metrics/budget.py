"""An equal number of tokens in all rounds: what makes numbers about text comparable.

Numbers such as distinct-n and the compression ratio depend on how much text they look at. All rounds of a run look at
half as many tokens as the first round has that drew samples of the purpose (round 0 for evaluation, round 1 for
training). Half, so that later rounds may be shorter and the shuffles differ; at most a million, so that the time is
bounded and large runs can be compared. A round with fewer has no such number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ssd_iter.metrics.maker import ALL
from ssd_iter.metrics.ngrams import Counts
from ssd_iter.records import Metric

NUM_SHUFFLES = 5
LARGEST = 1_000_000


def first_of(earlier: Sequence[Metric], name: str, purpose: str) -> Metric | None:
    """The metric of the first round that has it defined, over all problem sets; None where no round has."""
    found = [
        metric
        for metric in earlier
        if (metric.name, metric.purpose, metric.problem_set) == (name, purpose, ALL) and metric.value is not None
    ]
    return min(found, key=lambda metric: metric.round, default=None)


def token_budget(earlier: Sequence[Metric], purpose: str, own_tokens: int) -> int:
    """Half the tokens of the first round's completions, from its metrics; of this round's own where it is the first."""
    first = first_of(earlier, "mean_completion_tokens", purpose)
    tokens = own_tokens if first is None or first.value is None else round(first.value * first.n)
    return min(tokens // 2, LARGEST)


def prefixes(sizes: Counts, budget: int) -> Iterator[Counts]:
    """For each of `NUM_SHUFFLES` orders of the texts, how much of each text is within the first `budget` of all.

    The orders depend on the number of texts only.
    """
    for shuffle in range(NUM_SHUFFLES):
        order = np.random.default_rng(shuffle).permutation(len(sizes))
        before = np.cumsum(sizes[order]) - sizes[order]
        taken = np.empty_like(sizes)
        taken[order] = np.clip(budget - before, 0, sizes[order])
        yield taken
