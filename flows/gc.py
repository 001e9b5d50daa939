"""What of a run's folder nobody needs any more: weights of rounds that neither the run nor a person would go back to,
training checkpoints of trainings that have ended, what a rollback set aside, what crashed processes left.

Rows, pages, adapters and logs are never touched.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from flows.experiment import stored_config
from flows.policy import best_so_far
from flows.rollback import read_rollbacks
from ssd_iter.config.schema import RunConfig
from ssd_iter.decline.policy import COLLAPSED
from ssd_iter.exceptions import NotFoundError
from ssd_iter.records import Round
from ssd_iter.run.events import write_event
from ssd_iter.run.lineage import Lineage
from ssd_iter.run.paths import RunPaths, read_json, remove, write_json
from ssd_iter.run.shards import read_shards
from ssd_iter.run.temporaries import put_aside, temporaries

What = Literal["checkpoint", "export", "training steps", "set aside", "temporary"]


@dataclass(frozen=True, slots=True)
class Item:
    """A folder or file that could be removed, and whether it is."""

    path: Path
    round: int | None
    what: What
    bytes: int
    kept: bool
    why: str


def weights_to_keep(
    config: RunConfig,
    rows: Mapping[int, Round],
    rollbacks: Mapping[int, int],
    *,
    best: int,
    pinned: Collection[int],
    newest: int,
) -> dict[int, str]:
    """Each ended round whose weights stay, and why.

    `rows` are the rounds that have ended, by number; `newest` is how many of the last with a model stay in any case.
    """
    with_model = [round for round in sorted(rows) if round and rows[round].status == "finished"]
    last, lineage = max(rows, default=-1), Lineage(config.lineage, rollbacks)
    why: dict[int, list[str]] = {round: [] for round in with_model}

    def keep(rounds: Collection[int | None], reason: str) -> None:
        for round in why.keys() & set(rounds):
            why[round].append(reason)

    keep(pinned, "pinned")
    keep({best}, "the best round")
    keep(with_model[-newest:], "the last round" if newest == 1 else f"among the last {newest}")
    to_come = last + 1
    if 0 < to_come <= config.rounds:
        keep({lineage.trained_from(to_come)}, f"round {to_come} starts from it")
        keep({lineage.sampled_from(to_come)}, f"it draws the samples of round {to_come}")
        if "rollback" in (config.policy.on_collapse, config.policy.on_diversity_collapse):
            line = lineage.ancestors(to_come)
            keep([r for r in line if rows[r].verdict not in COLLAPSED], "the policy may go back to it")
    return {round: "; ".join(reasons) for round, reasons in why.items() if reasons}


def find_items(paths: RunPaths, newest: int = 1) -> list[Item]:
    """All that could be removed of a run, in order, with what is to become of it."""
    config, rollbacks = stored_config(paths), read_rollbacks(paths)
    rows = {row.round: row for row in read_shards(paths.shard_files("rounds"), Round)}
    line = Lineage(config.lineage, rollbacks).line(max(rows)) if rows else ()
    best = best_so_far(paths, config, rows, line) if rows else 0
    keep = weights_to_keep(config, rows, rollbacks, best=best, pinned=read_pins(paths), newest=newest)
    return [*_of_rounds(paths, rows, keep), *_others(paths)]


def collect(paths: RunPaths, items: Sequence[Item]) -> None:
    """Remove those of the items that are not kept. The caller holds the run's lock.

    A crash leaves each as it was or renamed to a temporary, which the next collection removes.
    """
    doomed = [item for item in items if not item.kept]
    if not doomed:
        return
    aside = [item.path if item.what == "temporary" else put_aside(item.path) for item in doomed]
    freed = sum(item.bytes for item in doomed)
    rounds = sorted({item.round for item in doomed if item.what == "checkpoint" and item.round is not None})
    gone = [str(item.path.relative_to(paths.root)) for item in doomed]
    message = f"gc removed {len(doomed)} items, {freed} bytes" + (f"; checkpoints of rounds {rounds}" if rounds else "")
    last = max((item.round for item in items if item.round is not None), default=0)
    write_event(paths, last, "", "gc", message, {"removed": gone, "bytes": freed, "checkpoints": rounds})
    for path in aside:
        remove(path)


def read_pins(paths: RunPaths) -> list[int]:
    """The rounds whose weights a person wants kept."""
    pins: list[int] = read_json(paths.pins)["rounds"] if paths.pins.exists() else []
    return pins


def set_pin(paths: RunPaths, round: int, pinned: bool) -> None:
    """Keep a round's weights whatever comes, or no longer; NotFoundError where there are none to keep."""
    there = [number for number in paths.rounds() if paths.checkpoint(number).is_dir()]
    if pinned and round not in there:
        known = ", ".join(map(str, there)) or "none"
        raise NotFoundError(f"round {round} of {paths.run_id} has no checkpoint to keep; rounds with one: {known}")
    others = set(read_pins(paths)) - {round}
    write_json(paths.pins, {"rounds": sorted(others | {round} if pinned else others)})


def _of_rounds(paths: RunPaths, rows: Mapping[int, Round], keep: Mapping[int, str]) -> Iterator[Item]:
    for round in paths.rounds():
        why = keep.get(round, "no round needs it" if round in rows else "the round has not ended")
        kept = round in keep or round not in rows
        weights: list[tuple[What, Path]] = [("checkpoint", paths.checkpoint(round)), ("export", paths.export(round))]
        for what, folder in weights:
            if folder.is_dir():
                yield Item(folder, round, what, size_of(folder), kept, why)
        training = paths.stage(round, "train")
        if training.steps.is_dir():
            ended = training.done.exists()
            why = "the training has ended" if ended else "the training goes on from it"
            yield Item(training.steps, round, "training steps", size_of(training.steps), not ended, why)


def _others(paths: RunPaths) -> Iterator[Item]:
    for aside in paths.all_set_aside():
        yield Item(aside, None, "set aside", size_of(aside), False, "a rollback took it out of the run")
    for left in temporaries(paths.root):
        yield Item(left, None, "temporary", size_of(left), False, "the process that wrote it is gone")


def size_of(path: Path) -> int:
    """Bytes of a file, or of all files below a folder."""
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.lstat().st_size for file in files if file.is_file())
