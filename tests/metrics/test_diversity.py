"""Held against their definitions: every pair, every choice of k samples, every draw of a few."""

from __future__ import annotations

from itertools import chain, combinations, product
from math import comb, prod

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ssd_iter.grading.pass_at_k import pass_at_k
from ssd_iter.metrics.diversity import different_at, simpson_diversity

SIZES = st.lists(st.integers(1, 4), max_size=4)


def samples_of(sizes, without_class=0):
    """The class of each sample; samples outside all classes have None."""
    return [*chain.from_iterable([i] * m for i, m in enumerate(sizes)), *[None] * without_class]


def sizes_of(samples):
    return [samples.count(each) for each in set(samples)]


@given(SIZES)
def test_simpson_is_the_share_of_pairs_that_differ(sizes):
    pairs = list(combinations(samples_of(sizes), 2))
    found = simpson_diversity(sizes)
    assert found is None if not pairs else found == pytest.approx(sum(a != b for a, b in pairs) / len(pairs))


@pytest.mark.parametrize("n", [2, 3, 5])
@pytest.mark.parametrize("chances", [(0.5, 0.3, 0.2), (0.9, 0.1), (1.0,)])
def test_simpson_is_right_on_average_for_every_n(n, chances):
    expected = 1 - sum(p * p for p in chances)
    draws = product(range(len(chances)), repeat=n)
    mean = sum(prod(chances[i] for i in draw) * simpson_diversity(sizes_of(draw)) for draw in draws)
    assert mean == pytest.approx(expected)


@given(SIZES, st.integers(0, 3), st.integers(1, 6))
def test_different_at_k_is_the_mean_over_all_choices_of_k_samples(sizes, without_class, k):
    samples = samples_of(sizes, without_class)
    choices = [len({each for each in choice if each is not None}) for choice in combinations(samples, k)]
    found = different_at(len(samples), sizes, k)
    assert found is None if not choices else found == pytest.approx(sum(choices) / len(choices))


@given(st.integers(1, 300), st.integers(0, 300), st.integers(1, 100))
def test_with_one_class_it_is_pass_at_k(n, c, k):
    assume(c <= n)
    assert different_at(n, [c] if c else [], k) == pass_at_k(n, c, k)


@given(st.lists(st.integers(1, 2000), min_size=1, max_size=5), st.integers(1, 50))
def test_large_numbers_of_samples_do_not_overflow(sizes, k):
    n = sum(sizes)
    assume(k <= n)
    exact = sum(1 - comb(n - m, k) / comb(n, k) for m in sizes)
    assert different_at(n, sizes, k) == pytest.approx(exact)
    assert 0 <= different_at(n, sizes, k) <= min(k, len(sizes)) + 1e-9


@given(st.permutations([3, 1, 1, 2]))
def test_the_order_of_classes_is_nothing(sizes):
    assert simpson_diversity(sizes) == simpson_diversity([3, 2, 1, 1])
    assert different_at(9, sizes, 4) == pytest.approx(different_at(9, [3, 2, 1, 1], 4))


def test_the_ends_of_the_range_are_reached():
    assert simpson_diversity([10]) == 0 and simpson_diversity([1] * 10) == 1
    assert different_at(10, [10], 5) == 1 and different_at(10, [1] * 10, 5) == pytest.approx(5)


@pytest.mark.parametrize("sizes", [[], [1]])
def test_without_two_samples_there_is_no_diversity(sizes):
    assert simpson_diversity(sizes) is None
    assert different_at(sum(sizes), sizes, 2) is None
