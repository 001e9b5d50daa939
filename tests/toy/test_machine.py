from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssd_iter.toy.iterate import GRID, best_temperature
from ssd_iter.toy.machine import (
    BASE,
    FORK,
    STATES,
    VOCABULARY,
    decode,
    entropy,
    kept_mass,
    nucleus,
    simpson,
    success,
    support,
    temper,
)

DIGITS = 5e-5
"""Half of the fourth digit, and a hair for the rounding of the printed one."""
TEACHER, STUDENT = BASE, decode(BASE, 0.9, 0.85)
TEMPERATURES, TOP_PS = st.floats(0.05, 5), st.floats(0.01, 1)


STATE = (
    st.binary(min_size=VOCABULARY, max_size=VOCABULARY)
    .map(lambda drawn: np.frombuffer(drawn, dtype=np.uint8) % 10.0)
    .filter(np.any)
    .map(lambda weights: weights / weights.sum())
)
"""One state; some of its tokens may be zero, and many are equal."""


def near(wanted, digits=DIGITS):
    return pytest.approx(wanted, abs=digits * (1 + 1e-6), rel=0)


def percent_at(model, temperatures, top_p=0.8):
    return [100 * float(success(decode(model, temperature, top_p))) for temperature in temperatures]


def nucleus_of(model, token_order, temperature):
    return [100 * float(decode(model, temperature, 0.8)[FORK, token]) for token in token_order]


def test_the_base_is_the_one_that_is_written_down(golden):
    spec = golden["spec"]
    assert BASE.shape == (len(STATES), spec["vocabulary"])
    for i, state in enumerate(STATES):
        head, tail = BASE[i, :4], BASE[i, 4:]
        assert list(head) == spec["head"][state]
        assert tail[1:] / tail[:-1] == pytest.approx(spec["tail_ratio"][state])
    assert BASE.sum(axis=-1) == pytest.approx(1, abs=1e-15)


@pytest.mark.parametrize(("name", "model"), [("teacher", TEACHER), ("student", STUDENT)])
def test_success_at_fixed_temperatures(golden, name, model):
    fixed = golden["spec"]["fixed_T_percent"]
    assert percent_at(model, fixed["T"]) == near(fixed[name])


@pytest.mark.parametrize(("name", "model"), [("teacher", TEACHER), ("student", STUDENT)])
def test_the_best_success_lies_in_its_range_at_the_temperature_that_the_paper_prints(golden, name, model):
    (low, high), printed = golden["spec"]["best_percent"][name], golden["spec"]["paper_printed"][f"{name}_best"]
    temperature, best = best_temperature(model, golden["spec"]["eval_top_p"])
    assert low <= 100 * best <= high
    assert [100 * best, temperature] == [near(printed[0], 0.005), near(printed[1], 0.0005)]


def test_the_gap_between_student_and_teacher_at_each_top_p(golden):
    assert golden["spec"]["gap_grid"] == "T in linspace(0.1, 2.5, 500)" and (GRID[0], GRID[-1]) == (0.1, 2.5)
    for top_p, gap in golden["spec"]["gap_by_top_p_pp"].items():
        best = [best_temperature(model, float(top_p))[1] for model in (TEACHER, STUDENT)]
        assert 100 * (best[1] - best[0]) == near(gap)


def test_entropies_and_simpsons_diversity(golden):
    spec = golden["spec"]
    assert list(entropy(TEACHER)) == near([spec["entropy_bits"]["base"][state] for state in STATES])
    assert list(entropy(STUDENT)) == near([spec["entropy_bits"]["student"][state] for state in STATES])
    assert list(simpson(TEACHER)) == near([spec["simpson_base"][state] for state in STATES])
    printed = spec["paper_printed"]["entropy_bits"]
    assert entropy(TEACHER)[:2] == near([printed["lock"], printed["fork"]], 0.005)


def test_what_is_left_at_the_fork_at_both_optima(golden):
    printed = golden["spec"]["paper_printed"]
    assert nucleus_of(TEACHER, (1, 0, 3, 4), 0.6387) == near(printed["fork_nucleus_teacher"], 0.05)
    assert nucleus_of(STUDENT, (1, 0, 3, 4), 2.0912) == near(printed["fork_nucleus_student"], 0.05)


def test_the_papers_figure_14_but_for_the_one_number_whose_temperature_is_a_grids(golden):
    printed = golden["spec"]["paper_printed"]
    assert percent_at(STUDENT, (0.5, 1.0, 2.091)) == near(printed["figure14_student"], 0.05)
    assert percent_at(TEACHER, (0.5, 1.005, 2.091)) == near(printed["figure14_teacher"], 0.05)


@pytest.mark.parametrize(("tokens", "top_p", "left"), [(5, 0.8, 4), (4, 0.75, 3), (10, 0.9, 9), (3, 0.67, 3)])
def test_a_token_before_which_exactly_top_p_lies_is_cut(tokens, top_p, left):
    even = np.full(VOCABULARY, 0.0)
    even[:tokens] = 1 / tokens
    assert list(np.flatnonzero(nucleus(even, top_p))) == list(range(left))


def test_of_equals_the_first_is_kept():
    even = np.full(VOCABULARY, 1 / VOCABULARY)
    assert list(np.flatnonzero(nucleus(even, 0.1))) == [0, 1]


@given(STATE, TOP_PS)
def test_a_nucleus_holds_top_p_and_without_its_last_token_does_not(state, top_p):
    kept = state[nucleus(state, top_p)]
    assert kept.sum() >= top_p - 2e-12
    assert len(kept) == 1 or kept.sum() - kept.min() < top_p


@given(STATE, TEMPERATURES, TOP_PS)
def test_what_is_drawn_from_sums_to_one_on_tokens_the_model_has(state, temperature, top_p):
    drawn = decode(state, temperature, top_p)
    assert drawn.sum() == pytest.approx(1, abs=1e-12)
    assert not drawn[state == 0].any() and (drawn >= 0).all()
    assert drawn.argmax() == state.argmax()


@given(STATE, st.floats(0.3, 3), st.floats(0.3, 3))
def test_temperatures_multiply(state, first, second):
    assert temper(temper(state, first), second) == pytest.approx(temper(state, first * second), abs=1e-12)


@given(st.lists(STATE, min_size=3, max_size=3), TEMPERATURES, TOP_PS)
def test_many_models_at_once_are_each_on_its_own(chosen, temperature, top_p):
    stack = np.array([chosen, chosen[::-1]])
    both = decode(stack, temperature, top_p)
    alone = [decode(model, temperature, top_p) for model in stack]
    assert np.array_equal(both, alone)
    assert np.array_equal(success(both), [success(model) for model in alone])


@given(STATE)
def test_entropy_simpson_and_support_keep_their_bounds(state):
    tokens = int(support(state))
    assert 0 <= entropy(state) <= np.log2(tokens) + 1e-12
    assert -1e-12 <= simpson(state) <= 1 - 1 / tokens + 1e-12
    assert kept_mass(state, state) == pytest.approx(1)
