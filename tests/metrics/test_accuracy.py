from __future__ import annotations

from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from ssd_iter.grading.pass_at_k import pass_at_k
from ssd_iter.metrics.accuracy import pass_at_k_by_problem
from ssd_iter.records import Verdict

VERDICTS = st.lists(st.sampled_from(get_args(Verdict)), min_size=1, max_size=12)


def graded(make_execution, *verdicts, problem_id="a"):
    return [make_execution(problem_id=problem_id, verdict=verdict) for verdict in verdicts]


@given(VERDICTS, st.integers(1, 12))
def test_it_is_pass_at_k_of_what_was_graded(make_execution, verdicts, k):
    n = sum(verdict != "sandbox_error" for verdict in verdicts)
    found = pass_at_k_by_problem(graded(make_execution, *verdicts), k)
    assert found == {"a": pass_at_k(n, verdicts.count("pass"), k)}


def test_a_sample_without_code_is_a_fail(make_execution):
    assert pass_at_k_by_problem(graded(make_execution, "pass", "no_code"), 1) == {"a": 0.5}


def test_a_sample_the_sandbox_failed_on_does_not_count(make_execution):
    rows = graded(make_execution, "pass", "pass", "sandbox_error")
    assert pass_at_k_by_problem(rows, 1) == {"a": 1.0}
    assert pass_at_k_by_problem(rows, 3) == {"a": None}


def test_a_problem_none_of_whose_samples_were_graded_is_undefined_not_absent(make_execution):
    assert pass_at_k_by_problem(graded(make_execution, "sandbox_error", "sandbox_error"), 1) == {"a": None}


def test_each_problem_counts_its_own(make_execution):
    rows = [*graded(make_execution, "pass", "wrong"), *graded(make_execution, "wrong", problem_id="b")]
    assert pass_at_k_by_problem(rows, 1) == {"a": 0.5, "b": 0.0}
    assert pass_at_k_by_problem(rows, 2) == {"a": 1.0, "b": None}
