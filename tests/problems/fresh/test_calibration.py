"""Levels that follow from what a model solves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ssd_iter.exceptions import ConfigError, DataError, NotFoundError
from ssd_iter.problems.catalog import load_problems
from ssd_iter.problems.fresh.calibration import (
    Calibration,
    KindRate,
    calibration_file,
    load_calibration,
    save_calibration,
    tier_of,
)

ADD = KindRate(family="scalar", kind="add", level=0, problems=8, solved=8)
CALIBRATION = Calibration(
    name="tiny", model="m", model_sha256="0", version="v1", seed=0, decode_id="d", isolation="ns", rates=(ADD,)
)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("SSD_ITER_HOME", str(tmp_path))


def rate(level: int, solved: int, problems: int = 20) -> KindRate:
    return KindRate(family="f", kind="k", level=level, problems=problems, solved=solved)


@pytest.mark.parametrize(("solved", "tier"), [(20, 0), (10, 0), (9, 1), (5, 1), (4, 2), (2, 2), (1, 3)])
def test_what_is_solved_less_often_is_at_a_higher_level(solved, tier):
    one = rate(2, solved)
    assert tier_of(one, [one]) == tier


@pytest.mark.parametrize(("level", "tier"), [(0, 3), (2, 3), (3, 3), (5, 5)])
def test_what_is_never_solved_is_hard_and_keeps_its_own_order(level, tier):
    one = rate(level, 0)
    assert tier_of(one, [one]) == tier


def test_a_few_problems_are_eked_out_by_those_of_the_same_level():
    few = rate(2, 1, problems=2)
    assert tier_of(few, [few]) == 0
    assert tier_of(few, [few, rate(2, 0, problems=200)]) == 1


def test_a_calibration_is_kept_by_name_and_selectors_take_its_levels():
    save_calibration(CALIBRATION)
    assert load_calibration("tiny") == CALIBRATION
    save_calibration(replace(CALIBRATION, rates=(replace(ADD, solved=0),)))
    problems = load_problems(["fresh:train?n=40&levels=3&tiers=tiny"], fresh_seed=1)
    assert ("add",) in {problem.tags for problem in problems}
    assert {problem.level for problem in problems} == {3}
    version = {problem.source_version for problem in problems}
    assert version == {f"fresh-v1-1-tiers-{load_calibration('tiny').sha256[:12]}"}


def test_a_calibration_that_is_not_there_is_said_with_those_that_are():
    save_calibration(CALIBRATION)
    with pytest.raises(NotFoundError, match=r"no calibration 'other' here \(there are: tiny\).*--name other"):
        load_calibration("other")


def test_a_broken_calibration_is_named():
    save_calibration(CALIBRATION)
    calibration_file("tiny").write_text("{}")
    with pytest.raises(DataError, match=r"tiny\.json is no calibration"):
        load_calibration("tiny")


@pytest.mark.parametrize("name", ["../up", "", "a/b", "-x"])
def test_a_name_that_is_no_file_name_is_refused(name):
    with pytest.raises(ConfigError, match="letters, digits"):
        calibration_file(name)
