"""How much of the training set is there twice, or nearly so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from ssd_iter.metrics.ngrams import Counts, Hashes, Tokens, mixed, texts_of

SIMILARITY = 0.8
N = 5
NUM_BANDS, NUM_ROWS = 16, 5

_PADDING = (2**32,) * N
"""Above all token ids: a text shorter than an n-gram is one n-gram of its own."""


def near_duplicate_rate(texts: Sequence[Tokens]) -> float | None:
    """The share of texts with another one whose set of token 5-grams is like theirs; None for fewer than two texts.

    Like: a Jaccard similarity (intersection over union) of at least 0.8; Lee et al. 2022, arXiv 2107.06499. In [0, 1].
    Candidates come from MinHash with locality-sensitive hashing (Broder 1997; 16 bands of 5 rows, which miss 0.2 % of
    the pairs at 0.8) and are compared exactly. Within a bucket a text is compared with its neighbours alone, so that
    time stays O(N log N) where all texts are alike. The rate is a lower bound: it may be well below where very many
    texts are all alike by just less than 0.8. It cannot see the same program in other words.
    """
    if len(texts) < 2:
        return None
    grams = texts_of([text if len(text) >= N else (*text, *_PADDING)[:N] for text in texts]).ngrams(N)
    starts = np.cumsum(grams.counts) - grams.counts
    shingles = np.split(grams.hashes, starts[1:])
    found = np.zeros(len(texts), bool)
    for keys in _bands(grams.hashes, starts):
        order = np.argsort(keys, kind="stable")
        first, second = order[:-1], order[1:]
        owed = (keys[first] == keys[second]) & ~(found[first] & found[second])
        for a, b in zip(first[owed].tolist(), second[owed].tolist(), strict=True):
            if _similarity(shingles[a], shingles[b]) >= SIMILARITY:
                found[[a, b]] = True
    return float(found.mean())


def _bands(hashes: Hashes, starts: Counts) -> Iterator[Hashes]:
    """One key a text for each band: equal with the chance (similarity of the texts) ** NUM_ROWS."""
    short = (hashes >> np.uint64(32)).astype(np.uint32)
    draws = np.random.default_rng(0)
    for _ in range(NUM_BANDS):
        keys = np.zeros(len(starts), np.uint64)
        for _ in range(NUM_ROWS):
            factor, mask = draws.integers(2**31, size=2, dtype=np.uint32)
            keys = mixed(keys ^ np.minimum.reduceat((short ^ mask) * (2 * factor + np.uint32(1)), starts))
        yield keys


def _similarity(one: NDArray[np.uint64], other: NDArray[np.uint64]) -> float:
    a, b = set(one.tolist()), set(other.tolist())
    return len(a & b) / len(a | b)
