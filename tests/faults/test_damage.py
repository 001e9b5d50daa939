"""Files cut short, changed or unreadable: found when the run goes on, said, and made again where that is honest."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from faultkit import finished_files, keys, left_over, unlike, write_plan
from forks import Zygote

from ssd_iter.models.resolve import hash_folder
from ssd_iter.records import Event
from ssd_iter.run.paths import RunPaths, StageName
from ssd_iter.run.shards import read_shards
from stores.run_store import RunStore
from stores.sql_console import run_query

pytestmark = pytest.mark.faults

REPAIRED = "found, said, set aside and made again; every row as undisturbed"


def cut_short(path: Path) -> None:
    with path.open("r+b") as stream:
        stream.truncate(path.stat().st_size // 2)


def changed(path: Path) -> None:
    content = bytearray(path.read_bytes())
    # What lies in a file beside its rows may change without a difference to anybody.
    for place in range(len(content) // 16, len(content), len(content) // 16):
        content[place] ^= 0xFF
    path.write_bytes(content)


def repairs(paths: RunPaths) -> list[str]:
    return [event.message for event in read_shards(paths.shard_files("events"), Event) if event.kind == "repaired"]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"digest": 3}'])
def test_a_done_json_that_says_nothing_has_its_stage_looked_at_again(
    content: str,
    before: Callable[..., RunPaths],
    reference: RunPaths,
    zygote: Zygote,
    outcome: Callable[..., None],
) -> None:
    paths = before(1, "generate")
    kept = {file: data for file, data in finished_files(paths).items() if file.suffix == ".parquet"}
    weights = paths.checkpoint(1) / "model.safetensors"
    trained_at = weights.stat().st_mtime_ns
    for round, stage in ((0, "generate"), (0, "grade"), (1, "filter"), (1, "train")):
        paths.stage(round, stage).done.write_text(content)
    ended = zygote.resume(paths)
    assert ended["code"] == 0, ended["told"]
    assert {file: file.read_bytes() for file in kept} == kept and weights.stat().st_mtime_ns == trained_at
    assert len(repairs(paths)) == 4
    assert unlike(paths, reference) == []
    assert left_over(paths) == []
    how = repr(content) if content else "empty"
    outcome(f"`done.json` that is {how}", 4, "said; its stage finds its shards or weights, and nothing is done again")


SHARDS: list[tuple[str, StageName, str, int, str]] = [
    ("evaluation samples", "grade", "samples", 1, "eval-0001"),
    ("training samples of the next round", "filter", "samples", 1, "train-0000"),
    ("filter verdicts", "train", "filter_verdicts", 1, "filter"),
    ("training steps", "generate", "train_steps", 1, "train"),
]


@pytest.mark.parametrize("damage", [cut_short, changed])
@pytest.mark.parametrize(("what", "stage", "table", "round", "writer"), SHARDS)
def test_a_damaged_shard_of_the_round_at_work_is_made_again(
    damage: Callable[[Path], None],
    what: str,
    stage: StageName,
    table: str,
    round: int,
    writer: str,
    before: Callable[..., RunPaths],
    reference: RunPaths,
    zygote: Zygote,
    outcome: Callable[..., None],
) -> None:
    paths = before(1, stage)
    shard = paths.shard(table, round, writer)
    others = {file: data for file, data in finished_files(paths).items() if file.suffix == ".parquet" and file != shard}
    damage(shard)
    ended = zygote.resume(paths)
    assert ended["code"] == 0, ended["told"]
    assert any(str(shard) in message for message in repairs(paths)) and str(shard) in ended["told"].replace("\n", "")
    assert {file: file.read_bytes() for file in others if "train_steps" not in str(file)}.items() <= others.items()
    assert unlike(paths, reference) == []
    assert left_over(paths) == []
    outcome(f"shard of {what} {damage.__name__.replace('_', ' ')}", 1, REPAIRED)


def test_a_damaged_shard_of_a_round_that_has_ended_is_refused_by_name_and_nothing_changes(
    before: Callable[..., RunPaths], zygote: Zygote, outcome: Callable[..., None]
) -> None:
    paths = before(1, "train")
    shard = paths.shard("executions", 0, "eval-0000")
    cut_short(shard)
    kept = finished_files(paths)
    ended = zygote.resume(paths)
    assert ended["code"] == 1
    assert str(shard) in ended["told"] and "bring it back from a copy" in ended["told"].lower()
    assert finished_files(paths) == kept
    outcome("shard of a round that has ended cut short", 1, "refused: the error names the file; nothing is changed")


def test_damaged_numbers_of_a_round_that_has_ended_are_computed_again(
    before: Callable[..., RunPaths], reference: RunPaths, zygote: Zygote, outcome: Callable[..., None]
) -> None:
    paths = before(1, "grade")
    cut_short(paths.shard("metrics", 0, "round"))
    ended = zygote.resume(paths)
    assert ended["code"] == 0, ended["told"]
    assert unlike(paths, reference) == []
    outcome("numbers of a round that has ended cut short", 1, "said, and computed again from its shards")


@pytest.mark.parametrize("damage", [cut_short, changed])
def test_damaged_weights_of_the_round_at_work_are_trained_again_to_the_same_bits(
    damage: Callable[[Path], None],
    before: Callable[..., RunPaths],
    reference: RunPaths,
    zygote: Zygote,
    outcome: Callable[..., None],
) -> None:
    paths = before(1, "generate")
    damage(paths.checkpoint(1) / "model.safetensors")
    ended = zygote.resume(paths)
    assert ended["code"] == 0, ended["told"]
    assert hash_folder(paths.checkpoint(1)) == hash_folder(reference.checkpoint(1))
    assert unlike(paths, reference) == []
    assert left_over(paths) == []
    outcome(f"checkpoint {damage.__name__.replace('_', ' ')}", 1, f"{REPAIRED}, its weights too")


def test_a_checkpoint_inside_a_training_that_was_cut_short_is_not_gone_on_from(
    before: Callable[..., RunPaths], reference: RunPaths, zygote: Zygote, outcome: Callable[..., None]
) -> None:
    paths = before(1, "train")
    plan = write_plan(paths, 1, "train")
    killed = zygote.stage(paths, plan, trap={"act": "kill", "at": "training_step", "nth": 3})
    assert killed["code"] == -9
    (weights,) = paths.stage(1, "train").steps.glob("checkpoint-*/model.safetensors")
    cut_short(weights)
    ended = zygote.resume(paths)
    assert ended["code"] == 0, ended["told"]
    assert hash_folder(paths.checkpoint(1)) == hash_folder(reference.checkpoint(1))
    assert unlike(paths, reference) == []
    assert left_over(paths) == []
    outcome("kill -9 in a training, its last resumable checkpoint then cut short", 1, "trained anew, to the same bits")


@pytest.mark.parametrize("damage", [cut_short, changed])
def test_a_damaged_database_is_made_anew(
    damage: Callable[[Path], None],
    before: Callable[..., RunPaths],
    reference: RunPaths,
    zygote: Zygote,
    outcome: Callable[..., None],
) -> None:
    paths = before(1, "grade")
    RunStore(paths).ingest()
    damage(paths.database)
    ended = zygote.resume(paths)
    assert ended["code"] == 0, ended["told"]
    assert unlike(paths, reference) == []
    assert {table: run_query(paths, f"SELECT count(*) FROM {table}").rows[0][0] for table in keys(paths)} == keys(paths)
    outcome(f"database {damage.__name__.replace('_', ' ')}", 1, "made anew from the shards; its counts are theirs")
