"""How well gzip compresses what a model wrote: how much of it returns."""

from __future__ import annotations

import gzip
from collections.abc import Sequence

import numpy as np

from ssd_iter.metrics.budget import prefixes
from ssd_iter.metrics.ngrams import Counts

LEVEL = 6


def compression_ratio(texts: Sequence[str], lengths: Counts, budget: int) -> float | None:
    """Bytes of the shuffled texts over bytes of the same compressed, mean over the shuffles.

    Shaib et al. 2024, arXiv 2403.00553, on the texts that fit whole into the token budget (`lengths` are their tokens),
    joined by line breaks, as UTF-8. Above 1 for all but very short texts; code has about 3 to 6, and it has no bound
    above. None where the texts have fewer tokens than the budget, or it holds no whole text that has a letter. gzip
    looks back 32 KiB, so that it cannot see what returns later than that. Takes O(N) for N bytes, about 30 MB a second.
    """
    if lengths.sum() < budget:
        return None
    ratios = []
    for taken in prefixes(lengths, budget):
        whole = "\n".join(texts[i] for i in np.flatnonzero((taken == lengths) & (lengths > 0)))
        data = whole.encode("utf-8", "surrogatepass")
        ratios.append(len(data) / len(gzip.compress(data, LEVEL, mtime=0)))
    return float(np.mean(ratios)) if all(ratios) else None
