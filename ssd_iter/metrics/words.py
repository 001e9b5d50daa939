"""The words of texts, counted: what is known of a text without its tokenizer."""

from __future__ import annotations

from sklearn.feature_extraction.text import HashingVectorizer

WORDS = HashingVectorizer(n_features=2**16, ngram_range=(1, 3), alternate_sign=False)
"""Words of two letters or more, up to three in a row, hashed; rows of length 1. It learns nothing, so it is shared."""
