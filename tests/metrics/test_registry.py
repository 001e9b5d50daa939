from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssd_iter.metrics.registry import REGISTRY, spec_of


def test_names_and_titles_are_distinct():
    assert len({spec.name for spec in REGISTRY}) == len({spec.title for spec in REGISTRY}) == len(REGISTRY)


@pytest.mark.parametrize("spec", REGISTRY, ids=lambda spec: spec.name)
def test_a_name_leads_to_its_spec(spec):
    assert spec_of(spec.name) is spec


@given(st.integers(1, 1000))
def test_pass_at_k_is_spelt_out_for_every_k(k):
    spec = spec_of(f"pass_at_{k}")
    assert (spec.name, spec.title, spec.unit, spec.purposes) == (f"pass_at_{k}", f"pass@{k}", "fraction", ("eval",))


@pytest.mark.parametrize("name", ["", "pass_at_", "pass_at_k", "pass@1", "pass_at_1 ", "Num_kept"])
def test_an_unknown_name_is_refused(name):
    with pytest.raises(KeyError, match=r"ssd_iter\.metrics\.registry"):
        spec_of(name)
