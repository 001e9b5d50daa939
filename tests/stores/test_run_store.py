"""Ingestion: every shard exactly once, whatever interrupts it."""

from __future__ import annotations

import signal

import pytest

from ssd_iter.exceptions import DataError, RunLockedError
from ssd_iter.records import Event
from ssd_iter.run.paths import RunPaths
from ssd_iter.run.shards import read_shards
from stores.connection import open_database
from stores.run_store import RunStore
from stores.snapshot import open_snapshot

INGEST_AND_DIE = """
import os, signal, sys, threading
from pathlib import Path
import stores.ingest
from ssd_iter.run.paths import RunPaths
from stores.run_store import RunStore
num_shards, seconds = int(sys.argv[2]), float(sys.argv[3])
death = threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGKILL))
load, loaded = stores.ingest._load, []
def load_and_count(*arguments):
    load(*arguments)
    loaded.append(arguments)
    if len(loaded) == num_shards:
        death.start()
stores.ingest._load = load_and_count
print("ready", flush=True)
RunStore(RunPaths(Path(sys.argv[1]))).ingest()
"""

COUNTS = """
SELECT (SELECT count(*) FROM samples), (SELECT count(*) FROM executions), count(*), coalesce(sum(num_rows), 0)::BIGINT
FROM ingested_shards
"""


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """Nobody lets go in these tests, so waiting longer would only take longer."""
    monkeypatch.setattr("stores.run_store.WAIT_SECONDS", 0.1)


def stored_counts(paths: RunPaths) -> tuple[int, ...]:
    """Samples, executions, shards and rows by the ledger, in the database file itself."""
    with open_database(paths.database, 1) as connection:
        return connection.execute(COUNTS).fetchall()[0]


def test_a_second_ingestion_takes_in_only_what_is_new(paths, write_graded):
    write_graded("p1", "pass", "wrong")
    store = RunStore(paths)
    assert (store.ingest(), store.ingest()) == (2, 0)
    write_graded("p2", "pass")
    assert store.ingest() == 2
    assert stored_counts(paths) == (3, 3, 4, 6)


def test_a_run_without_shards_gets_an_empty_database(paths):
    assert RunStore(paths).ingest() == 0
    assert stored_counts(paths) == (0, 0, 0, 0)


def test_an_empty_shard_is_taken_in_too(paths, write_graded):
    write_graded("p1")
    assert RunStore(paths).ingest() == 2
    assert stored_counts(paths) == (0, 0, 2, 0)


def test_rows_remember_their_shard(paths, write_graded):
    write_graded("p1", "pass")
    RunStore(paths).ingest()
    with open_database(paths.database, 1) as connection:
        assert connection.execute("SELECT shard FROM samples").fetchall() == [("samples/round=000/eval-p1.parquet",)]


def test_a_broken_shard_is_named_and_nothing_of_the_rest_is_half_in(paths, write_graded):
    RunStore(paths).ingest()
    write_graded("p1", "pass")
    broken = paths.shard("runs", 0, "flow")
    broken.parent.mkdir(parents=True)
    broken.write_text("not parquet, but long enough to be looked at")
    with pytest.raises(DataError, match=r"runs/round=000/flow\.parquet"):
        RunStore(paths).ingest()
    assert stored_counts(paths) == (0, 0, 0, 0)
    broken.unlink()
    assert RunStore(paths).ingest() == 2


@pytest.mark.parametrize("database", ["new", "existing"])
@pytest.mark.parametrize(("num_shards", "seconds"), [(1, 0), (12, 0), (24, 0), (24, 0.01), (24, 0.03)])
def test_killed_in_the_middle_it_ingests_to_the_same_counts(paths, write_graded, child, database, num_shards, seconds):
    store = RunStore(paths)
    if database == "existing":
        store.ingest()
    for i in range(12):
        write_graded(f"p{i}", *["pass"] * 25)
    with child(INGEST_AND_DIE, paths.root, num_shards, seconds) as process:
        assert process.wait() == -signal.SIGKILL
    with open_snapshot(paths) as connection:
        assert connection.execute(COUNTS).fetchall() == [(300, 300, 24, 600)]
    assert store.ingest() is not None
    assert stored_counts(paths) == (300, 300, 24, 600)


def test_a_reader_delays_ingestion_and_the_next_one_catches_up(paths, write_graded, held_by_reader):
    store = RunStore(paths)
    write_graded("p1", "pass")
    store.ingest()
    write_graded("p2", "pass")
    with held_by_reader():
        assert store.ingest() is None
    assert store.ingest() == 2
    assert stored_counts(paths) == (2, 2, 4, 4)


def test_an_open_snapshot_of_the_same_process_delays_it_too(paths, write_graded):
    store = RunStore(paths)
    store.ingest()
    write_graded("p1", "pass")
    with open_snapshot(paths):
        assert store.ingest() is None
    assert store.ingest() == 2


def test_a_rebuilt_database_equals_the_old_one(paths, write_graded):
    store = RunStore(paths)
    for i in range(3):
        write_graded(f"p{i}", "pass", "wrong")
        store.ingest()
    query = "SELECT * FROM samples JOIN executions USING (problem_id, sample_idx) ORDER BY problem_id, sample_idx"
    with open_database(paths.database, 1) as connection:
        before = connection.execute(query).fetchall()
    assert store.rebuild() == 6
    with open_database(paths.database, 1) as connection:
        assert connection.execute(query).fetchall() == before


def test_rebuilding_replaces_a_broken_file_and_drops_its_log(paths, write_graded):
    write_graded("p1", "pass")
    paths.database.write_text("this is not a database")
    log = paths.database.with_name("ssd.duckdb.wal")
    log.write_text("nor is this a log")
    RunStore(paths).rebuild()
    assert not log.exists()
    assert stored_counts(paths) == (1, 1, 2, 2)


@pytest.mark.parametrize("kept", [1000, -1])
def test_a_database_that_was_cut_short_is_made_anew_and_said_to_be(paths, write_graded, kept):
    write_graded("p1", "pass")
    RunStore(paths).ingest()
    with paths.database.open("r+b") as stream:
        stream.truncate(kept if kept >= 0 else paths.database.stat().st_size // 2)
    write_graded("p2", "pass")
    RunStore(paths).ingest()
    assert stored_counts(paths)[:2] == (2, 2)
    assert [event.kind for event in read_shards(paths.shard_files("events"), Event)] == ["repaired"]


def test_rebuilding_waits_for_no_reader_but_never_runs_beside_a_writer(paths, write_graded, held_by_reader):
    write_graded("p1", "pass")
    store = RunStore(paths)
    store.ingest()
    with held_by_reader():
        assert store.rebuild() == 2
    with open_database(paths.database, 1), pytest.raises(RunLockedError, match="in use"):
        store.rebuild()
