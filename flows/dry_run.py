"""`ssd-iter run CONFIG --dry-run`: what the run would do, without doing or writing anything."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from flows.display import duration
from flows.estimate import StageEstimate, disk_per_round, disk_while_training, estimate_stages
from flows.preflight import GB, check, free_bytes
from ssd_iter.config.schema import RunConfig
from ssd_iter.models.cache import cache_folder
from ssd_iter.problems.overlap import overlap_summary, overlap_text
from ssd_iter.run.calibration import read_measurements
from ssd_iter.run.plan import Resources, asked, plan_round


def dry_run(config: RunConfig, runs_dir: Path) -> dict[str, Any]:
    """The plan as one JSON-able document: stages, requests, tokens, time and disk. Refuses what `run` would refuse."""
    checked = check(config, runs_dir)
    config = checked.config
    problems = {purpose: asked(given) for purpose, given in checked.problems.items()}
    resources = Resources(
        run_folder="", base_model=str(checked.model.folder), workers=1, kv_cache_gb=1, gpu_memory_utilization=1,
        trust_remote_code=config.model.trust_remote_code, isolation=checked.isolation, verdict_cache=False,
    )  # fmt: skip
    rounds = range(config.rounds + 1)
    plans = [plan_round(config, "dry-run", r, problems["train"], problems["eval"], resources) for r in rounds]
    size, measurements = checked.num_parameters, read_measurements()
    stages = estimate_stages(plans, config, checked.prompts, size, measurements)
    known = [stage.seconds for stage in stages if stage.seconds is not None]
    each = disk_per_round(config, size)
    return {
        "model": config.model.path,
        "engine": config.engine.name,
        "isolation": config.execution.isolation,
        "num_parameters": size,
        "rounds": config.rounds,
        "problems": {purpose: len(found) for purpose, found in problems.items()},
        "overlap": overlap_summary(checked.problems["eval"], checked.problems["train"]),
        "prompt_tokens": {purpose: asdict(facts) for purpose, facts in checked.prompts.items()},
        "stages": [asdict(stage) for stage in stages],
        "seconds": sum(known) if len(known) == len(stages) else None,
        "disk": {
            "bytes_per_round": each,
            "bytes": each * config.rounds,
            "bytes_while_training": disk_while_training(config, size),
            "bytes_free": free_bytes(runs_dir),
        },
    }


def plan_rows(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The stages as a table for people."""
    return [_row(StageEstimate(**stage)) for stage in document["stages"]]


def summary(document: dict[str, Any]) -> str:
    """The rest of the document in a few lines."""
    disk, problems = document["disk"], document["problems"]
    lines = [
        f"{document['model']} ({document['num_parameters'] / 1e6:.1f} M parameters) on {document['engine']}, "
        f"{document['rounds']} rounds, {problems['train']} training prompts, {problems['eval']} evaluation problems, "
        f"programs held at level {document['isolation']}",
        *([f"{problems['tune']} problems to tune on are kept apart, not used yet"] if problems["tune"] else []),
        overlap_text(document["overlap"]),
        f"disk: {disk['bytes_per_round'] / GB:.2f} GB of weights a round, {disk['bytes'] / GB:.2f} GB in all"
        + (f", {disk['bytes_while_training'] / GB:.2f} GB more while training" if disk["bytes_while_training"] else "")
        + f"; {disk['bytes_free'] / GB:.1f} GB free",
        _time_line(document),
    ]
    return "\n".join(lines)


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
