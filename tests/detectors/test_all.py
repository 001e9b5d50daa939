"""All detectors together: what they say, and what it makes of a round."""

from __future__ import annotations

from typing import get_args

import pytest

from ssd_iter.decline.counts_file import FileCounts
from ssd_iter.detectors import DETECTORS, detect, worst
from ssd_iter.detectors.base import Detected
from ssd_iter.records import RoundVerdict


def told(verdict):
    return Detected("name", "info", "message", verdict)


def test_every_detector_is_asked_in_its_order(rounds_so_far, make_metric):
    metrics = [make_metric("truncation_rate", 1.0), make_metric("extraction_rate", 0.0)]
    names = [found.name for found in detect(rounds_so_far(metrics))]
    assert names == ["nothing_extractable", "all_truncated", "not_enough_data"] and len(DETECTORS) == 3


def test_a_round_that_shows_nothing_has_collapsed_although_no_test_can_say_so(rounds_so_far, make_metric):
    rows = [
        FileCounts(round=round, problem_id=f"p{i}", n=1, c=0, extracted=0, classes=())
        for round in range(3)
        for i in "ab"
    ]
    found = detect(
        rounds_so_far([make_metric("extraction_rate", rate, round) for round, rate in enumerate((0.9, 0.0, 0.0))], rows)
    )
    assert worst(found) == "COLLAPSE"


@pytest.mark.parametrize("verdict", get_args(RoundVerdict))
def test_the_verdict_is_the_worst_that_is_found(verdict):
    order = get_args(RoundVerdict)
    assert order[0] == "OK" and order[-1] == "COLLAPSE"
    milder = [told(each) for each in order[: order.index(verdict)]]
    assert worst([told(verdict), *milder]) == worst([*milder, told(verdict)]) == verdict


def test_a_round_of_which_nothing_is_found_is_ok():
    assert worst([]) == "OK"


def test_a_metric_is_that_of_the_round_to_judge_unless_another_is_asked_for(rounds_so_far, make_metric):
    now, base = make_metric("extraction_rate", 0.5), make_metric("extraction_rate", 0.9, round=0)
    so_far = rounds_so_far([base, make_metric("extraction_rate", 0.1, problem_set="humaneval"), now])
    assert so_far.metric("extraction_rate") == now
    assert so_far.metric("extraction_rate", round=0) == base
    assert so_far.metric("extraction_rate", "train") is None
