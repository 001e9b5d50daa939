"""How far a round is said to be."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.observe.progress import RoundProgress, seconds_left, share_done
from ssd_iter.run.paths import RunPaths
from ssd_iter.run.progress import Progress

STAGES = ["filter", "train", "generate", "grade"]
TOOK = {"filter": 1.0, "train": 60.0, "generate": 30.0, "grade": 9.0}


class Wall:
    """A board that keeps all that was ever shown."""

    def __init__(self):
        self.shown = []

    def show(self, artifact):
        self.shown.append(artifact)


def look(done, total=96, seconds=10.0):
    return Progress(done, total, "steps", 0, 0.0, seconds, "")


@pytest.fixture
def wall():
    return Wall()


@pytest.fixture
def progress(wall, second_round, tmp_path):
    plan = replace(second_round, stages=tuple(SimpleNamespace(stage=stage) for stage in STAGES))
    return RoundProgress(wall, [uuid4()], RunPaths(tmp_path / "run_X-1"), plan, 3)


def test_stages_weigh_as_long_as_they_took_before():
    assert share_done(STAGES, TOOK, "train", 0.5) == pytest.approx(0.31)


def test_stages_weigh_the_same_where_one_was_never_timed():
    assert share_done(STAGES, {"generate": 30.0}, "generate", 0.5) == pytest.approx(2.5 / 4)


@given(st.sampled_from(STAGES), st.floats(0, 1), st.dictionaries(st.sampled_from(STAGES), st.floats(0, 1e6)))
def test_a_share_is_between_none_and_all(stage, fraction, took):
    assert 0 <= share_done(STAGES, took, stage, fraction) <= 1 + 1e-9


def test_what_is_left_is_this_stage_s_own_pace_and_the_later_ones_earlier_times():
    assert seconds_left(STAGES, TOOK, "generate", look(48)) == pytest.approx(10 + 9)
    assert seconds_left(STAGES, TOOK, "generate", None) == pytest.approx(30 + 9)


def test_what_is_left_is_not_known_before_all_later_stages_were_timed():
    assert seconds_left(STAGES, {"train": 60.0}, "train", look(48)) is None


def test_each_stage_is_shown_at_its_start_and_then_not_at_every_look(progress, wall):
    for done in range(3):
        progress.look("train", look(done))
    progress.look("generate", None)
    texts = [shown.description for shown in wall.shown]
    assert len(texts) == 2
    assert texts[0].startswith("Round 2 of 3: train, stage 2 of 4: 0/96 steps")
    assert texts[1] == "Round 2 of 3: generate, stage 3 of 4: starting"
    assert {shown.key for shown in wall.shown} == {"run-x-1-progress"}


def test_a_second_look_does_not_take_progress_back_and_the_end_is_all(progress, wall):
    progress.look("grade", look(96))
    progress.look("resample", None)
    progress.end("Improved")
    percents = [shown.data for shown in wall.shown]
    assert percents == sorted(percents) and percents[-1] == 100
    assert wall.shown[-1].description.startswith("Round 2 of 3: Improved, in ")
