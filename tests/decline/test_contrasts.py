from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssd_iter.decline.contrasts import FEWEST_PROBLEMS, contrasts
from ssd_iter.decline.settings import tested as metrics_of

PASS_AT_1, EXTRACTION, DIVERSITY = metrics_of(1)
NUM = FEWEST_PROBLEMS + 2


def words(panel, metric=PASS_AT_1):
    return [contrast.reference for contrast in contrasts(panel, metric)]


def of(panel, reference, metric=PASS_AT_1):
    return next(contrast for contrast in contrasts(panel, metric) if contrast.reference == reference)


def test_the_fourth_round_is_compared_with_each_earlier_one_with_all_pooled_and_along_the_trend(make_panel):
    found = list(contrasts(make_panel(pass_at_1=np.zeros((4, NUM))), PASS_AT_1))
    assert {(contrast.reference, contrast.reference_rounds, contrast.is_pair) for contrast in found} == {
        ("round 0", (0,), True),
        ("round 1", (1,), True),
        ("round 2", (2,), True),
        ("the mean of rounds 0 to 2", (0, 1, 2), False),
        ("the trend since round 0", (0, 1, 2), False),
        ("rounds 0 to 1, with round 2 added to this one", (0, 1), False),
    }


def test_the_first_round_has_one_contrast_and_the_base_none(make_panel):
    assert words(make_panel(pass_at_1=np.zeros((2, NUM)))) == ["round 0"]
    assert words(make_panel(pass_at_1=np.zeros((1, NUM)))) == []


@given(rounds=st.integers(2, 8), seed=st.integers(0, 99))
def test_what_problems_have_in_all_rounds_moves_no_contrast(make_panel, rounds, seed):
    rng = np.random.default_rng(seed)
    values, levels = rng.random((rounds, NUM)), 10 * rng.random(NUM)
    moved = zip(
        contrasts(make_panel(pass_at_1=values), PASS_AT_1),
        contrasts(make_panel(pass_at_1=values + levels), PASS_AT_1),
        strict=True,
    )
    assert all(np.allclose(before.falls, after.falls) for before, after in moved)


@given(rounds=st.integers(3, 8), fall=st.floats(-1, 1))
def test_the_trend_of_an_exact_line_is_its_whole_fall(make_panel, rounds, fall):
    line = np.linspace(0, -fall, rounds)[:, None] + np.zeros(NUM)
    assert np.allclose(of(make_panel(pass_at_1=line), "the trend since round 0").falls, fall)


def test_a_fall_is_what_was_minus_what_is(make_panel):
    panel = make_panel(pass_at_1=np.array([0.8, 0.6, 0.4, 0.3])[:, None] + np.zeros(NUM))
    falls = {contrast.reference: contrast.falls.mean() for contrast in contrasts(panel, PASS_AT_1)}
    assert falls["round 1"] == pytest.approx(0.3)
    assert falls["the mean of rounds 0 to 2"] == pytest.approx(0.3)
    assert falls["rounds 0 to 1, with round 2 added to this one"] == pytest.approx(0.35)
    assert falls["the trend since round 0"] == pytest.approx(0.51)


def test_a_problem_is_left_out_of_just_the_contrasts_that_need_what_it_lacks(make_panel):
    values = np.zeros((4, NUM))
    values[2, 0] = np.nan
    found = list(contrasts(make_panel(pass_at_1=values), PASS_AT_1))
    assert [each.reference for each in found if np.isfinite(each.falls[0])] == ["round 0", "round 1"]
    assert all(np.isfinite(each.falls[1:]).all() for each in found) and len(found) == 6


@pytest.mark.parametrize("problems", [0, FEWEST_PROBLEMS - 1])
def test_a_round_with_samples_of_too_few_problems_is_no_reference(make_panel, problems):
    values = np.zeros((4, NUM))
    values[1, problems:] = np.nan
    found = list(contrasts(make_panel(pass_at_1=values), PASS_AT_1))
    assert {round for contrast in found for round in contrast.reference_rounds} == {0, 2}
    assert all(np.isfinite(contrast.falls).all() for contrast in found) and len(found) == 4


def test_a_round_without_samples_is_not_compared(make_panel):
    assert words(make_panel(pass_at_1=[[0.5] * NUM, [0.5] * NUM, [np.nan] * NUM])) == []


def test_a_fall_needs_enough_problems_that_have_both_sides(make_panel):
    assert words(make_panel(pass_at_1=np.zeros((2, FEWEST_PROBLEMS)))) == ["round 0"]
    assert words(make_panel(pass_at_1=np.zeros((2, FEWEST_PROBLEMS - 1)))) == []
    halves = np.full((2, 2 * FEWEST_PROBLEMS - 1), np.nan)
    halves[0, :FEWEST_PROBLEMS] = halves[1, FEWEST_PROBLEMS - 1 :] = 0.5
    assert words(make_panel(pass_at_1=halves)) == []


def test_quality_is_compared_with_the_base_and_diversity_never(make_panel):
    same = np.zeros((4, NUM))
    panel = make_panel(pass_at_1=same, extraction_rate=same, simpson_diversity=same)
    assert "round 0" in words(panel, PASS_AT_1) and "round 0" in words(panel, EXTRACTION)
    found = list(contrasts(panel, DIVERSITY))
    assert {round for contrast in found for round in contrast.reference_rounds} == {1, 2}


def test_diversity_has_nothing_to_be_compared_with_at_the_first_round(make_panel):
    assert words(make_panel(simpson_diversity=np.zeros((2, NUM))), DIVERSITY) == []
