from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssd_iter import exceptions
from ssd_iter.config.schema import FilterConfig
from ssd_iter.exceptions import DataError, SsdIterError
from ssd_iter.problems.rows import write_problems
from ssd_iter.run.outcome import (
    Done,
    StageFinding,
    StageOutcome,
    raise_stage_error,
    read_done,
    write_done,
    write_stage_error,
)
from ssd_iter.run.paths import RunPaths, StagePaths, write_json
from ssd_iter.run.plan import FilterPlan, Resources
from ssd_iter.stage import main

FINDINGS = st.builds(StageFinding, st.text(), st.sampled_from(["info", "warning", "error"]), st.text(), st.booleans())
OUTCOMES = st.builds(StageOutcome, st.dictionaries(st.text(), st.integers()), st.none() | FINDINGS)


def filter_plan(run_folder: Path, **changes: object) -> FilterPlan:
    resources = Resources(
        run_folder=str(run_folder), base_model="", workers=1, kv_cache_gb=1, gpu_memory_utilization=1,
        trust_remote_code=False, isolation="ns", verdict_cache=False,
    )  # fmt: skip
    fields: dict[str, object] = {"run_id": "run", "round": 1, "resources": resources, "filter": FilterConfig()}
    return FilterPlan.model_validate(fields | changes)


PLAN = filter_plan(Path("somewhere"))


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> StagePaths:
    return StagePaths(tmp_path_factory.mktemp("stage"))


def all_errors() -> list[type[SsdIterError]]:
    """Those a stage can raise: the tree's own, not what another room makes of one."""
    return [error for error in vars(exceptions).values() if isinstance(error, type) and issubclass(error, SsdIterError)]


@given(OUTCOMES, st.floats(0, 1e9), st.floats(0, 2e9))
def test_what_a_stage_said_comes_back(stage, outcome, seconds, finished_at):
    done = Done(PLAN.digest, seconds, finished_at, outcome)
    write_done(stage, done)
    assert read_done(stage, PLAN) == done


@pytest.mark.parametrize("content", ["", "{", "[]", "3", "null", '{"digest": 3}', '{"outcome": {"finding": {}}}'])
def test_a_done_json_that_is_no_such_thing_is_named(tmp_path, content):
    (tmp_path / "done.json").write_text(content)
    with pytest.raises(DataError, match=re.escape(str(tmp_path / "done.json"))):
        read_done(StagePaths(tmp_path), PLAN)


def test_a_stage_that_never_finished_has_said_nothing(tmp_path):
    assert read_done(StagePaths(tmp_path), PLAN) is None


@pytest.mark.parametrize("change", [{"round": 2}, {"run_id": "other"}, {"filter": FilterConfig(rules=("empty",))}])
def test_what_was_done_for_another_plan_is_not_done(stage, change):
    write_done(stage, Done(filter_plan(Path("somewhere"), **change).digest, 1.0, 1.0, StageOutcome({})))
    assert read_done(stage, PLAN) is None


def test_another_machine_does_not_undo_what_is_done(stage):
    write_done(stage, Done(filter_plan(Path("elsewhere")).digest, 1.0, 1.0, StageOutcome({})))
    assert read_done(stage, PLAN) is not None


@pytest.mark.parametrize("error", all_errors(), ids=lambda error: error.__name__)
@given(message=st.text())
def test_an_error_comes_back_as_the_same_class_and_message(stage, error, message):
    write_stage_error(stage, error(message))
    with pytest.raises(error) as raised:
        raise_stage_error(stage)
    assert type(raised.value) is error and str(raised.value) == message


def test_no_error_left_is_no_error_raised(tmp_path):
    raise_stage_error(StagePaths(tmp_path))


def test_a_stage_that_refuses_leaves_its_error_and_no_done(tmp_path, capsys):
    plan, run = filter_plan(tmp_path), RunPaths(tmp_path)
    paths = run.stage(1, "filter")
    write_json(paths.plan, plan.model_dump(mode="json"))
    assert main(paths.plan) == DataError.exit_code  # there are no problems to judge by
    with pytest.raises(DataError, match="problems") as raised:
        raise_stage_error(paths)
    assert str(raised.value) in capsys.readouterr().err
    assert read_done(paths, plan) is None


def test_a_stage_that_ends_is_done_for_its_plan_alone(tmp_path):
    plan, run = filter_plan(tmp_path), RunPaths(tmp_path)
    write_problems(run, "train", [])
    write_json(run.stage(1, "filter").plan, plan.model_dump(mode="json"))
    assert main(run.stage(1, "filter").plan) == 0
    done = read_done(run.stage(1, "filter"), plan)
    assert done == replace(done, digest=plan.digest)
    assert done.outcome.counts == {"samples": 0, "kept": 0} and done.outcome.finding.ends_round
