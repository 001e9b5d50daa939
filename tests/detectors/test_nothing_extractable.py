from __future__ import annotations

import pytest

from ssd_iter.detectors.nothing_extractable import detect


@pytest.fixture
def extraction(make_metric):
    return lambda value, **key: make_metric("extraction_rate", value, **key)


def test_a_round_without_any_code_has_collapsed(rounds_so_far, extraction):
    (found,) = detect(rounds_so_far([extraction(0.9, round=1), extraction(0.0)]))
    assert (found.name, found.severity, found.verdict) == ("nothing_extractable", "error", "COLLAPSE")
    assert "none of 40 evaluation samples" in found.message
    assert found.evidence == {"extraction_rate": 0.0, "n": 40} and found.decline is None


@pytest.mark.parametrize("line", [(0,), (0, 1)])
def test_a_model_that_never_wrote_any_code_was_not_asked_well(rounds_so_far, extraction, line):
    (found,) = detect(rounds_so_far([extraction(0.0, round=round) for round in line], line=line))
    assert (found.severity, found.verdict) == ("error", "NOT_ENOUGH_DATA")


@pytest.mark.parametrize(
    ("value", "key"),
    [
        (1 / 40, {}),
        (None, {}),
        (0.0, {"round": 1}),
        (0.0, {"purpose": "train"}),
        (0.0, {"problem_set": "humaneval"}),
    ],
)
def test_any_code_another_round_training_samples_or_one_set_alone_are_no_finding(rounds_so_far, extraction, value, key):
    assert detect(rounds_so_far([extraction(value, **key)])) == []


def test_a_rate_that_was_not_recorded_is_no_finding(rounds_so_far):
    assert detect(rounds_so_far()) == []
