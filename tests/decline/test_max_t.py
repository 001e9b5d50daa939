from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t as student

from ssd_iter.decline.max_t import columns_of, step_down

DRAWS = 20_000


def noise(problems, columns, seed=0):
    return list(np.random.default_rng(seed).standard_normal((columns, problems)))


@pytest.mark.parametrize("problems", [11, 200])
def test_one_column_needs_students_quantile(problems):
    columns = columns_of(noise(problems, 1), DRAWS, seed=0)
    assert columns.critical(0.05) == pytest.approx(student.isf(0.05, problems - 1), abs=0.06)
    assert np.quantile(columns.draws, 0.99) == pytest.approx(student.isf(0.01, problems - 1), abs=0.15)


def test_the_same_column_many_times_needs_no_more_than_once():
    (once,) = noise(50, 1)
    one, many = columns_of([once], DRAWS, 0), columns_of([once] * 8, DRAWS, 0)
    assert np.allclose(many.draws, one.draws, atol=1e-5)
    assert many.critical(0.05) == pytest.approx(one.critical(0.05), abs=0.06)


def test_columns_that_share_nothing_need_what_sidak_says():
    critical = columns_of(noise(400, 20), DRAWS, seed=0).critical(0.05)
    assert critical == pytest.approx(student.isf(1 - 0.95 ** (1 / 20), 399), abs=0.08)


def test_a_share_smaller_than_the_draws_can_show_is_bounded_by_bonferroni():
    columns = columns_of([*noise(60, 3), np.full(60, 0.9) + noise(60, 1)[0]], num_draws=500, seed=0)
    assert columns.critical(1e-6) == pytest.approx(student.isf(1e-6 / 4, 59))
    assert step_down(columns, [0, 1, 2, 3], np.zeros(4))[3] == pytest.approx(4 * student.sf(columns.t()[3], 59))


def test_few_draws_ask_for_no_more_than_bonferroni_does():
    critical = [columns_of(noise(50, 2), 200, seed).critical(0.05) for seed in range(8)]
    assert 1.5 < min(critical) < max(critical) <= student.isf(0.05 / 2, 49) + 1e-9


@pytest.mark.parametrize("alpha", [1e-6, 0.0019, 0.0021, 0.05, 0.5])
def test_p_is_at_most_alpha_just_where_t_is_above_the_critical_value(alpha):
    columns, every = columns_of(noise(60, 5), num_draws=500, seed=0), np.full(5, True)
    critical = columns.critical(alpha)
    assert columns.chance(critical + 1e-3, every) <= alpha < columns.chance(critical - 1e-3, every)


def test_means_and_errors_are_those_of_the_problems_there_are():
    (falls,) = noise(40, 1)
    falls[::4] = np.nan
    columns = columns_of([falls, *noise(40, 1, seed=1)], DRAWS, seed=0)
    there = falls[np.isfinite(falls)]
    assert columns.means[0] == pytest.approx(there.mean())
    assert columns.errors[0] == pytest.approx(there.std(ddof=1) / np.sqrt(30))
    assert np.quantile(columns.draws[:, 0], 0.95) == pytest.approx(student.isf(0.05, 29), abs=0.06)


def test_a_problem_without_any_fall_changes_nothing():
    falls = noise(30, 3)
    longer = [np.insert(column, 7, np.nan) for column in falls]
    assert np.array_equal(columns_of(falls, 500, 0).draws, columns_of(longer, 500, 0).draws)


def test_the_order_of_columns_does_not_matter():
    falls = noise(30, 4)
    there, back = columns_of(falls, 500, 0), columns_of(falls[::-1], 500, 0)
    assert np.allclose(there.draws, back.draws[:, ::-1], atol=1e-5)
    assert there.critical(0.05) == pytest.approx(back.critical(0.05), abs=1e-5)


def test_the_order_of_problems_changes_the_draws_alone():
    falls, order = noise(60, 4), np.random.default_rng(1).permutation(60)
    there, back = columns_of(falls, DRAWS, 0), columns_of([column[order] for column in falls], DRAWS, 0)
    assert np.allclose(there.t(), back.t())
    assert there.critical(0.05) == pytest.approx(back.critical(0.05), abs=0.06)


def test_a_constant_column_is_compared_exactly():
    columns = columns_of([np.full(20, 0.1), np.zeros(20), np.full(20, -0.1), *noise(20, 1)], 500, 0)
    assert columns.t()[:3].tolist() == [np.inf, -np.inf, -np.inf]
    assert columns.t(margin=0.1)[0] == -np.inf
    p_values = step_down(columns, [0, 1, 2, 3], np.zeros(4))
    assert (p_values[0], p_values[1], p_values[2]) == (0, 1, 1)
    assert 0 < p_values[3] <= 1


def test_constant_columns_alone_reject_just_what_fell():
    columns = columns_of([np.full(20, 0.1), np.zeros(20)], 500, 0)
    assert step_down(columns, [0, 1], np.zeros(2)) == {0: 0, 1: 1}
    assert step_down(columns, [0, 1], np.full(2, 0.2)) == {0: 1, 1: 1}


@pytest.mark.parametrize("seed", range(5))
def test_p_is_how_often_the_largest_t_of_the_groups_left_is_as_large(seed):
    falls = [column + shift for column, shift in zip(noise(25, 6, seed), [0.1, 0.3, 0, 0.2, 0.1, 0], strict=True)]
    columns, groups = columns_of(falls, 400, seed), [0, 0, 1, 1, 2, 2]
    t, p_values = columns.t(), step_down(columns, groups, np.zeros(6))
    largest = {group: max(t[2 * group], t[2 * group + 1]) for group in range(3)}
    expected = {}
    for group, of_group in largest.items():
        chances = []
        for of_other in largest.values():
            if of_other >= of_group:
                left = [c for c in range(6) if largest[groups[c]] <= of_other]
                exceeding = sum(max(draw[c] for c in left) >= of_other for draw in columns.draws)
                chances.append(min((1 + exceeding) / 401, sum(student.sf(of_other, 24) for _ in left)))
        expected[group] = max(chances)
    assert p_values == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(5))
def test_a_group_with_a_larger_t_has_no_larger_p(seed):
    columns = columns_of([column + 0.2 for column in noise(25, 6, seed)], 400, 0)
    p_values = step_down(columns, list(range(6)), np.zeros(6))
    by_t = [p_values[group] for group in np.argsort(-columns.t())]
    assert by_t == sorted(by_t)


def test_a_margin_can_only_raise_p():
    columns = columns_of([column + 0.5 for column in noise(25, 3)], 400, 0)
    without, beyond = (step_down(columns, [0, 1, 2], np.full(3, margin)) for margin in (0, 0.3))
    assert all(without[group] <= beyond[group] for group in range(3)) and without != beyond


def test_the_same_falls_are_given_the_same_draws():
    assert np.array_equal(columns_of(noise(20, 2), 300, 5).draws, columns_of(noise(20, 2), 300, 5).draws)
    assert not np.array_equal(columns_of(noise(20, 2), 300, 5).draws, columns_of(noise(20, 2), 300, 6).draws)
