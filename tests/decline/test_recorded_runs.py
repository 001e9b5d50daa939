"""Real runs of SmolLM2: tests/data/README.md says how they were made."""

from __future__ import annotations

from pathlib import Path

import pytest

from ssd_iter.decline.counts_file import read_counts
from ssd_iter.decline.judge import Judgement, judge_rounds
from ssd_iter.decline.panel import panel_of
from ssd_iter.decline.settings import Settings

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture(scope="module")
def collapse() -> list[Judgement]:
    return judge_rounds(panel_of(read_counts(DATA / "collapse_counts.jsonl")), Settings(planned_rounds=4))


def test_the_run_made_to_collapse_is_flagged_once_its_solutions_are_alike(collapse):
    assert [judgement.verdict for judgement in collapse[:4]] == ["OK", "OK", "WARN", "DIVERSITY_COLLAPSE"]
    (decline,) = collapse[3].declines
    assert decline.metric.name == "simpson_diversity" and decline.reference_rounds == (1,)
    assert decline.effect > 0.15


def test_pass_at_1_alone_would_have_seen_nothing(collapse):
    assert all(decline.metric.family == "diversity" for judgement in collapse for decline in judgement.declines)
