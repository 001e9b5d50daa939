from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssd_iter.metrics.ngrams import mixed, num_distinct, texts_of
from ssd_iter.metrics.repetition import repetition_rates

TEXTS = st.lists(st.lists(st.integers(0, 3) | st.integers(0, 2**31), max_size=12), max_size=6)


def grams(text, n):
    return [tuple(text[i : i + n]) for i in range(len(text) - n + 1)]


@given(TEXTS, st.integers(1, 6))
def test_equal_n_grams_have_equal_hashes_and_others_have_not(texts, n):
    found = texts_of(texts).ngrams(n)
    spelt = [gram for text in texts for gram in grams(text, n)]
    assert found.counts.tolist() == [len(grams(text, n)) for text in texts]
    assert len(found.hashes) == len(spelt)
    assert len(set(zip(found.hashes.tolist(), spelt, strict=True))) == len(set(spelt)) == num_distinct(found.hashes)


@given(TEXTS, st.integers(1, 4))
def test_repetition_is_the_share_of_n_grams_that_occurred_before(texts, n):
    expected = [1 - len(set(found)) / len(found) for text in texts if (found := grams(text, n))]
    assert repetition_rates(texts_of(texts).ngrams(n)).tolist() == pytest.approx(expected)


def test_a_loop_is_repetition():
    loop, varied = repetition_rates(texts_of([[1, 2] * 50, range(100)]).ngrams(4))
    assert loop == 1 - 2 / 97 and varied == 0


def test_mixing_is_one_to_one():
    assert num_distinct(mixed(np.arange(100_000, dtype=np.uint64))) == 100_000
