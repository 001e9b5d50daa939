"""Shards that a run once wrote and that are gone: without them its tables say less than they should."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ssd_iter.run.paths import STAGES, RunPaths, StageName, read_json


@dataclass(frozen=True, slots=True)
class MissingShard:
    """A shard that should be there, and the `done.json` of the stage that said so."""

    shard: Path
    done: Path


def missing_shards(paths: RunPaths) -> list[MissingShard]:
    """What finished stages left for rounds that have ended and is not there now; empty is as it should be."""
    return [
        MissingShard(shard, paths.stage(round, stage).done)
        for round in paths.rounds()
        for stage in STAGES
        if paths.stage(round, stage).done.exists() and paths.stage(round, stage).plan.exists()
        for shard in _written(paths, round, stage)
        if not shard.exists()
    ]


def _written(paths: RunPaths, round: int, stage: StageName) -> Iterator[Path]:
    """What a finished stage wrote. Only rounds that have ended are asked: a rollback sets aside what others have."""
    if stage in ("generate", "resample"):
        for shard in read_json(paths.stage(round, stage).plan)["shards"]:
            if _has_ended(paths, shard["round"]):
                yield paths.shard("samples", shard["round"], _writer(shard))
    elif not _has_ended(paths, round):
        return
    elif stage == "filter":
        yield paths.shard("filter_verdicts", round, "filter")
    elif stage == "train" and read_json(paths.stage(round, stage).done)["outcome"]["counts"].get("steps"):
        yield paths.shard("train_steps", round, "train")
    elif stage in ("grade", "regrade"):
        drawn: StageName = "generate" if stage == "grade" else "resample"
        for shard in read_json(paths.stage(round, drawn).plan)["shards"]:
            if shard["purpose"] != "train":
                yield paths.shard("executions", round, _writer(shard))
                yield paths.shard("test_results", round, _writer(shard))


def _has_ended(paths: RunPaths, round: int) -> bool:
    return paths.shard("rounds", round, "round").exists()


def _writer(shard: dict[str, Any]) -> str:
    return f"{shard['purpose']}-{shard['index']:04d}"
