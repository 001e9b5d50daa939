from __future__ import annotations

from pathlib import Path

import pytest

from ssd_iter.exceptions import DataError
from ssd_iter.run.listing import list_runs
from ssd_iter.run.paths import STAGES, RunPaths, read_json, replacing, write_json, write_text

KINDS = ("file", "folder")

WRITE_AND_HANG = """
import sys
from pathlib import Path
from ssd_iter.run.paths import replacing
with replacing(Path(sys.argv[1])) as temporary:
    if sys.argv[2] == "folder":
        temporary.mkdir()
        temporary = temporary / "part"
    temporary.write_text("half of the new")
    print("ready", flush=True)
    sys.stdin.read()
"""


def fill(path: Path, kind: str, text: str) -> None:
    if kind == "folder":
        path.mkdir()
    (path / "part" if kind == "folder" else path).write_text(text)


def content(path: Path) -> str:
    return (path / "part" if path.is_dir() else path).read_text()


@pytest.mark.parametrize("kind", KINDS)
def test_new_content_takes_the_place_of_old(tmp_path, kind):
    for text in ("old", "new"):
        with replacing(tmp_path / "target") as temporary:
            fill(temporary, kind, text)
    assert content(tmp_path / "target") == "new"
    assert list(tmp_path.iterdir()) == [tmp_path / "target"]


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_seen_before_it_is_whole(tmp_path, kind):
    with replacing(tmp_path / "made" / "on the way" / "target") as temporary:
        fill(temporary, kind, "new")
        assert not (tmp_path / "made" / "on the way" / "target").exists()
    assert content(tmp_path / "made" / "on the way" / "target") == "new"


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_inside_leaves_the_old_content_and_nothing_else(tmp_path, kind):
    fill(tmp_path / "target", kind, "old")
    with pytest.raises(ZeroDivisionError), replacing(tmp_path / "target") as temporary:
        fill(temporary, kind, "new")
        _ = 1 / 0
    assert content(tmp_path / "target") == "old"
    assert list(tmp_path.iterdir()) == [tmp_path / "target"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_killed_writer_leaves_the_old_content_whole(tmp_path, child, kind):
    fill(tmp_path / "target", kind, "old")
    writer = child(WRITE_AND_HANG, tmp_path / "target", kind)
    writer.kill()
    writer.wait()
    assert content(tmp_path / "target") == "old"


def test_what_a_killed_writer_leaves_is_no_shard_round_or_run(tmp_path, child):
    run = RunPaths(tmp_path / "runs" / "one")
    write_json(run.resolved, {})
    write_text(run.shard("events", 0, "whole"), "a shard")
    for target in (run.shard("events", 0, "half"), run.round(1), RunPaths(tmp_path / "runs" / "two").resolved):
        target.parent.mkdir(parents=True, exist_ok=True)
        writer = child(WRITE_AND_HANG, target, "file")
        writer.kill()
        writer.wait()
    assert run.shard_files("events") == run.shard_files("events", 0) == [run.shard("events", 0, "whole")]
    assert run.rounds() == []
    assert list(list_runs(tmp_path / "runs")) == [run]


def test_a_killed_writers_remains_go_when_it_is_written_again(tmp_path, child):
    writer = child(WRITE_AND_HANG, tmp_path / "checkpoint", "folder")
    writer.kill()
    writer.wait()
    with replacing(tmp_path / "checkpoint") as temporary:
        fill(temporary, "folder", "new")
    assert list(tmp_path.iterdir()) == [tmp_path / "checkpoint"]


def test_shards_are_found_by_table_and_round_and_in_order(tmp_path):
    run = RunPaths(tmp_path)
    shards = [run.shard("samples", round, writer) for round in (0, 2, 10) for writer in ("eval-0000", "train-0001")]
    for path in reversed([*shards, run.shard("executions", 0, "eval-0000")]):
        write_text(path, "")
    assert run.shard_files("samples") == shards
    assert run.shard_files("samples", 2) == shards[2:4]
    assert run.shard_files("samples", 1) == run.shard_files("metrics") == []


def test_rounds_are_those_that_have_a_folder(tmp_path):
    for round in (10, 0, 2):
        write_text(RunPaths(tmp_path).stage(round, "generate").plan, "")
    assert RunPaths(tmp_path).rounds() == [0, 2, 10]
    assert RunPaths(tmp_path / "elsewhere").rounds() == []


def test_no_two_things_of_a_run_share_a_file():
    run = RunPaths(Path("run"))
    files = [run.config, run.resolved, run.provenance, run.database, run.index, run.report, run.lock, run.server]
    for round in (0, 1):
        files += [run.checkpoint(round), run.adapter(round), run.export(round)]
        files += [run.round_page(round), run.round_report(round)]
        for stage in (run.stage(round, name) for name in STAGES):
            files += [stage.plan, stage.done, stage.error, stage.progress, stage.log, stage.steps]
    assert len(set(files)) == len(files)


def test_a_torn_document_is_named(tmp_path):
    write_json(tmp_path / "plan.json", {"stage": "filter", "rounds": [1, 2]})
    whole = (tmp_path / "plan.json").read_bytes()
    assert read_json(tmp_path / "plan.json") == {"stage": "filter", "rounds": [1, 2]}
    (tmp_path / "plan.json").write_bytes(whole[:10])
    with pytest.raises(DataError, match=r"plan\.json is not a JSON document"):
        read_json(tmp_path / "plan.json")
