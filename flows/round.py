"""One round as a Prefect flow: its stages in order, then its numbers, its row and its page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from prefect import flow

from flows.experiment import Experiment, open_run
from flows.stages import run_stage
from reports.render import write_index, write_round_report
from ssd_iter.detectors import detect
from ssd_iter.detectors.base import Detected
from ssd_iter.metrics.round_metrics import RoundRows, round_metrics
from ssd_iter.records import Execution, FilterVerdict, Finding, Metric, Round, RoundStatus, Sample, TrainStep
from ssd_iter.run.events import write_event
from ssd_iter.run.outcome import Done
from ssd_iter.run.paths import RunPaths, StageName
from ssd_iter.run.plan import RoundPlan
from ssd_iter.run.shards import read_shards, write_shard
from stores.run_store import RunStore


@flow(name="round", flow_run_name="round {round}")
def run_round(run_folder: str, round: int) -> bool:
    """Carry out what is left of one round. Returns whether a model came out of it: whether a next round can be."""
    # Its parameters go to Prefect's server, which takes 512 KiB: a plan of ten thousand problems stays here.
    experiment = open_run(RunPaths(Path(run_folder)))
    paths, store, plan = experiment.paths, RunStore(experiment.paths), experiment.plan(round)
    done: dict[StageName, Done] = {}
    ended = False
    for stage in plan.stages:
        finished_before = paths.stage(plan.round, stage.stage).done.exists()
        done[stage.stage] = run_stage(paths, stage)
        if not finished_before:
            write_event(
                paths, plan.round, stage.stage, "stage_finished", f"{stage.stage} of round {plan.round} finished"
            )
        store.ingest()
        finding = done[stage.stage].outcome.finding
        ended = finding is not None and finding.ends_round
        if ended:
            break
    _write_rows(experiment, plan, done, "ended" if ended else "finished")
    store.ingest()
    write_round_report(paths, plan.round)
    write_index(paths)
    return not ended


def _write_rows(experiment: Experiment, plan: RoundPlan, done: Mapping[StageName, Done], status: RoundStatus) -> None:
    """Metrics, findings and the round's own row, each written once; the row last, as it says that all is there."""
    paths, run_id, round = experiment.paths, experiment.paths.run_id, plan.round
    metrics = paths.shard("metrics", round, "round")
    if not metrics.exists():
        write_shard(metrics, round_metrics(_rows_of(experiment, round, done), experiment.config.evaluate.k), Metric)
    findings = _findings(paths, round, done)
    if findings and not paths.shard("findings", round, "round").exists():
        write_shard(paths.shard("findings", round, "round"), findings, Finding)
    row = Round(
        run_id=run_id,
        round=round,
        parent_round=plan.parent_round,
        sampled_from_round=plan.sampled_from_round,
        trained_from_round=plan.trained_from_round,
        data_rounds=tuple(source.round for source in plan.data),
        status=status,
        started_at=datetime.fromtimestamp(min(end.finished_at - end.seconds for end in done.values()), UTC),
        finished_at=datetime.fromtimestamp(max(end.finished_at for end in done.values()), UTC),
    )
    if not paths.shard("rounds", round, "round").exists():
        write_shard(paths.shard("rounds", round, "round"), [row], Round)


def _findings(paths: RunPaths, round: int, done: Mapping[StageName, Done]) -> list[Finding]:
    """What the stages said, then what the detectors say over the metrics of all rounds so far."""
    told = [Detected(f.name, f.severity, f.message) for end in done.values() if (f := end.outcome.finding)]
    metrics = [metric for metric in read_shards(paths.shard_files("metrics"), Metric) if metric.round <= round]
    return [
        Finding(
            run_id=paths.run_id,
            round=round,
            name=found.name,
            severity=found.severity,
            message=found.message,
            evidence_json=json.dumps(found.evidence),
        )
        for found in [*told, *detect(metrics, round)]
    ]


def _rows_of(experiment: Experiment, round: int, done: Mapping[StageName, Done]) -> RoundRows:
    paths = experiment.paths
    tokens: dict[str, int] = {
        stage: end.outcome.counts["tokens"] for stage, end in done.items() if "tokens" in end.outcome.counts
    }
    return RoundRows(
        run_id=paths.run_id,
        round=round,
        samples=read_shards(paths.shard_files("samples", round), Sample),
        filter_verdicts=read_shards(paths.shard_files("filter_verdicts", round), FilterVerdict),
        executions=read_shards(paths.shard_files("executions", round), Execution),
        train_steps=read_shards(paths.shard_files("train_steps", round), TrainStep),
        num_train_pairs=done["train"].outcome.counts["pairs"] if "train" in done else None,
        stage_seconds={stage: end.seconds for stage, end in done.items()},
        stage_tokens=tokens,
    )
