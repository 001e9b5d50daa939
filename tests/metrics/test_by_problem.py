from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssd_iter.grading.pass_at_k import pass_at_k
from ssd_iter.metrics.by_problem import values_by_problem
from ssd_iter.metrics.counts import problem_counts
from ssd_iter.records import Verdict

VERDICTS = st.lists(st.sampled_from(get_args(Verdict)), min_size=1, max_size=12)


def values(make_execution, problems, ks=(1, 2)):
    """By name, of problems that are lists of (verdict, program, behaviour); no code where there is no program."""
    rows = [
        make_execution(
            problem_id=str(i), verdict=verdict, code=program, normal_sha256=program, behaviour_sha256=behaviour
        )
        for i, samples in enumerate(problems)
        for verdict, program, behaviour in samples
    ]
    return values_by_problem(problem_counts(rows), ks)


@given(VERDICTS, st.integers(1, 12))
def test_pass_at_k_is_that_of_what_was_graded(make_execution, verdicts, k):
    found = values(make_execution, [[(verdict, "p", "b") for verdict in verdicts]], [k])
    n = sum(verdict != "sandbox_error" for verdict in verdicts)
    assert found[f"pass_at_{k}"] == [pass_at_k(n, verdicts.count("pass"), k)]


def test_correct_programs_are_drawn_from_all_samples(make_execution):
    samples = [("pass", "a", "x"), ("pass", "b", "x"), ("wrong", "c", "y"), ("no_code", None, None)]
    found = values(make_execution, [samples])
    assert found["unique_correct_at_2"] == [1]  # each of the two is in half of the pairs
    assert found["unique_at_2"] == [1.5]
    assert found["behaviours_at_2"] == pytest.approx([5 / 6 + 1 / 2])
    assert (found["correct_diversity"], found["simpson_diversity"]) == ([1], [1])
    assert found["behaviour_diversity"] == pytest.approx([2 / 3])


def test_a_diversity_is_of_the_problems_that_have_one(make_execution):
    found = values(make_execution, [[("pass", "a", "x"), ("wrong", "a", "y")], [("no_code", None, None)]])
    assert (found["simpson_diversity"], found["correct_diversity"]) == ([0], [])
    assert found["unique_at_2"] == [1, None]


def test_problems_of_unknown_behaviour_are_left_out(make_execution):
    known, unknown, partly = (
        [("pass", "a", "x")] * 2,
        [("pass", "a", None)] * 2,
        [("pass", "a", "x"), ("pass", "a", None)],
    )
    found = values(make_execution, [known, unknown, partly, [("no_code", None, None)] * 2])
    assert (found["behaviours_at_2"], found["behaviour_diversity"]) == ([1], [0])
    assert len(found["unique_at_2"]) == 4


def test_k_of_one_has_no_variety(make_execution):
    found = values(make_execution, [[("pass", "a", "x")]], [1])
    assert set(found) == {"pass_at_1", "simpson_diversity", "correct_diversity", "behaviour_diversity"}


def test_no_problems_have_no_values(make_execution):
    assert all(value == [] for value in values(make_execution, []).values())
