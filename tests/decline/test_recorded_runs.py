"""Real runs of SmolLM2: tests/data/README.md says how they were made."""

from __future__ import annotations

from pathlib import Path

import pytest

from ssd_iter.decline.counts_file import read_counts
from ssd_iter.decline.judge import Judgement, judge_rounds
from ssd_iter.decline.panel import panel_of
from ssd_iter.decline.settings import Settings

DATA = Path(__file__).parents[1] / "data"


def judged(name: str, planned_rounds: int = 4) -> list[Judgement]:
    return judge_rounds(panel_of(read_counts(DATA / name)), Settings(planned_rounds=planned_rounds))


@pytest.fixture(scope="module")
def collapse() -> list[Judgement]:
    return judged("collapse_counts.jsonl")


def test_the_run_made_to_collapse_is_flagged_once_its_solutions_are_alike(collapse):
    assert [judgement.verdict for judgement in collapse[:4]] == ["OK", "OK", "WARN", "DIVERSITY_COLLAPSE"]
    (decline,) = collapse[3].declines
    assert decline.metric.name == "simpson_diversity" and decline.reference_rounds == (1,)
    assert decline.effect > 0.15


def test_pass_at_1_alone_would_have_seen_nothing(collapse):
    assert all(decline.metric.family == "diversity" for judgement in collapse for decline in judgement.declines)


@pytest.mark.parametrize("planned_rounds", [4, 10])
def test_the_run_that_repeats_the_base_is_not_flagged(planned_rounds):
    control = judged("control_counts.jsonl", planned_rounds)
    assert [judgement.verdict for judgement in control] == ["OK"] * 5
    assert not any(judgement.declines for judgement in control)


def test_both_runs_start_from_the_same_samples_of_the_same_model():
    base = [
        [row for row in read_counts(DATA / f"{name}_counts.jsonl") if row.round == 0]
        for name in ("collapse", "control")
    ]
    assert len(base[0]) == 60 and base[0] == base[1]
