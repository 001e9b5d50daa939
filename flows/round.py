"""One round as a Prefect flow: its stages in order, then its numbers, its row and its page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from prefect import flow

from flows.experiment import Experiment, open_run
from flows.stages import run_stage
from flows.verdict import finding_rows, judge, told_by
from reports.render import write_index, write_round_report
from ssd_iter.detectors import worst
from ssd_iter.detectors.base import Detected
from ssd_iter.metrics.counts import problem_counts
from ssd_iter.metrics.drift import Written
from ssd_iter.metrics.round_metrics import RoundRows, round_metrics
from ssd_iter.records import (
    Execution,
    FilterVerdict,
    Finding,
    Metric,
    ProblemCounts,
    Round,
    RoundStatus,
    Sample,
    TrainStep,
)
from ssd_iter.run.events import write_event
from ssd_iter.run.outcome import Done
from ssd_iter.run.paths import RunPaths, StageName
from ssd_iter.run.plan import RoundPlan, StagePlan
from ssd_iter.run.shards import read_shards, write_shard
from stores.run_store import RunStore


@flow(name="round", flow_run_name="round {round}")
def run_round(run_folder: str, round: int) -> bool:
    """Carry out what is left of one round. Returns whether a model came out of it: whether a next round can be."""
    # Its parameters go to Prefect's server, which takes 512 KiB: a plan of ten thousand problems stays here.
    experiment = open_run(RunPaths(Path(run_folder)))
    paths, store, plan = experiment.paths, RunStore(experiment.paths), experiment.plan(round)
    done: dict[StageName, Done] = {}

    def carry_out(stage: StagePlan) -> Done:
        finished_before = paths.stage(plan.round, stage.stage).done.exists()
        done[stage.stage] = run_stage(paths, stage)
        if not finished_before:
            write_event(
                paths, plan.round, stage.stage, "stage_finished", f"{stage.stage} of round {plan.round} finished"
            )
        store.ingest()
        return done[stage.stage]

    ended = False
    for stage in plan.stages:
        finding = carry_out(stage).outcome.finding
        ended = finding is not None and finding.ends_round
        if ended:
            break
    if not paths.shard("rounds", round, "round").exists():
        _write_numbers(experiment, plan, done)
        detected = [] if ended else judge(experiment, plan, carry_out)
        # After the judging: a second look has stages of its own, and they may have something to say.
        found = [*told_by(done.values()), *detected]
        _write_verdict(paths, plan, done, found, "ended" if ended else "finished")
    store.ingest()
    write_round_report(paths, plan.round)
    write_index(paths)
    return not ended


def _write_numbers(experiment: Experiment, plan: RoundPlan, done: Mapping[StageName, Done]) -> None:
    """Metrics, and the counts that detectors compare, each written once."""
    metrics, counts = (experiment.paths.shard(table, plan.round, "round") for table in ("metrics", "problem_counts"))
    if metrics.exists() and counts.exists():
        return
    rows = _rows_of(experiment, plan, done)
    if not metrics.exists():
        write_shard(metrics, round_metrics(rows, experiment.config.evaluate.k), Metric)
    if not counts.exists():
        write_shard(counts, problem_counts(rows.executions), ProblemCounts)


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


def _rows_of(experiment: Experiment, plan: RoundPlan, done: Mapping[StageName, Done]) -> RoundRows:
    paths, round, parent = experiment.paths, plan.round, plan.parent_round
    tokens: dict[str, int] = {
        stage: end.outcome.counts["tokens"] for stage, end in done.items() if "tokens" in end.outcome.counts
    }
    base = [] if parent is None else _evaluated(paths, 0)
    return RoundRows(
        run_id=paths.run_id,
        round=round,
        samples=read_shards(paths.shard_files("samples", round), Sample),
        filter_verdicts=read_shards(paths.shard_files("filter_verdicts", round), FilterVerdict),
        executions=[
            row for row in read_shards(paths.shard_files("executions", round), Execution) if row.purpose == "eval"
        ],
        train_steps=read_shards(paths.shard_files("train_steps", round), TrainStep),
        num_train_pairs=done["train"].outcome.counts["pairs"] if "train" in done else None,
        stage_seconds={stage: end.seconds for stage, end in done.items()},
        stage_tokens=tokens,
        base_samples=base,
        parent_samples=_evaluated(paths, parent) if parent else base,
        earlier_metrics=[
            metric
            for first in range(min(round, 2))
            for metric in read_shards(paths.shard_files("metrics", first), Metric)
        ],
    )


def _evaluated(paths: RunPaths, round: int) -> list[Written]:
    """The evaluation samples of a round, of which nothing but the texts is read."""
    return [row for row in read_shards(paths.shard_files("samples", round), Written) if row.purpose == "eval"]
