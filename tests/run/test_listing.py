"""Runs in the order they were made, whatever was copied or touched since."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime

import pytest

from ssd_iter.records import Run
from ssd_iter.run.listing import created_at, list_runs
from ssd_iter.run.paths import RunPaths, write_json
from ssd_iter.run.shards import write_shard

OLD, NEW = "b-20260101-120000-aaaa", "a-20260101-120001-0000"


@pytest.fixture
def make(tmp_path):
    """Makes a run folder; one that was given a time has a `runs` shard that says so."""

    def make(name: str, made: datetime | None = None) -> RunPaths:
        run = RunPaths(tmp_path / name)
        if made is not None:
            texts = dict.fromkeys(
                ("run_id", "name", "model", "model_sha256", "config_digest", "config_json", "provenance_json"), ""
            )
            write_shard(run.shard("runs", 0, "run"), [Run(**texts, created_at=made, rounds=1, seed=0)], Run)
        write_json(run.resolved, {})
        return run

    return make


def ids(folder):
    return [run.run_id for run in list_runs(folder)]


def test_runs_are_listed_by_the_time_in_their_ids_whatever_was_touched_since(make, tmp_path):
    make(NEW)
    os.utime(make(OLD).resolved)
    os.utime(RunPaths(tmp_path / NEW).resolved, (1, 1))
    assert ids(tmp_path) == [OLD, NEW]


def test_a_run_of_another_name_is_as_old_as_its_shard_says(make, tmp_path):
    for name in (OLD, NEW):
        make(name)
    make("baseline", datetime(2026, 1, 1, 12, 0, 0, 700, tzinfo=UTC))
    make("early", datetime(2025, 1, 1, tzinfo=UTC))
    assert ids(tmp_path) == ["early", "baseline", OLD, NEW]


def test_a_copy_of_the_latest_run_is_not_the_latest(make, tmp_path):
    for name in (OLD, NEW):
        make(name, datetime(2026, 1, 1, 12, 0, int(name == NEW), tzinfo=UTC))
    for copy in ("z-copy", f"{NEW}-copy"):
        shutil.copytree(tmp_path / NEW, tmp_path / copy)
    assert ids(tmp_path) == [OLD, f"{NEW}-copy", "z-copy", NEW]


def test_folders_that_tell_no_time_come_first_by_name(make, tmp_path):
    torn = make("y").shard("runs", 0, "run")
    torn.parent.mkdir(parents=True)
    torn.write_text("no parquet")
    for name in ("x", OLD):
        make(name)
    (tmp_path / "not-a-run").mkdir()
    assert ids(tmp_path) == ["x", "y", OLD]
    assert ids(tmp_path / "absent") == []


def test_a_run_that_grew_was_made_when_it_was_begun(make):
    run = make(NEW, datetime(2026, 1, 1, tzinfo=UTC))
    assert created_at(run) == datetime(2026, 1, 1, tzinfo=UTC)
    assert created_at(make("other")) is None
