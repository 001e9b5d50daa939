from __future__ import annotations

import numpy as np
import pytest

from ssd_iter.metrics.drift import MOST_PROBLEMS, MOST_SAMPLES, Written, drift_auc

WORDS = [f"word{i}" for i in range(60)]


def side(seed, chances=None, problems=60, samples=4, length=30):
    """Samples whose words lean to those of their problem, so that samples of one problem are alike."""
    dice = np.random.default_rng(seed)
    base = np.ones(60) if chances is None else np.asarray(chances)
    written = []
    for problem in range(problems):
        weights = base * np.random.default_rng(1000 + problem).exponential(size=60)
        for index in range(samples):
            text = " ".join(dice.choice(WORDS, length, p=weights / weights.sum()))
            written.append(Written(purpose="eval", problem_id=f"p{problem:04d}", sample_idx=index, completion=text))
    return written


CHANGED = [3.0] * 10 + [1.0] * 50


def test_samples_of_one_model_cannot_be_told_apart():
    found = [drift_auc(side(seed, problems=40), side(seed + 500, problems=40)) for seed in range(12)]
    aucs = np.array([drift.auc for drift in found])
    assert abs(aucs.mean() - 0.5) < 4 * aucs.std(ddof=1) / np.sqrt(12)
    outside = sum(not low <= 0.5 <= high for low, high in (drift.interval for drift in found))
    assert outside <= 4  # of 12 at 5 %: more than 4 by chance in 1 of 5,000


def test_a_changed_model_can_be_told_apart():
    found = drift_auc(side(0, CHANGED), side(1))
    assert found.interval[0] > 0.6 and found.num_problems == 30


def test_which_side_is_now_makes_no_difference():
    one, other = drift_auc(side(0, CHANGED), side(1)), drift_auc(side(1), side(0, CHANGED))
    assert one.auc == pytest.approx(other.auc, abs=0.02)


def test_equal_texts_are_ties():
    assert drift_auc(side(0), side(0)).auc == 0.5


def test_unequal_numbers_of_samples_change_nothing_under_the_null():
    low, high = drift_auc(side(0, samples=10), side(1, samples=2)).interval
    assert low < 0.5 < high


def test_the_order_of_rows_is_nothing():
    now, before = side(0, CHANGED), side(1)
    assert drift_auc(now[::-1], before[::-1]) == drift_auc(now, before)


def test_only_common_problems_count():
    assert drift_auc(side(0, problems=20), side(1, problems=10)).num_problems == 5


@pytest.mark.parametrize("problems", [0, 1])
def test_one_problem_cannot_be_split(problems):
    assert drift_auc(side(0, problems=problems), side(1)) is None
    assert drift_auc(side(0), side(1, problems=problems)) is None


def test_two_problems_have_a_number_without_an_interval():
    found = drift_auc(side(0, problems=2), side(1, problems=2))
    assert found.interval is None and 0 <= found.auc <= 1


def test_texts_without_words_cannot_be_told_apart():
    blank = [Written(purpose="eval", problem_id=str(i), sample_idx=0, completion="") for i in range(6)]
    assert drift_auc(blank, blank).auc == 0.5


def test_what_is_looked_at_is_bounded():
    many = side(0, problems=MOST_PROBLEMS + 20, samples=1)
    assert drift_auc(many, many).num_problems == MOST_PROBLEMS // 2
    first, more = side(0, samples=MOST_SAMPLES), side(0, samples=MOST_SAMPLES)
    extra = [Written(purpose="eval", problem_id="p0000", sample_idx=99, completion="word1 " * 50)]
    assert drift_auc([*more, *extra], side(1)) == drift_auc(first, side(1))
