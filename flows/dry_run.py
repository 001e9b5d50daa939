"""`--dry-run`: what a run would do, or has left to do, without doing or writing anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from flows.display import duration
from flows.estimate import (
    StageEstimate,
    disk_after_gc,
    disk_of_rows,
    disk_per_round,
    disk_while_training,
    estimate_stages,
)
from flows.experiment import Experiment, check_resumable, planned_run
from flows.policy import ends_run
from flows.preflight import GB, check, free_bytes, measure
from ssd_iter.config.schema import RunConfig
from ssd_iter.models.cache import cache_folder
from ssd_iter.models.size import num_parameters
from ssd_iter.problems.base import Problem
from ssd_iter.problems.overlap import overlap_summary, overlap_text
from ssd_iter.problems.rows import read_problems
from ssd_iter.records import Purpose, Round
from ssd_iter.run.calibration import read_measurements
from ssd_iter.run.outcome import read_done
from ssd_iter.run.paths import RunPaths
from ssd_iter.run.plan import GeneratePlan, Resources, StagePlan, asked, plan_round
from ssd_iter.run.shards import read_shards
from ssd_iter.sampling.preflight import PromptFacts
from ssd_iter.sampling.stage import missing_shards

PURPOSES: tuple[Purpose, ...] = ("train", "tune", "eval")


def dry_run(config: RunConfig, runs_dir: Path) -> dict[str, Any]:
    """The plan as one JSON-able document: stages, requests, tokens, time and disk. Refuses what `run` would refuse."""
    checked = check(config, runs_dir)
    config = checked.config
    train, evaluate = (asked(checked.problems[purpose]) for purpose in ("train", "eval"))
    resources = Resources(
        run_folder="", base_model=str(checked.model.folder), workers=1, kv_cache_gb=1, gpu_memory_utilization=1,
        trust_remote_code=config.model.trust_remote_code, isolation=checked.isolation, verdict_cache=False,
        processes=config.engine.processes,
    )  # fmt: skip
    plans = [plan_round(config, "dry-run", r, train, evaluate, resources) for r in range(config.rounds + 1)]
    size = checked.num_parameters
    stages = estimate_stages(plans, config, checked.prompts, size, read_measurements())
    return _document(config, size, checked.problems, checked.prompts, stages, runs_dir)


def dry_resume(paths: RunPaths, change: RunConfig | None = None) -> dict[str, Any]:
    """The same of what is left of a run, its config perhaps changed. Refuses what `resume` would refuse.

    A shard that is there is not drawn again; a training that was begun is counted whole.
    """
    experiment = planned_run(paths, change)
    check_resumable(experiment)
    config, folder = experiment.config, Path(experiment.resources.base_model)
    problems = {purpose: _stored_problems(paths, purpose) for purpose in PURPOSES}
    prompts: dict[Purpose, PromptFacts] = {"eval": measure(config, folder, problems["eval"], config.evaluate)}
    if problems["train"]:
        prompts["train"] = measure(config, folder, problems["train"], config.sample)
    plans, size = [experiment.plan(round) for round in range(config.rounds + 1)], num_parameters(folder)
    left = partial(_left, paths, _last_round(experiment))
    stages = estimate_stages(plans, config, prompts, size, read_measurements(), left)
    return {"run": paths.run_id} | _document(config, size, problems, prompts, stages, paths.root)


def _document(
    config: RunConfig,
    size: int,
    problems: Mapping[Purpose, list[Problem]],
    prompts: Mapping[Purpose, PromptFacts],
    stages: Sequence[StageEstimate],
    folder: Path,
) -> dict[str, Any]:
    known = [stage.seconds for stage in stages if stage.seconds is not None]
    each, trainings = disk_per_round(config, size), sum(stage.stage == "train" for stage in stages)
    return {
        "model": config.model.path,
        "engine": config.engine.name,
        "isolation": config.execution.isolation,
        "num_parameters": size,
        "rounds": config.rounds,
        "problems": {purpose: len(found) for purpose, found in problems.items()},
        "overlap": overlap_summary(problems["eval"], problems["train"]),
        "prompt_tokens": {purpose: asdict(facts) for purpose, facts in prompts.items()},
        "stages": [asdict(stage) for stage in stages],
        "seconds": sum(known) if len(known) == len(stages) else None,
        "disk": {
            "bytes_per_round": each,
            "bytes": each * trainings,
            "bytes_while_training": disk_while_training(config, size) if trainings else 0,
            "bytes_of_rows": disk_of_rows(stages) if stages else 0,
            "bytes_after_gc": disk_after_gc(config, size),
            "bytes_free": free_bytes(folder),
        },
    }


def _stored_problems(paths: RunPaths, purpose: Purpose) -> list[Problem]:
    return read_problems(paths, purpose) if paths.shard("problems", 0, purpose).exists() else []


def _last_round(experiment: Experiment) -> int:
    """The last round that the run will come to, as far as can be known."""
    rows = read_shards(experiment.paths.shard_files("rounds"), Round)
    last = max(rows, key=lambda row: row.round, default=None)
    if last is None or last.round + 1 in experiment.rollbacks or not ends_run(experiment.config, last):
        return experiment.config.rounds
    return last.round


def _left(paths: RunPaths, last_round: int, stage: StagePlan) -> StagePlan | None:
    """What is still to do of a stage of a run; None where nothing is."""
    rows = read_shards(paths.shard_files("rounds", stage.round), Round)
    without_model = any(row.status == "ended" for row in rows)
    if stage.round > last_round or without_model or read_done(paths.stage(stage.round, stage.stage), stage):
        return None
    if isinstance(stage, GeneratePlan):
        return stage.model_copy(update={"shards": tuple(missing_shards(stage, paths))})
    return stage


def plan_rows(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The stages as a table for people."""
    return [_row(StageEstimate(**stage)) for stage in document["stages"]]


def summary(document: dict[str, Any]) -> str:
    """The rest of the document in a few lines."""
    disk, problems = document["disk"], document["problems"]
    lines = [
        f"{document['model']} ({document['num_parameters'] / 1e6:.1f} M parameters) on {document['engine']}, "
        f"{_rounds_text(document)}{problems['eval']} evaluation problems, "
        f"programs held at level {document['isolation']}",
        *([f"{problems['tune']} problems to tune on are kept apart, not used yet"] if problems["tune"] else []),
        *([overlap_text(document["overlap"])] if problems["train"] else []),
        _disk_line(disk),
        _time_line(document) if document["stages"] else "nothing is left to do",
    ]
    return "\n".join(lines)


def _disk_line(disk: dict[str, Any]) -> str:
    weights = f"{disk['bytes_per_round'] / GB:.2f} GB of weights a round, {disk['bytes'] / GB:.2f} GB in all"
    if disk["bytes"] > disk["bytes_after_gc"]:
        weights += f" ({disk['bytes_after_gc'] / GB:.2f} GB once `ssd-iter gc` has run)"
    if disk["bytes_while_training"]:
        weights += f", {disk['bytes_while_training'] / GB:.2f} GB more while training"
    rows, free = disk["bytes_of_rows"] / GB, disk["bytes_free"] / GB
    return f"disk: {weights}, {rows:.2f} GB of rows and pages; {free:.1f} GB free"


def _rounds_text(document: dict[str, Any]) -> str:
    if not document["rounds"]:
        return "evaluated, not trained, "
    return f"{document['rounds']} rounds, {document['problems']['train']} training prompts, "


def _time_line(document: dict[str, Any]) -> str:
    if document["seconds"] is None:
        return "time: not measured on this machine yet; the first run will be, stage by stage"
    scaled = any(stage["scaled"] for stage in document["stages"])
    basis = "reckoned from models of another size" if scaled else "as earlier runs of this model"
    return f"time: about {duration(document['seconds'])} ({basis} went on this machine; kept in {cache_folder()})"


def _row(stage: StageEstimate) -> dict[str, Any]:
    return {
        "round": stage.round,
        "stage": stage.stage,
        "requests": stage.requests,
        "tokens at most": stage.tokens,
        "tokens expected": stage.expected_tokens,
        "time": None if stage.seconds is None else duration(stage.seconds),
    }
