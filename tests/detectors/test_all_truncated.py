from __future__ import annotations

import pytest

from ssd_iter.detectors.all_truncated import detect


@pytest.fixture
def truncation(make_metric):
    return lambda value, **key: make_metric("truncation_rate", value, **key)


def test_a_model_that_never_ends_has_collapsed(rounds_so_far, truncation):
    (found,) = detect(rounds_so_far([truncation(0.1, round=1), truncation(1.0)]))
    assert (found.name, found.severity, found.verdict) == ("all_truncated", "error", "COLLAPSE")
    assert "all 40 evaluation samples" in found.message
    assert found.evidence == {"truncation_rate": 1.0, "n": 40} and found.decline is None


@pytest.mark.parametrize("line", [(0,), (0, 1)])
def test_a_model_that_never_ended_by_itself_was_given_too_few_tokens(rounds_so_far, truncation, line):
    (found,) = detect(rounds_so_far([truncation(1.0, round=round) for round in line], line=line))
    assert (found.severity, found.verdict) == ("error", "NOT_ENOUGH_DATA")


@pytest.mark.parametrize(
    ("value", "key"),
    [
        (39 / 40, {}),
        (None, {}),
        (1.0, {"round": 1}),
        (1.0, {"purpose": "train"}),
        (1.0, {"problem_set": "humaneval"}),
    ],
)
def test_one_that_ends_another_round_training_samples_or_one_set_alone_are_no_finding(
    rounds_so_far, truncation, value, key
):
    assert detect(rounds_so_far([truncation(value, **key)])) == []
