"""The funnel and unique solutions: what completions look like, whether or not they are right."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ssd_iter.metrics.diversity import unique_solutions
from ssd_iter.metrics.funnel import funnel
from ssd_iter.metrics.registry import FUNNEL

STEPS = ("non_empty", "closed_fence", "parses", "complete")
FORMS = st.lists(st.fixed_dictionaries({step: st.booleans() for step in STEPS}), max_size=20)
HASHES = st.lists(st.none() | st.sampled_from("abc"), max_size=12)


@given(FORMS)
def test_each_step_counts_among_all_samples(make_execution, forms):
    counts = funnel([make_execution(**form) for form in forms])
    assert counts == {"num_sampled": len(forms)} | {f"num_{step}": sum(form[step] for form in forms) for step in STEPS}


@given(st.lists(st.booleans(), min_size=1, max_size=20))
def test_only_training_samples_are_kept(make_verdict, kept):
    counts = funnel([make_verdict(keep=keep, reason=None if keep else "stub") for keep in kept])
    assert counts["num_kept"] == sum(kept)


def test_the_steps_are_the_registrys_in_its_order(make_verdict):
    assert list(funnel([make_verdict()])) == [spec.name for spec in FUNNEL]


def test_programs_are_the_same_when_their_normal_form_is(make_execution):
    rows = [make_execution(code=code, code_sha256=code, normal_sha256="n") for code in ("x = 1", "x = 1  # one")]
    assert unique_solutions(rows) == {"toy/test/1": 1}


def test_each_problem_counts_its_own(make_execution):
    rows = [make_execution(problem_id=problem, normal_sha256=normal) for problem, normal in ("ax", "ay", "bx", "bx")]
    assert unique_solutions(rows) == {"a": 2, "b": 1}


@given(HASHES)
def test_code_that_does_not_parse_is_no_program_but_its_problem_counts(make_execution, hashes):
    rows = [make_execution(normal_sha256=normal) for normal in hashes]
    assert unique_solutions(rows) == ({"toy/test/1": len(set(hashes) - {None})} if hashes else {})


@given(HASHES)
def test_order_and_repetition_are_nothing(make_execution, hashes):
    rows = [make_execution(normal_sha256=normal) for normal in hashes]
    assert unique_solutions(rows[::-1] + rows) == unique_solutions(rows)
