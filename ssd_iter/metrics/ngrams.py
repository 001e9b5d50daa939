"""n-grams of token ids as 64-bit hashes: what the text metrics count.

Two different n-grams share a hash with a chance of 2**-64: among ten million of them, any two do in one case of
300,000.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

Tokens = Sequence[int]
"""Token ids of one text, none negative."""

Hashes = NDArray[np.uint64]
Counts = NDArray[np.int64]

_FACTOR = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class NGrams:
    """All n-grams of some texts, one text after the other; none reaches from one text into the next."""

    hashes: Hashes
    counts: Counts
    """How many n-grams each text has."""


@dataclass(frozen=True, slots=True)
class TokenTexts:
    """The tokens of some texts, one text after the other."""

    tokens: Hashes
    lengths: Counts
    """How many tokens each text has."""

    def ngrams(self, n: int) -> NGrams:
        """All n-grams; a text of fewer than n tokens has none. Takes O(n N) for N tokens."""
        num = max(len(self.tokens) - n + 1, 0)
        hashes = np.zeros(num, np.uint64)
        for i in range(n):
            hashes = hashes * _FACTOR + self.tokens[i : i + num]
        rests = np.repeat(np.cumsum(self.lengths), self.lengths)[:num] - np.arange(num)
        return NGrams(mixed(hashes[rests >= n]), np.maximum(self.lengths - n + 1, 0))


def texts_of(texts: Sequence[Tokens]) -> TokenTexts:
    """The texts as arrays."""
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    tokens = np.fromiter(chain.from_iterable(texts), np.int64, int(lengths.sum()))
    return TokenTexts(tokens.astype(np.uint64), lengths)


def mixed(values: Hashes) -> Hashes:
    """Spread over all 64 bits, one to one: the finalizer of splitmix64 (Steele et al. 2014)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def num_distinct(hashes: Hashes) -> int:
    """How many different ones there are."""
    return len(hashes) and int(np.count_nonzero(np.diff(np.sort(hashes)))) + 1
