"""Before a run goes on: what a crash or a bad disk left is found, said, and made good where that means doing it again.

The round at work is repaired: what is damaged is set aside, and with it all that was made from it. A round that has
ended is not: later rounds and decisions rest on what is damaged, and it would not come out the same everywhere. Its
numbers are an exception, as they are computed from its shards.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flows.display import say
from flows.experiment import Experiment
from flows.rollback import move
from ssd_iter.exceptions import DataError
from ssd_iter.records import TABLES
from ssd_iter.run.events import write_event
from ssd_iter.run.outcome import parse_done
from ssd_iter.run.paths import STAGES, RunPaths, StagePaths
from ssd_iter.run.processes import end_strays
from ssd_iter.run.shards import fault_of
from ssd_iter.run.temporaries import remove_temporaries
from ssd_iter.training.checkpoint import fault_of_weights

_STEPS = ("draw", *STAGES, "round")
"""The round's training samples were drawn before it began; `round` is its numbers, its verdict and its row."""
_BY_PURPOSE = {"eval": "grade", "resample": "regrade"}
_STEP_OF: dict[str, dict[str, str]] = {
    "samples": {"train": "draw", "eval": "generate", "resample": "resample"},
    "filter_verdicts": {"filter": "filter"},
    "executions": _BY_PURPOSE,
    "test_results": _BY_PURPOSE,
    "train_steps": {"train": "train"},
    "metrics": {"train": "train", "round": "round"},
    "problem_counts": {"round": "round", "resample": "round"},
    "findings": {"round": "round"},
    "rounds": {"round": "round"},
}
"""Which step wrote a shard, by its table and what leads its name. The others are written once, or by anybody."""


@dataclass(frozen=True, slots=True)
class Damage:
    """A file or folder that does not hold what it should, the round it belongs to, and the step that makes it."""

    path: Path
    fault: str
    round: int
    step: str | None
    """None for what no step can make again."""

    @property
    def what(self) -> str:
        return f"{self.path} is damaged ({self.fault})"


def repair(experiment: Experiment) -> None:
    """End what is left running, remove what is half written, set damaged files aside; each is said and put on record.

    The caller holds the run's lock. DataError names a file that only its owner can bring back.
    """
    paths = experiment.paths
    end_strays(paths.root)
    remove_temporaries(paths.root)
    _forget_unreadable_ends(paths)
    ended = {round for round in range(experiment.config.rounds + 1) if paths.shard("rounds", round, "round").exists()}
    found = [*_damaged_shards(paths), *_damaged_weights(experiment, ended)]
    for damage in found:
        _refuse_unrepairable(paths, damage, ended)
    aside = paths.set_aside(f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}")
    for damage in found:
        for path in [damage.path, *_made_from(paths, damage)]:
            if path.exists():
                move(path, aside.root / path.relative_to(paths.root))
        for stage in _stages_to_do(experiment, damage):
            stage.done.unlink(missing_ok=True)
        _tell(paths, damage.round, f"{damage.what}: set aside" + (", and made again" if damage.step else ""))


def _forget_unreadable_ends(paths: RunPaths) -> None:
    """Away with each done.json that says nothing: its stage runs again, and finds its shards, or its weights."""
    for round in paths.rounds():
        for stage in STAGES:
            files = paths.stage(round, stage)
            try:
                _ = parse_done(files) if files.done.exists() else None
            except DataError as error:
                files.done.unlink()
                _tell(paths, round, f"{str(error).partition(';')[0]}: {stage} of round {round} is looked at again")


def _damaged_shards(paths: RunPaths) -> Iterator[Damage]:
    for table, row_type in TABLES.items():
        for path in paths.shard_files(table):
            fault = fault_of(path, row_type)
            if fault is not None:
                round = int(path.parent.name.removeprefix("round="))
                yield Damage(path, fault, round, _step_of(table, path))


def _damaged_weights(experiment: Experiment, ended: Set[int]) -> Iterator[Damage]:
    """Those that the next round is made from, or has made. What is gone was taken away, and is no damage."""
    paths, lineage = experiment.paths, experiment.lineage
    round = next((each for each in range(experiment.config.rounds + 1) if each not in ended), None)
    if round is None:
        return
    for each in sorted({round, lineage.trained_from(round) or 0, lineage.sampled_from(round) or 0} - {0}):
        for folder in (paths.checkpoint(each), paths.export(each)):
            fault = fault_of_weights(folder) if folder.exists() else None
            if fault is not None:
                yield Damage(folder, fault, each, "train")


def _refuse_unrepairable(paths: RunPaths, damage: Damage, ended: Set[int]) -> None:
    if damage.step is None and damage.path.parent.parent.name != "events":
        raise DataError(f"{damage.what}, and nothing else holds its rows: bring it back from a copy")
    if damage.step not in (None, "round") and damage.round in ended:
        raise DataError(
            f"{damage.what}, and round {damage.round} has ended: what came after rests on it. Bring it back from a copy"
            f"; weights can be gone around: ssd-iter resume {paths.run_id} --rollback-to an earlier round"
        )


def _made_from(paths: RunPaths, damage: Damage) -> Iterator[Path]:
    """What is there of the round that was made after what is damaged, or together with it: shards and weights."""
    step = damage.step
    if step is None:
        return
    after = {"round", *_STEPS[_STEPS.index(step) + 1 :]}
    together = {"train"} if step == "train" else set()
    for table in _STEP_OF:
        for path in paths.shard_files(table, damage.round):
            # A program's tests and its verdict are written together.
            of_one_name = path.name == damage.path.name and _STEP_OF[table] is _BY_PURPOSE
            if (step in _BY_PURPOSE.values() and of_one_name) or _step_of(table, path) in after | together:
                yield path
    if "train" in after | together:
        yield from (paths.adapter(damage.round), paths.checkpoint(damage.round), paths.export(damage.round))


def _stages_to_do(experiment: Experiment, damage: Damage) -> list[StagePaths]:
    """The stages that have to say anew that they are done."""
    if damage.step in (None, "round"):
        return []
    first = _STEPS.index(damage.step)
    stages = [experiment.paths.stage(damage.round, stage) for stage in STAGES if _STEPS.index(stage) >= first]
    if damage.step == "draw":
        stages.append(experiment.paths.stage(experiment.lineage.sampled_from(damage.round) or 0, "generate"))
    return stages


def _step_of(table: str, shard: Path) -> str | None:
    return _STEP_OF.get(table, {}).get(shard.stem.partition("-")[0])


def _tell(paths: RunPaths, round: int, message: str) -> None:
    say(message)
    write_event(paths, round, "", "repaired", message)
