from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.changes import kind_of, paired_change
from reports.wording import MINUS
from ssd_iter.metrics.intervals import Difference
from ssd_iter.metrics.registry import spec_of


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


def change(name, changes):
    """The paired change of a metric of problems that rose by so much."""
    now = {str(problem): 1 + rise for problem, rise in enumerate(changes)}
    return paired_change(now, dict.fromkeys(now, 1.0), "round 1", spec_of(name), 0)


@pytest.mark.parametrize(
    ("name", "word", "kind"),
    [
        ("pass_at_1", "Improved", "improved"),
        ("truncation_rate", "Worse", "worse"),
        ("simpson_diversity", "Higher", "unclear"),
    ],
)
def test_whether_a_rise_is_good_depends_on_the_metric(name, word, kind):
    told = change(name, [0.2, 0.3, 0.4] * 9)
    assert (told["word"], told["kind"], told["n"]) == (word, kind, 27)


def test_a_change_is_told_in_its_metrics_unit():
    told = change("mean_completion_tokens", [-3.0, -4.0, -5.0] * 9)
    assert (told["text"], told["word"]) == (f"{MINUS}4.0 tokens", "Lower")
    assert told["interval"].startswith(f"{MINUS}4.") and told["interval"].count("tokens") == 0


def test_z_is_the_change_over_its_standard_error():
    assert change("pass_at_1", [0.0, 1.0])["z"] == pytest.approx(1.0)
    assert change("pass_at_1", [0.5, 0.5])["z"] is None


def test_one_common_problem_tells_no_change():
    assert change("pass_at_1", [0.5]) is None
