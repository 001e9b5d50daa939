"""How much a completion repeats itself."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ssd_iter.metrics.ngrams import NGrams


def repetition_rates(ngrams: NGrams) -> NDArray[np.float64]:
    """Of each text that has n-grams, the share of them that occurred before in it.

    1 - distinct / all n-grams ("seq-rep-n", Welleck et al. 2020, arXiv 1908.04319). In [0, 1): 0 where none returns.
    Longer texts have more of it by chance. It cannot see a loop of fewer than n tokens' difference, nor the same idea
    in other words. Takes O(N log N) for N n-grams.
    """
    num = len(ngrams.counts)
    # The text's number above, the n-gram's hash below: 63 bits less those of the largest number.
    bits = np.uint64(64 - max(num - 1, 1).bit_length())
    owners = np.repeat(np.arange(num, dtype=np.uint64), ngrams.counts)
    keys = np.sort(owners << bits | ngrams.hashes >> np.uint64(64) - bits)
    first = np.ones(len(keys), bool)
    first[1:] = keys[1:] != keys[:-1]
    distinct = np.bincount((keys[first] >> bits).astype(np.int64), minlength=num)
    some = ngrams.counts > 0
    return 1 - distinct[some] / ngrams.counts[some]
