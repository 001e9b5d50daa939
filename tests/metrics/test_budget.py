"""Text metrics at an equal number of tokens: whoever writes more, or longer, gains nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssd_iter.metrics.budget import LARGEST, NUM_SHUFFLES, first_of, prefixes, token_budget
from ssd_iter.metrics.compression import compression_ratio
from ssd_iter.metrics.distinct import distinct_rate
from ssd_iter.metrics.ngrams import texts_of
from ssd_iter.records import Metric

WORDS = ("for", "item", "in", "range", "return", "total", "sum", "while", "print", "len")
TEXTS = st.lists(st.lists(st.integers(0, 5), max_size=9), min_size=1, max_size=8)


def metric(round, value, n=10, name="mean_completion_tokens", purpose="eval", problem_set="all"):
    key = {"run_id": "run", "round": round, "name": name, "purpose": purpose, "problem_set": problem_set}
    return Metric(**key, value=value, low=None, high=None, n=n)


def drawn(num_texts, length, num_kinds=200, seed=0):
    return np.random.default_rng(seed).integers(0, num_kinds, (num_texts, length)).tolist()


def rate(texts, budget):
    return distinct_rate(texts_of(texts).ngrams(2), budget)


def ratio(texts, budget, seed=0):
    dice = np.random.default_rng(seed)
    lengths = np.array([len(text) for text in texts], dtype=np.int64)
    return compression_ratio([" ".join(dice.choice(WORDS, len(text))) for text in texts], lengths, budget)


def test_the_budget_is_half_of_what_the_first_round_wrote():
    earlier = [metric(1, 80.0), metric(0, 101.0), metric(0, 7.0, purpose="train"), metric(0, 50.0, problem_set="toy")]
    assert token_budget(earlier, "eval", 600) == 505
    assert token_budget([], "eval", 601) == 300


def test_the_first_training_samples_are_those_of_round_1():
    assert first_of([metric(0, 1.0), metric(1, 2.0, purpose="train")], "mean_completion_tokens", "train").round == 1
    assert first_of([metric(0, None), metric(1, 2.0)], "mean_completion_tokens", "eval").round == 1


def test_the_budget_is_bounded():
    assert token_budget([metric(0, 1e6, n=1000)], "eval", 0) == LARGEST


@given(TEXTS, st.integers(0, 80))
def test_every_shuffle_takes_the_budget_or_all_there_is(texts, budget):
    sizes = texts_of(texts).lengths
    for taken in prefixes(sizes, budget):
        assert taken.sum() == min(budget, sizes.sum()) and (taken <= sizes).all() and (taken >= 0).all()
        assert ((taken > 0) & (taken < sizes)).sum() <= 1


@given(TEXTS, st.integers(1, 40))
def test_distinct_is_a_share_of_the_budget_or_undefined(texts, budget):
    found = rate(texts, budget)
    assert found is None if sum(max(len(text) - 1, 0) for text in texts) < budget else 1 / budget <= found <= 1


@pytest.mark.parametrize("length", [20, 50, 160])
def test_distinct_depends_neither_on_length_nor_on_number(length):
    expected = 40_000 * (1 - (1 - 1 / 40_000) ** 5000) / 5000
    assert rate(drawn(400, length), 5000) == pytest.approx(expected, rel=0.01)
    assert rate(drawn(1600, length), 5000) == pytest.approx(expected, rel=0.01)


def test_distinct_falls_where_fewer_words_are_used():
    assert rate(drawn(400, 50, num_kinds=100), 5000) < 0.9 * rate(drawn(400, 50), 5000)


def test_with_one_kind_of_text_distinct_is_what_one_text_holds():
    assert rate([list(range(11))] * 100, 500) == 10 / 500


def test_compression_depends_neither_on_length_nor_on_number():
    found = [ratio(drawn(n, length), 10_000) for n, length in ((400, 50), (100, 200), (1600, 50))]
    assert max(found) < 1.05 * min(found)


def test_what_returns_compresses():
    texts = drawn(200, 50)
    varied = compression_ratio([" ".join(map(str, text)) for text in texts], np.full(200, 50), 5000)
    assert compression_ratio([" ".join(map(str, texts[0]))] * 200, np.full(200, 50), 5000) > 5 * varied


@pytest.mark.parametrize("texts", [[], ["", ""], ["a"]])
def test_too_little_text_has_no_ratio(texts):
    lengths = np.array([len(text) for text in texts], dtype=np.int64)
    assert compression_ratio(texts, lengths, 0) is None and compression_ratio(texts, lengths, 5) is None


def test_odd_characters_compress():
    assert compression_ratio(["\ud800\0é" * 50] * 4, np.full(4, 150), 300) > 1


def test_no_two_shuffles_are_the_same():
    assert len({tuple(taken.tolist()) for taken in prefixes(np.full(20, 5), 50)}) == NUM_SHUFFLES
