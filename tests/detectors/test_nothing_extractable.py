from __future__ import annotations

import pytest

from ssd_iter.detectors import detect
from ssd_iter.metrics.registry import spec_of
from ssd_iter.records import Metric


def extraction(value: float | None, round: int = 2, purpose: str = "eval", problem_set: str = "all") -> Metric:
    name = spec_of("extraction_rate").name
    key = {"run_id": "run", "round": round, "name": name, "purpose": purpose, "problem_set": problem_set}
    return Metric(**key, value=value, low=None, high=None, n=40)


def test_a_round_without_any_code_is_found_with_its_evidence():
    (found,) = detect([extraction(0.9, round=1), extraction(0.0)], 2)
    assert (found.name, found.severity) == ("nothing_extractable", "error") and "none of 40" in found.message
    assert found.evidence == {"extraction_rate": 0.0, "n": 40}


@pytest.mark.parametrize(
    "metric",
    [
        extraction(1 / 40),
        extraction(None),
        extraction(0.0, round=1),
        extraction(0.0, purpose="train"),
        extraction(0.0, problem_set="humaneval"),
    ],
)
def test_any_code_another_round_training_samples_or_one_set_alone_are_no_finding(metric):
    assert detect([metric], 2) == []
