from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssd_iter.metrics.registry import REGISTRY, spec_of

EXPLAINED = Path(__file__).parents[2] / "docs" / "metrics_and_detectors.md"


def test_names_and_titles_are_distinct():
    assert len({spec.name for spec in REGISTRY}) == len({spec.title for spec in REGISTRY}) == len(REGISTRY)


@pytest.mark.parametrize("spec", REGISTRY, ids=lambda spec: spec.name)
def test_a_name_leads_to_its_spec(spec):
    assert spec_of(spec.name) is spec


@given(st.integers(1, 1000))
def test_pass_at_k_is_spelt_out_for_every_k(k):
    spec = spec_of(f"pass_at_{k}")
    assert (spec.name, spec.title, spec.unit, spec.purposes) == (f"pass_at_{k}", f"pass@{k}", "fraction", ("eval",))


@pytest.mark.parametrize("spec", [spec for spec in REGISTRY if "<k>" in spec.name], ids=lambda spec: spec.name)
def test_what_has_a_k_is_spelt_out_in_name_and_title(spec):
    found = spec_of(spec.name.replace("<k>", "12"))
    assert (found.name, found.title) == (spec.name.replace("<k>", "12"), spec.title.replace("<k>", "12"))
    assert found.title.endswith("@12") and (found.unit, found.better) == (spec.unit, spec.better)


def test_every_metric_is_explained():
    text = EXPLAINED.read_text(encoding="utf-8")
    assert not [spec.name for spec in REGISTRY if f"`{spec.name}`" not in text]


@pytest.mark.parametrize("name", ["", "pass_at_", "pass_at_k", "pass@1", "pass_at_1 ", "Num_kept", "kept_at_3"])
def test_an_unknown_name_is_refused(name):
    with pytest.raises(KeyError, match=r"ssd_iter\.metrics\.registry"):
        spec_of(name)
