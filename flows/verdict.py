"""What the detectors say of a round, for the first warning of a run after a second look."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence

from flows.experiment import Experiment
from ssd_iter.config.schema import RunConfig
from ssd_iter.decline.settings import Settings
from ssd_iter.detectors import detect, worst
from ssd_iter.detectors.base import Detected, RoundsSoFar
from ssd_iter.metrics.counts import problem_counts
from ssd_iter.records import Execution, Finding, Metric, ProblemCounts
from ssd_iter.run.events import write_event
from ssd_iter.run.outcome import Done
from ssd_iter.run.paths import RunPaths
from ssd_iter.run.plan import RoundPlan, StagePlan
from ssd_iter.run.shards import read_shards, write_shard


def settings_of(config: RunConfig) -> Settings:
    """How this run's rounds are judged."""
    planned = None if config.detect.open_ended else max(1, config.rounds)
    return Settings(config.detect.alpha, planned, config.detect.seed_sd, seed=config.seed)


def read_counts(paths: RunPaths, line: Sequence[int]) -> list[ProblemCounts]:
    """The counts of some rounds. Fresh samples come last and so stand for a round that was looked at again."""
    rows = [row for round in line for row in read_shards(paths.shard_files("problem_counts", round), ProblemCounts)]
    return sorted(rows, key=lambda row: row.purpose == "resample")


def told_by(stages: Iterable[Done]) -> list[Detected]:
    """What stages said, each thing once: both gradings of a round may say the same. Where one of them ended the round
    there is no model, and nothing to test."""
    said = dict.fromkeys(done.outcome.finding for done in stages if done.outcome.finding)
    return [Detected(f.name, f.severity, f.message, "COLLAPSE" if f.ends_round else "OK") for f in said]


def judge(experiment: Experiment, plan: RoundPlan, carry_out: Callable[[StagePlan], Done]) -> list[Detected]:
    """What the detectors find in a round that was evaluated; the run's first warning stands only after a second look.

    `carry_out` runs a stage, if this has not been done.
    """
    paths, line = experiment.paths, experiment.lineage.line(plan.round)
    metrics = [m for round in line for m in read_shards(paths.shard_files("metrics", round), Metric)]
    settings = settings_of(experiment.config)
    fresh = paths.shard("problem_counts", plan.round, "resample")
    counts = [row for row in read_counts(paths, line) if (row.round, row.purpose) != (plan.round, "resample")]
    first = detect(RoundsSoFar(line, metrics, counts, settings))
    looked_at = {file.parent for file in paths.shard_files("problem_counts") if file.stem == fresh.stem}
    if worst(first) != "WARN" or not experiment.config.detect.resample or looked_at - {fresh.parent}:
        return first
    for stage in plan.second_look:
        carry_out(stage)
    if not fresh.exists():
        executions = read_shards(paths.shard_files("executions", plan.round), Execution)
        write_shard(fresh, problem_counts([row for row in executions if row.purpose == "resample"]), ProblemCounts)
        message = f"round {plan.round} was warned of and looked at again, with twice as many fresh samples"
        write_event(paths, plan.round, "regrade", "looked_again", message)
    second = detect(RoundsSoFar(line, metrics, read_counts(paths, line), settings))
    return [*second, _note(first, second)]


def _note(first: Sequence[Detected], second: Sequence[Detected]) -> Detected:
    """What the first look said, so that it is not lost; the round's verdict rests on the second."""
    warnings = [found.message for found in first if found.decline is not None]
    confirmed = any(found.decline is not None for found in second)
    outcome = "confirm it" if confirmed else "do not show it"
    message = f"at first: {'; '.join(warnings)}. Fresh samples, twice as many, {outcome}"
    return Detected("second_look", "info", message, evidence={"confirmed": confirmed})


def finding_rows(paths: RunPaths, round: int, found: Sequence[Detected]) -> list[Finding]:
    """What was found as rows, the tests' numbers in columns of their own."""
    return [
        Finding(
            run_id=paths.run_id,
            round=round,
            name=detected.name,
            severity=detected.severity,
            message=detected.message,
            **detected.test,
            evidence_json=json.dumps(detected.evidence),
        )
        for detected in found
    ]
