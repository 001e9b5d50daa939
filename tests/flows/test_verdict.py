"""A round's verdict: the first warning of a run is looked at again, and then the fresh samples count."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.experiment import open_run
from flows.verdict import finding_rows, judge, read_counts, settings_of, told_by
from ssd_iter.decline.panel import panel_of
from ssd_iter.detectors import worst
from ssd_iter.detectors.base import Detected
from ssd_iter.records import TABLES, Event, Execution, Finding, ProblemCounts, Sample, sample_key
from ssd_iter.run.outcome import Done, StageFinding, StageOutcome
from ssd_iter.run.paths import RunPaths, read_json, write_json
from ssd_iter.run.plan import GradePlan, StagePlan
from ssd_iter.run.shards import read_shards, write_shard
from stores.sql_console import run_query

Passed = Callable[[int], int]
Call = Callable[..., subprocess.CompletedProcess[str]]


def steady(i: int) -> int:
    """As the base: every other problem is solved by all of ten samples."""
    return 0 if i % 2 else 10


def lower(i: int) -> int:
    """Two points below: surely a fall, not surely more than the margin."""
    return 9 if i % 10 in (0, 2) else steady(i)


def ruined(i: int) -> int:
    return 0


class Stages:
    """Carries stages out: writes down which, and has `passed` of 20 fresh samples of each problem pass."""

    def __init__(self, paths: RunPaths, passed: Passed = steady, dies_after: str = "") -> None:
        self.paths, self.passed, self.dies_after = paths, passed, dies_after
        self.carried_out: list[str] = []

    def __call__(self, plan: StagePlan) -> Done:
        self.carried_out.append(plan.stage)
        if isinstance(plan, GradePlan):
            self._grade(plan.round)
        if plan.stage == self.dies_after:
            raise KeyboardInterrupt
        return Done(plan.digest, 1.0, 0.0, StageOutcome({}))

    def _grade(self, round: int) -> None:
        rows = [
            Execution(
                run_id=self.paths.run_id, round=round, purpose="resample", decode_id="T1", problem_set="set",
                problem_id=f"set/{i:03d}", sample_idx=idx, non_empty=True, closed_fence=True, extraction="ok",
                parses=True, complete=True, code="x = 1", code_sha256="c", normal_sha256="n",
                verdict="pass" if idx < self.passed(i) else "wrong", detail="", num_tests=1, num_passed=0,
                cpu_seconds=0.1, wall_seconds=0.1, max_rss_mb=1.0, attempts=1, cached=False, inproc=False,
                isolation="ns", behaviour_sha256="b", limits_id="cpu3",
            )
            for i in range(100)
            for idx in range(20)
        ]  # fmt: skip
        write_shard(self.paths.shard("executions", round, "resample-0000"), rows, Execution)


def twice(passed: Passed) -> Passed:
    return lambda i: 2 * passed(i)


def judged(run: Any, round: int, stages: Stages) -> list[Detected]:
    experiment = open_run(run.paths)
    return judge(experiment, experiment.plan(round), stages)


def notes(found: list[Detected]) -> list[tuple[str, Any]]:
    return [(each.severity, each.evidence["confirmed"]) for each in found if each.name == "second_look"]


@pytest.fixture
def warned(by_hand: Any) -> Any:
    """A run whose round 1 looks like a warning at first."""
    by_hand.evaluated(0, steady)
    by_hand.evaluated(1, lower)
    return by_hand


@pytest.mark.parametrize(("passed", "verdict"), [(steady, "OK"), (ruined, "COLLAPSE")])
def test_nothing_is_looked_at_again_where_all_is_well_or_all_is_lost(by_hand, passed, verdict):
    by_hand.evaluated(0, steady)
    by_hand.evaluated(1, passed)
    stages = Stages(by_hand.paths)
    found = judged(by_hand, 1, stages)
    assert (worst(found), stages.carried_out, notes(found)) == (verdict, [], [])


@pytest.mark.parametrize(
    ("fresh", "verdict", "confirmed"), [(lower, "WARN", True), (steady, "OK", False), (ruined, "COLLAPSE", True)]
)
def test_after_the_first_warning_fresh_samples_decide(warned, fresh, verdict, confirmed):
    stages = Stages(warned.paths, twice(fresh))
    found = judged(warned, 1, stages)
    assert stages.carried_out == ["resample", "regrade"]
    assert (worst(found), notes(found)) == (verdict, [("info", confirmed)])


def test_what_the_first_look_said_is_not_lost(warned):
    (note,) = [each for each in judged(warned, 1, Stages(warned.paths, twice(steady))) if each.name == "second_look"]
    assert "pass@1 fell by 2.0 points against round 0" in note.message and "do not show it" in note.message


def test_the_look_again_is_on_record(warned):
    judged(warned, 1, Stages(warned.paths))
    counts = read_shards([warned.paths.shard("problem_counts", 1, "resample")], ProblemCounts)
    assert {(row.purpose, row.n, row.c) for row in counts} == {("resample", 20, 0), ("resample", 20, 10)}
    assert len(counts) == 100
    events = read_shards(warned.paths.shard_files("events", 1), Event)
    assert [event.kind for event in events] == ["looked_again"]


def test_a_run_is_looked_at_again_once(warned):
    judged(warned, 1, Stages(warned.paths, twice(steady)))
    warned.evaluated(2, lower)
    stages = Stages(warned.paths)
    found = judged(warned, 2, stages)
    assert (worst(found), stages.carried_out) == ("WARN", [])


def test_a_round_that_was_given_up_had_the_second_look_of_the_run(warned):
    judged(warned, 1, Stages(warned.paths, twice(ruined)))
    warned.evaluated(2, lower)
    write_json(warned.paths.lineage, {"rollbacks": {2: 0}})
    stages = Stages(warned.paths)
    assert worst(judged(warned, 2, stages)) == "WARN" and not stages.carried_out


def test_a_second_look_can_be_declined(warned):
    warned.set("detect.resample=false")
    stages = Stages(warned.paths)
    assert worst(judged(warned, 1, stages)) == "WARN" and not stages.carried_out


@pytest.mark.parametrize("stage", ["resample", "regrade"])
def test_a_crash_in_the_second_look_changes_nothing_of_what_is_found(warned, copy_run, stage):
    with pytest.raises(KeyboardInterrupt):
        judged(warned, 1, Stages(warned.paths, twice(steady), dies_after=stage))
    assert not warned.paths.shard("problem_counts", 1, "resample").exists()
    found = judged(warned, 1, Stages(warned.paths, twice(steady)))
    assert (worst(found), notes(found)) == ("OK", [("info", False)])


def test_a_round_judged_again_after_a_crash_is_judged_the_same(warned):
    first = judged(warned, 1, Stages(warned.paths, twice(steady)))
    assert judged(warned, 1, Stages(warned.paths, twice(ruined))) == first
    assert len(warned.paths.shard_files("events", 1)) == 1


def test_later_rounds_are_compared_with_the_fresh_samples(warned):
    judged(warned, 1, Stages(warned.paths, lambda i: 20))
    warned.evaluated(2, steady)
    panel = panel_of(read_counts(warned.paths, (0, 1, 2)), (0, 1, 2))
    assert panel.values["pass_at_1"].mean(axis=1).tolist() == [0.5, 1.0, 0.5]
    (fell, *_) = judged(warned, 2, Stages(warned.paths))
    assert (fell.verdict, fell.decline.reference) == ("COLLAPSE", "round 1")


def test_rounds_that_a_rollback_gave_up_are_no_references(by_hand):
    by_hand.evaluated(0, steady)
    by_hand.evaluated(1, lambda i: 10)
    by_hand.evaluated(2, steady)
    write_json(by_hand.paths.lineage, {"rollbacks": {2: 0}})
    assert worst(judged(by_hand, 2, Stages(by_hand.paths))) == "OK"


def test_alpha_is_shared_among_the_planned_rounds_or_spent_for_ever(by_hand):
    assert settings_of(open_run(by_hand.paths).config).alpha_of(2) == pytest.approx(0.05 / 3)
    by_hand.set("detect.open_ended=true", "detect.alpha=0.1")
    assert settings_of(open_run(by_hand.paths).config).planned_rounds is None
    assert settings_of(open_run(by_hand.paths).config).alpha == 0.1


@pytest.mark.parametrize(("ends_round", "verdict"), [(True, "COLLAPSE"), (False, "OK")])
def test_a_stage_that_leaves_no_model_has_collapsed_the_round(ends_round, verdict):
    (told,) = told_by([said("so it is", ends_round)])
    assert (told.message, told.verdict) == ("so it is", verdict)


def test_what_both_gradings_say_is_told_once():
    stages = [said("1 of 20"), said("inproc"), said("2 of 40"), said("inproc"), Done("d", 1.0, 0.0, StageOutcome({}))]
    assert [told.message for told in told_by(stages)] == ["1 of 20", "inproc", "2 of 40"]


def said(message: str, ends_round: bool = False) -> Done:
    return Done("digest", 1.0, 0.0, StageOutcome({}, StageFinding("found", "error", message, ends_round)))


def test_findings_carry_the_numbers_of_the_test_they_rest_on(warned):
    warned.set("detect.resample=false")
    found = [*judged(warned, 1, Stages(warned.paths)), Detected("other", "info", "no test", evidence={"n": 3})]
    file = warned.paths.shard("findings", 1, "round")
    write_shard(file, finding_rows(warned.paths, 1, found), Finding)
    *fell, other = read_shards([file], Finding)
    (row,) = [row for row in fell if row.metric == "pass_at_1"]
    assert (row.reference, row.effect, row.severity) == ("round 0", pytest.approx(0.02), "warning")
    assert (
        row.low < row.effect < row.high
        and 0 < row.p < 0.05
        and set(row.problems) <= {f"set/{i:03d}" for i in range(100)}
    )
    assert (other.metric, other.low, other.problems, json.loads(other.evidence_json)) == (None, None, (), {"n": 3})


@pytest.fixture(scope="module")
def looked_again(finished_run: RunPaths, tmp_path_factory: pytest.TempPathFactory) -> RunPaths:
    """The finished run, its last round looked at again by the real stages."""
    paths = RunPaths(Path(shutil.copytree(finished_run.root, tmp_path_factory.mktemp("again") / finished_run.run_id)))
    for stage in open_run(paths).plan(1).second_look:
        plan = paths.stage(1, stage.stage).plan
        write_json(plan, stage.model_dump(mode="json"))
        subprocess.run([sys.executable, "-m", "ssd_iter.stage", str(plan)], check=True)
    return paths


def rows(paths: RunPaths, table: str, round: int, purpose: str = "") -> list[Any]:
    found = read_shards(paths.shard_files(table, round), TABLES[table])
    return [row for row in found if not purpose or row.purpose == purpose]


def test_the_stages_draw_and_grade_twice_as_many_fresh_samples(looked_again):
    fresh, evaluated = (rows(looked_again, "samples", 1, purpose) for purpose in ("resample", "eval"))
    assert problems_of(fresh) == Counter({problem: 2 * num for problem, num in problems_of(evaluated).items()})
    graded = rows(looked_again, "executions", 1, "resample")
    assert sorted(map(sample_key, graded)) == sorted(map(sample_key, fresh))
    assert {row.decode_id for row in fresh} == {row.decode_id for row in evaluated}
    assert {row.sampled_from_round for row in fresh} == {1}


def problems_of(samples: list[Sample]) -> Counter[str]:
    return Counter(sample.problem_id for sample in samples)


def test_fresh_samples_are_none_that_were_drawn_before(looked_again):
    fresh, evaluated = (rows(looked_again, "samples", 1, purpose) for purpose in ("resample", "eval"))
    assert not {row.seed for row in fresh} & {row.seed for row in evaluated}
    assert not {row.completion_token_ids for row in fresh} & {row.completion_token_ids for row in evaluated}


@pytest.mark.parametrize("view", ["v_pass_at_k WHERE purpose = 'eval'", "v_rounds", "metrics"])
def test_a_second_look_moves_no_number_of_the_round(finished_run, looked_again, view):
    now, before = (run_query(paths, f"FROM {view} ORDER BY ALL").rows for paths in (looked_again, finished_run))
    assert now == before and before


def test_a_rounds_numbers_computed_after_a_second_look_are_the_same(finished_run, looked_again, call: Call):
    for table in ("metrics", "problem_counts", "rounds"):
        looked_again.shard(table, 1, "round").unlink()
    assert call(looked_again, "resume").returncode == 0
    for table in ("metrics", "problem_counts"):
        assert rows(looked_again, table, 1) == rows(finished_run, table, 1)
    shown, before = (read_json(paths.round_report(1)) for paths in (looked_again, finished_run))
    assert shown == before
