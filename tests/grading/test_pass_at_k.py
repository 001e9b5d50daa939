from __future__ import annotations

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssd_iter.grading.pass_at_k import pass_at_k

COUNTS = st.integers(1, 300).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(1, n)))


@given(COUNTS)
def test_it_is_one_minus_the_chance_of_drawing_no_pass(counts):
    n, c, k = counts
    assert pass_at_k(n, c, k) == pytest.approx(float(1 - Fraction(comb(n - c, k), comb(n, k))), rel=1e-9, abs=1e-12)


@given(st.integers(1, 200).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))))
def test_pass_at_1_is_the_share_of_passes(counts):
    n, c = counts
    assert pass_at_k(n, c, 1) == pytest.approx(c / n)


@given(COUNTS)
def test_more_tries_never_hurt(counts):
    n, c, k = counts
    assert pass_at_k(n, c, k) >= pass_at_k(n, c, 1) - 1e-12


def test_with_fewer_samples_than_k_it_is_not_defined():
    assert pass_at_k(4, 4, 5) is None
    assert pass_at_k(0, 0, 1) is None


@pytest.mark.parametrize(("n", "c", "k"), [(5, 6, 1), (5, -1, 1), (-1, 0, 1), (5, 1, 0)])
def test_impossible_counts_are_refused(n, c, k):
    with pytest.raises(ValueError, match="needs 0 <= c <= n"):
        pass_at_k(n, c, k)
