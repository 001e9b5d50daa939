from __future__ import annotations

import numpy as np
import pytest

from ssd_iter.decline.best_round import best_round
from ssd_iter.decline.settings import Settings

HOW = Settings(num_resamples=1000)


def gain(mean, error, seed=0, problems=100):
    """A gain of each problem, with exactly this mean and standard error."""
    noise = np.random.default_rng(seed).standard_normal(problems)
    noise = (noise - noise.mean()) / noise.std(ddof=1)
    return mean + error * np.sqrt(problems) * noise


@pytest.fixture
def best(make_panel):
    """The best round of a run whose rounds after the base gain so much."""

    def best(*gains, never=()):
        return best_round(make_panel(pass_at_1=[np.zeros_like(gains[0]), *gains]), HOW, never)

    return best


def test_the_base_is_best_where_nothing_is_surely_better(best):
    assert best(gain(0.02, 0.02), gain(0, 0.01), gain(-0.1, 0.01)) == 0


def test_a_round_that_is_surely_better_by_more_is_best(best):
    assert best(gain(0.05, 0.01), gain(0.15, 0.01), gain(0.02, 0.02)) == 2


def test_a_large_gain_that_is_uncertain_is_less_than_a_smaller_sure_one(best):
    assert best(gain(0.1, 0.01), gain(0.2, 0.06)) == 1


def test_of_rounds_within_one_standard_error_the_earliest_is_best(best):
    assert best(gain(0.1, 0.01), gain(0.109, 0.01), gain(0.05, 0.01)) == 1
    assert best(gain(0.1, 0.01), gain(0.111, 0.01), gain(0.05, 0.01)) == 2


def test_a_round_that_may_be_no_better_than_the_base_is_never_taken_for_being_near(best):
    near, highest = gain(0.033, 0.02), gain(0.05, 0.02, seed=1)
    assert (best(highest), best(near)) == (1, 0)
    assert best(near, highest) == 2


def test_a_round_that_collapsed_is_never_best(best):
    assert best(gain(0.05, 0.01), gain(0.3, 0.01), never=[2]) == 1
    assert best(gain(0.05, 0.01), gain(0.3, 0.01), never=[1, 2]) == 0


def test_the_more_rounds_there_are_the_surer_the_best_must_be(best):
    lucky = gain(0.022, 0.01)
    assert best(lucky) == 1
    assert best(lucky, *(gain(0, 0.01, seed=seed) for seed in range(1, 15))) == 0


def test_a_gain_that_is_the_same_in_all_problems_is_certain(best):
    assert best(np.full(20, 0.1), np.full(20, -0.1)) == 1


def test_rounds_without_samples_or_with_few_problems_are_not_chosen(best):
    few = np.where(np.arange(20) < 5, 0.9, np.nan)
    assert best(np.full(20, np.nan), few, np.full(20, 0.1)) == 3
    assert best(np.full(20, np.nan), few) == 0


def test_a_run_of_the_base_alone_goes_on_from_it(make_panel):
    assert best_round(make_panel(pass_at_1=[[0.5] * 20]), HOW) == 0
