"""One round as a Prefect flow: its stages in order, then its numbers, its row and its page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from prefect import flow

from flows.experiment import Experiment, open_run
from flows.observe.outlive import outlive
from flows.observe.watching import observed_round
from flows.rollback import read_rollbacks
from flows.stages import run_stage
from flows.verdict import finding_rows, judge, told_by
from reports.wording import name_round
from ssd_iter.detectors import worst
from ssd_iter.detectors.base import Detected
from ssd_iter.records import (
    Finding,
    Round,
    RoundStatus,
)
from ssd_iter.run.aside import Aside
from ssd_iter.run.events import write_event
from ssd_iter.run.outcome import Done
from ssd_iter.run.paths import RunPaths, StageName
from ssd_iter.run.plan import RoundPlan, StagePlan
from ssd_iter.run.shards import write_shard


def carry_out_round(paths: RunPaths, round: int) -> None:
    """Carry out what is left of one round, as a flow of its own while Prefect's server is there."""
    followed = read_rollbacks(paths).get(round)
    name = f"round {round}" if followed is None else f"round {round}, following {name_round(followed)}"
    outlive(run_round.with_options(flow_run_name=name), str(paths.root), round)


@flow(name="ssd-iter round", flow_run_name="round {round}")
def run_round(run_folder: str, round: int) -> None:
    """Carry out what is left of one round."""
    # Its parameters go to Prefect's server, which takes 512 KiB: a plan of ten thousand problems stays here.
    experiment = open_run(RunPaths(Path(run_folder)))
    plan = experiment.plan(round)
    with observed_round(experiment.paths, plan, experiment.config.rounds), Aside() as aside:
        _carry_out(experiment, plan, aside)


def _carry_out(experiment: Experiment, plan: RoundPlan, aside: Aside) -> None:
    """Its stages, its rows, its pages."""
    paths, round = experiment.paths, plan.round
    done: dict[StageName, Done] = {}

    def carry_out(stage: StagePlan) -> Done:
        finished_before = paths.stage(plan.round, stage.stage).done.exists()
        done[stage.stage] = run_stage(paths, stage)
        if not finished_before:
            write_event(
                paths, plan.round, stage.stage, "stage_finished", f"{stage.stage} of round {plan.round} finished"
            )
        return done[stage.stage]

    ended = False
    for stage in plan.stages:
        if stage is plan.stages[-1]:  # the engine is done, programs are graded
            aside.load("flows.numbers", "flows.pages")
            aside.begin("reports.charts.style:start_drawing")
        finding = carry_out(stage).outcome.finding
        ended = finding is not None and finding.ends_round
        if ended:
            break
    if not paths.shard("rounds", round, "round").exists():
        _write_numbers(paths, round, done, aside)
        detected = [] if ended else judge(experiment, plan, carry_out)
        # After the judging: a second look has stages of its own, and they may have something to say.
        found = [*told_by(done.values()), *detected]
        _write_verdict(paths, plan, done, found, "ended" if ended else "finished")
    aside.call("flows.pages:write_pages", paths, round)


def _write_numbers(paths: RunPaths, round: int, done: Mapping[StageName, Done], aside: Aside) -> None:
    """Metrics and counts, each written once."""
    if not all(paths.shard(table, round, "round").exists() for table in ("metrics", "problem_counts")):
        aside.call("flows.numbers:write_numbers", paths, round, done)


def _write_verdict(
    paths: RunPaths,
    plan: RoundPlan,
    done: Mapping[StageName, Done],
    found: Sequence[Detected],
    status: RoundStatus,
) -> None:
    """Findings, and then the round's own row: it says that all is there."""
    findings = paths.shard("findings", plan.round, "round")
    if found and not findings.exists():
        write_shard(findings, finding_rows(paths, plan.round, found), Finding)
    row = Round(
        run_id=paths.run_id,
        round=plan.round,
        parent_round=plan.parent_round,
        sampled_from_round=plan.sampled_from_round,
        trained_from_round=plan.trained_from_round,
        data_rounds=tuple(source.round for source in plan.data),
        status=status,
        verdict=worst(found),
        started_at=datetime.fromtimestamp(min(end.finished_at - end.seconds for end in done.values()), UTC),
        finished_at=datetime.fromtimestamp(max(end.finished_at for end in done.values()), UTC),
    )
    write_shard(paths.shard("rounds", plan.round, "round"), [row], Round)
