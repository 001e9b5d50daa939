"""A round's numbers, from its rows: metrics, and the counts that detectors compare."""

from __future__ import annotations

from collections.abc import Mapping

from flows.experiment import stored_config
from flows.rollback import read_rollbacks
from ssd_iter.metrics.counts import problem_counts
from ssd_iter.metrics.drift import Written
from ssd_iter.metrics.round_metrics import RoundRows, round_metrics
from ssd_iter.records import Execution, FilterVerdict, Metric, ProblemCounts, Sample, TrainStep
from ssd_iter.run.lineage import Lineage
from ssd_iter.run.outcome import Done
from ssd_iter.run.paths import RunPaths, StageName
from ssd_iter.run.shards import read_shards, write_shard


def write_numbers(paths: RunPaths, round: int, done: Mapping[StageName, Done]) -> None:
    """Write each where it is not there yet; `done` are the round's stages."""
    metrics, counts = (paths.shard(table, round, "round") for table in ("metrics", "problem_counts"))
    rows, config = _rows_of(paths, round, done), stored_config(paths)
    if not metrics.exists():
        write_shard(metrics, round_metrics(rows, config.evaluate.k), Metric)
    if not counts.exists():
        write_shard(counts, problem_counts(rows.executions), ProblemCounts)


def _rows_of(paths: RunPaths, round: int, done: Mapping[StageName, Done]) -> RoundRows:
    parent = Lineage(stored_config(paths).lineage, read_rollbacks(paths)).parent(round)
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
