"""The funnel: what completions look like, whether or not they are right."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ssd_iter.metrics.funnel import funnel
from ssd_iter.metrics.registry import FUNNEL

STEPS = ("non_empty", "closed_fence", "parses", "complete")
FORMS = st.lists(st.fixed_dictionaries({step: st.booleans() for step in STEPS}), max_size=20)


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
