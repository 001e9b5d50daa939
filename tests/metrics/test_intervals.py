from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ssd_iter.metrics.intervals import mean_interval, paired_difference

VALUES = st.lists(st.floats(0, 1), min_size=2, max_size=50)


@settings(deadline=None)
@given(VALUES, st.integers(0, 100))
def test_the_interval_lies_within_the_values_and_repeats(values, seed):
    low, high = mean_interval(values, seed)
    assert min(values) - 1e-9 <= low <= high <= max(values) + 1e-9
    assert (low, high) == mean_interval(values, seed)


def test_it_agrees_with_the_normal_approximation_on_many_problems():
    values = np.random.default_rng(0).random(1000)
    low, high = mean_interval(values.tolist(), seed=1)
    half = 1.96 * values.std() / np.sqrt(1000)
    assert (low, high) == pytest.approx((values.mean() - half, values.mean() + half), abs=half / 10)


def test_it_covers_the_true_mean_about_as_often_as_it_says():
    draws = np.random.default_rng(0).integers(0, 2, size=(300, 100))
    intervals = [mean_interval(row.tolist(), seed) for seed, row in enumerate(draws)]
    assert 0.9 <= np.mean([low <= 0.5 <= high for low, high in intervals]) <= 0.99


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_equal_values_have_an_interval_without_width(value):
    assert mean_interval([value] * 20, seed=0) == (value, value)


@pytest.mark.parametrize("values", [[], [0.5]])
def test_fewer_than_two_values_have_no_interval(values):
    assert mean_interval(values, seed=0) is None


def test_a_value_that_is_not_finite_is_refused():
    with pytest.raises(ValueError, match="finite"):
        mean_interval([0.0, float("nan")], seed=0)


def test_a_difference_is_over_the_common_problems():
    difference = paired_difference({"a": 1.0, "b": 0.5, "new": 1.0}, {"a": 0.0, "b": 0.5, "old": 0.0}, seed=0)
    assert (difference.mean, difference.n) == (0.5, 2)
    assert (difference.low, difference.high) == (0.0, 1.0)


def test_a_constant_gain_has_no_width_however_the_problems_differ():
    before = {str(i): i / 100 for i in range(50)}
    difference = paired_difference({key: value + 0.25 for key, value in before.items()}, before, seed=0)
    assert (difference.mean, difference.low, difference.high) == pytest.approx((0.25, 0.25, 0.25))


def test_without_two_common_problems_there_is_no_difference():
    assert paired_difference({"a": 1.0, "b": 1.0}, {"a": 0.0, "c": 0.0}, seed=0) is None
