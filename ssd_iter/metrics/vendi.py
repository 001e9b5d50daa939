"""How many different texts a fixed number of completions amounts to."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfTransformer
from threadpoolctl import threadpool_limits

from ssd_iter.metrics.words import WORDS

MOST_TEXTS = 2000
_SEED = 20261121


def vendi_score(texts: Sequence[str], num_texts: int) -> float | None:
    """The Vendi score of order 1 of `num_texts` of the texts, chosen by a fixed seed; None where there are fewer.

    exp(- sum s log s) over the eigenvalues s of K / N, K the cosine similarities of the N texts' hashed TF-IDF words,
    up to three in a row (Friedman and Dieng 2023, arXiv 2210.02410): how many texts without a word in common they
    amount to. In [1, N]. The eigenvalues are the squared singular values of the TF-IDF matrix, all of them: the leading
    64 alone would hold the score of any varied set at some sixty. Texts without words are alike.

    It grows with N: compare it at equal N only. It cannot see what words do not say (punctuation, operators, names of
    one letter), nor whether problems or samples of one problem differ. Takes O(N^3): at most `MOST_TEXTS` should be
    asked for.
    """
    if not 2 <= num_texts <= len(texts):
        return None
    chosen = np.sort(np.random.default_rng(_SEED).permutation(len(texts))[:num_texts])
    similarities = _similarities([texts[i] for i in chosen])
    # Two threads on cores that are busy wait for each other: ten times slower than one thread.
    with threadpool_limits(1):
        shares = np.linalg.eigvalsh(similarities / num_texts)
    shares = shares[shares > 0]
    return float(np.exp(-(shares * np.log(shares)).sum()))


def _similarities(texts: list[str]) -> NDArray[np.float64]:
    weights = TfidfTransformer().fit_transform(WORDS.transform(texts))
    wordless = np.diff(weights.indptr) == 0
    return np.asarray((weights @ weights.T).toarray() + np.outer(wordless, wordless))
