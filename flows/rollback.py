"""Rolling back: the next round follows an earlier one, and what was begun of it otherwise goes aside.

Ended rounds stay what they are; round numbers only rise.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from ssd_iter.config.schema import RunConfig
from ssd_iter.exceptions import ConfigError
from ssd_iter.models.weights import checkpoint_of
from ssd_iter.records import TABLES, Round
from ssd_iter.run.events import write_event
from ssd_iter.run.paths import RunPaths, read_json, write_json
from ssd_iter.run.shards import read_shards


def read_rollbacks(paths: RunPaths) -> dict[int, int]:
    """Each round that follows another than the one before, and which."""
    if not paths.lineage.exists():
        return {}
    return {int(round): parent for round, parent in read_json(paths.lineage)["rollbacks"].items()}


def roll_back(paths: RunPaths, to: int, config: RunConfig) -> None:
    """Make the round after the last ended one follow round `to`. The caller holds the run's lock.

    ConfigError where `to` is no earlier round with a model, or where no round is left; NotFoundError where its
    checkpoint was removed.
    """
    rows = read_shards(paths.shard_files("rounds"), Round)
    last = max((row.round for row in rows), default=-1)
    with_model = [row.round for row in rows if row.status == "finished" and row.round < last]
    if to not in with_model:
        there = ", ".join(map(str, with_model)) or "none yet"
        raise ConfigError(f"cannot roll {paths.run_id} back to round {to}; earlier rounds with a model: {there}")
    if last >= config.rounds:
        raise ConfigError(
            f"no round is left to follow round {to}: {paths.run_id} has ended its {config.rounds} rounds; "
            f"--set rounds={config.rounds + 1} adds one"
        )
    if to and paths.stage(to, "train").done.exists():
        checkpoint_of(paths, to)  # where it is not done, the round is trained again at its turn
    # First out of the way, then on record: a crash between leaves a run that can only be asked again.
    _set_aside(paths, last + 1, config)
    write_json(paths.lineage, {"rollbacks": {**read_rollbacks(paths), last + 1: to}})
    payload = {"round": last + 1, "follows": to}
    write_event(paths, last + 1, "", "rolled_back", f"round {last + 1} follows round {to}", payload)


def _set_aside(paths: RunPaths, first: int, config: RunConfig) -> None:
    """Move what exists of rounds `first` and later; events stay, and training samples that the base drew."""
    aside = paths.set_aside(f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}")
    keep_training_samples = config.lineage.sample_from == "base"
    for table in TABLES.keys() - {"events"}:
        for file in paths.shard_files(table):
            round = int(file.parent.name.removeprefix("round="))
            kept = table == "samples" and keep_training_samples and file.name.startswith("train-")
            if round >= first and not kept:
                move(file, aside.shard(table, round, file.stem))
    for round in paths.rounds():
        if round >= first:
            move(paths.round(round), aside.round(round))


def move(source: Path, target: Path) -> None:
    """Put a file or folder in another place of the same disk, at once."""
    target.parent.mkdir(parents=True, exist_ok=True)
    os.replace(source, target)
