from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ssd_iter.metrics.vendi import vendi_score


def nouns(count):
    return [f"noun{i} verb{i}" for i in range(count)]


@settings(deadline=None)
@given(st.integers(1, 12), st.integers(1, 5))
def test_it_counts_texts_that_have_nothing_in_common(kinds, times):
    texts = nouns(kinds) * times
    score = vendi_score(texts, len(texts))
    assert score is None if len(texts) < 2 else score == pytest.approx(kinds, rel=1e-6)


@settings(deadline=None)
@given(st.lists(st.text(max_size=30), min_size=2, max_size=8))
def test_any_texts_are_between_one_kind_and_as_many_as_there_are(texts):
    assert 1 - 1e-9 <= vendi_score(texts, len(texts)) <= len(texts) + 1e-9


def test_texts_that_share_words_count_for_less():
    assert vendi_score(["one two three", "one two four"], 2) < vendi_score(["one two three", "five six seven"], 2)


def test_texts_without_words_are_of_one_kind():
    assert vendi_score(["", "+", "x = 1", "noun"], 4) == pytest.approx(vendi_score(["a", "a", "a", "noun"], 4))


def test_a_part_is_looked_at_and_always_the_same():
    texts = nouns(30)
    assert vendi_score(texts, 10) == pytest.approx(10) and vendi_score(texts, 10) == vendi_score(texts, 10)


@pytest.mark.parametrize(("count", "asked"), [(0, 0), (1, 1), (5, 1), (5, 6)])
def test_with_too_few_texts_there_is_no_score(count, asked):
    assert vendi_score(nouns(count), asked) is None
