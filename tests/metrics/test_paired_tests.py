from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from ssd_iter.metrics.paired_tests import detectable_change, holm, sign_flip_p, sign_test_p, standard_error

CHANGES = st.lists(st.sampled_from([-1.0, -0.5, 0.0, 1 / 3, 0.5, 1.0]), min_size=1, max_size=30)


@given(CHANGES)
def test_a_p_value_does_not_care_which_side_is_called_now(changes):
    p = sign_flip_p(changes, 0)
    assert 0 < p <= 1 and p == sign_flip_p([-change for change in changes], 0)


@pytest.mark.parametrize(
    ("changes", "p"), [([1.0, 1.0, 1.0], 0.25), ([0.5] * 5, 1 / 16), ([1.0, -1.0], 1.0), ([0.0], 1.0)]
)
def test_sign_flips_are_as_likely_as_counting_says(changes, p):
    assert sign_flip_p(changes, 1) == pytest.approx(p, abs=0.02)


@given(st.integers(0, 60), st.integers(0, 60))
def test_the_sign_test_is_the_exact_binomial_test(better, worse):
    expected = binomtest(better, better + worse).pvalue if better + worse else 1.0
    assert sign_test_p(better, worse) == pytest.approx(expected)


def test_holm_as_computed_by_hand():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), max_size=20))
def test_holm_raises_p_values_and_keeps_their_order(p_values):
    adjusted = holm(p_values)
    assert all(p <= q <= 1 for p, q in zip(p_values, adjusted, strict=True))
    pairs = sorted(zip(p_values, adjusted, strict=True))
    assert [q for _, q in pairs] == sorted(q for _, q in pairs)


@pytest.mark.parametrize("changes", [[], [0.3], [0.25] * 9, [1 / 3, 2 / 3 - 1 / 3]])
def test_without_scatter_there_is_no_standard_error(changes):
    assert standard_error(changes) is None and detectable_change(changes) is None


def test_the_standard_error_of_two_changes():
    assert standard_error([0.0, 1.0]) == pytest.approx(0.5)


def test_more_problems_tell_smaller_changes():
    few, many = [0.5, 0.0, -0.5] * 10, [0.5, 0.0, -0.5] * 40
    assert detectable_change(many) < 0.55 * detectable_change(few)
