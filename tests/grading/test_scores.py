from __future__ import annotations

from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssd_iter.grading.pass_at_k import pass_at_k
from ssd_iter.grading.scores import scores

GRADED = st.lists(
    st.tuples(st.sampled_from(["p1", "p2"]), st.sampled_from(["pass", "wrong", "no_code", "sandbox_error"])), min_size=1
)


def graded(**counts):
    """`p1=(passes, failures, sandbox errors)`."""
    verdicts = ("pass", "wrong", "sandbox_error")
    return [(name, v) for name, ns in counts.items() for v, n in zip(verdicts, ns, strict=True) for _ in range(n)]


def test_it_is_the_mean_over_problems_not_over_samples():
    found = scores(graded(p1=(1, 3, 0), p2=(1, 0, 0)), [1])
    assert found == {"pass@1": pytest.approx((0.25 + 1) / 2)}


def test_by_hand_with_several_k():
    found = scores(graded(p1=(2, 3, 0), p2=(0, 5, 0)), [1, 2, 5])
    assert found == pytest.approx({"pass@1": 0.2, "pass@2": 0.35, "pass@5": 0.5})


@given(GRADED, st.integers(1, 4))
def test_it_is_what_pass_at_k_says_of_each_problem(pairs, k):
    sound = [(name, verdict) for name, verdict in pairs if verdict != "sandbox_error"]
    of_problem = {name: [v for p, v in sound if p == name] for name, _ in sound}
    each = [pass_at_k(len(verdicts), verdicts.count("pass"), k) for verdicts in of_problem.values()]
    expected = None if None in each or not each else pytest.approx(mean(each))
    assert scores(pairs, [k])[f"pass@{k}"] == expected


def test_a_fault_of_the_sandbox_is_no_sample():
    assert scores(graded(p1=(1, 1, 2)), [1, 2, 3]) == {"pass@1": 0.5, "pass@2": 1.0, "pass@3": None}


def test_a_problem_that_only_the_sandbox_failed_on_is_left_out():
    assert scores(graded(p1=(1, 1, 0), p2=(0, 0, 2))) == {"pass@1": 0.5}


@pytest.mark.parametrize("verdict", ["wrong", "no_code", "timeout:wall", "protocol", "crash", "output_limit"])
def test_every_other_verdict_is_a_failure(verdict):
    assert scores([("p", "pass"), ("p", verdict)], [1]) == {"pass@1": 0.5}


def test_with_fewer_samples_than_k_of_one_problem_it_is_undefined():
    assert scores(graded(p1=(5, 5, 0), p2=(1, 0, 0)), [1, 2]) == {"pass@1": 0.75, "pass@2": None}


@pytest.mark.parametrize(
    ("samples", "ks"), [(1, [1]), (4, [1]), (5, [1, 5]), (60, [1, 5, 10, 50]), (100, [1, 5, 10, 50, 100])]
)
def test_without_k_it_is_the_usual_ones_that_all_problems_have_samples_for(samples, ks):
    assert list(scores(graded(p1=(200, 0, 0), p2=(0, samples, 3)))) == [f"pass@{k}" for k in ks]


def test_of_no_samples_nothing_is_said():
    assert scores([]) == {}
    assert scores([], [1]) == {"pass@1": None}
    assert scores(graded(p1=(0, 0, 2)), [1]) == {"pass@1": None}
