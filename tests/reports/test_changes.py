from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.changes import kind_of
from ssd_iter.metrics.intervals import Difference


@given(low=st.floats(-1, 0), high=st.floats(0, 1))
def test_an_interval_that_contains_zero_is_no_clear_change(low, high):
    assert kind_of(Difference(mean=(low + high) / 2, low=low, high=high, n=9)) == "unclear"


@pytest.mark.parametrize(("low", "high", "kind"), [(0.001, 0.2, "improved"), (-0.2, -0.001, "worse")])
def test_an_interval_beside_zero_is_clear(low, high, kind):
    assert kind_of(Difference(mean=(low + high) / 2, low=low, high=high, n=9)) == kind


def test_rounding_errors_make_no_clear_change():
    assert kind_of(Difference(mean=0.01, low=1e-17, high=0.02, n=9)) == "unclear"


def test_no_interval_is_no_clear_change():
    assert kind_of(None) == "unclear"
