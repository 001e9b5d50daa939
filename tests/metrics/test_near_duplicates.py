from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ssd_iter.metrics.near_duplicates import SIMILARITY, N, near_duplicate_rate

FEW_WORDS = st.lists(st.lists(st.integers(0, 1), max_size=14), min_size=2, max_size=8)


def drawn(num_texts, length=100, seed=0):
    return np.random.default_rng(seed).integers(0, 40_000, (num_texts, length)).tolist()


def exact_rate(texts):
    sets = [{tuple(text[i : i + N]) for i in range(max(len(text) - N + 1, 1))} for text in texts]
    like = [(i, j) for i, j in combinations(range(len(texts)), 2) if is_like(sets[i], sets[j])]
    return len({i for pair in like for i in pair}) / len(texts)


def is_like(a, b):
    return len(a & b) >= SIMILARITY * len(a | b)


@settings(deadline=None, max_examples=50)
@given(FEW_WORDS)
def test_it_is_never_above_the_exact_rate(texts):
    assert near_duplicate_rate(texts) <= exact_rate(texts)


def test_pairs_that_differ_in_a_few_tokens_are_found():
    texts = drawn(300)
    for text in texts[:150]:
        texts.append([*text[:-4], 1, 2, 3, 4])  # 92 of 100 5-grams in common
    assert near_duplicate_rate(texts) == exact_rate(texts) == 300 / 450


def test_pairs_at_the_threshold_are_found_nearly_always():
    texts = drawn(2000)
    assert SIMILARITY < 86 / 106 < SIMILARITY + 0.02
    assert near_duplicate_rate(texts + [[*text[:90], *text[90:][::-1]] for text in texts]) > 0.99


def test_other_texts_are_no_duplicates():
    assert near_duplicate_rate(drawn(500)) == 0


def test_half_alike_is_not_enough():
    texts = drawn(200)
    assert near_duplicate_rate(texts + [text[:70] + text[:30][::-1] for text in texts]) == 0


@pytest.mark.parametrize("text", [[], [7], list(range(100))])
def test_equal_texts_are_duplicates_whatever_their_length(text):
    assert near_duplicate_rate([text] * 3) == 1
    assert near_duplicate_rate([text, text, [8, 8]]) == pytest.approx(2 / 3)


@pytest.mark.parametrize("texts", [[], [[1, 2, 3]]])
def test_one_text_has_no_other(texts):
    assert near_duplicate_rate(texts) is None


def test_the_order_of_texts_is_nothing_for_equal_ones():
    texts = drawn(50) + drawn(20)
    assert near_duplicate_rate(texts) == near_duplicate_rate(texts[::-1]) == 40 / 70
