"""A reader sees everything that is complete, at any moment."""

from __future__ import annotations

import pytest

from ssd_iter.exceptions import DataError
from ssd_iter.run.paths import RunPaths
from stores.connection import open_database
from stores.run_store import RunStore
from stores.snapshot import open_snapshot

WRITER = """
import shutil, sys
from pathlib import Path
from ssd_iter.run.paths import RunPaths, replacing
from stores.run_store import RunStore
source, target = map(Path, sys.argv[1:])
store = RunStore(RunPaths(target))
print("ready", flush=True)
for sample in sorted((source / "shards" / "samples").rglob("*.parquet")):
    for table in ("samples", "executions"):
        shard = source / "shards" / table / sample.relative_to(source / "shards" / "samples")
        with replacing(target / shard.relative_to(source)) as temporary:
            shutil.copy(shard, temporary)
    store.ingest()
"""

LOOK = """
SELECT count(*), count(DISTINCT (problem_id, sample_idx)), (SELECT count(*) FROM executions),
       (SELECT count(*) FROM executions ANTI JOIN samples USING (problem_id, sample_idx))
FROM samples
"""


def num_samples(paths: RunPaths) -> int:
    with open_snapshot(paths) as connection:
        return connection.execute("SELECT count(*) FROM samples").fetchall()[0][0]


def test_a_run_that_has_written_nothing_has_empty_tables(paths):
    assert num_samples(paths) == 0
    assert not paths.database.exists()


def test_shards_not_yet_ingested_are_seen_beside_those_that_are(paths, write_graded):
    write_graded("p1", "pass")
    RunStore(paths).ingest()
    write_graded("p2", "pass", "wrong")
    with open_snapshot(paths) as connection:
        rows = connection.execute("SELECT problem_id, verdict FROM v_samples ORDER BY ALL").fetchall()
        shards = connection.execute("SELECT count(*) FROM ingested_shards").fetchall()
    assert rows == [("p1", "pass"), ("p2", "pass"), ("p2", "wrong")]
    assert shards == [(4,)]


def test_the_database_is_used_where_it_can_be(paths, write_graded):
    write_graded("p1", "pass")
    RunStore(paths).ingest()
    with open_snapshot(paths) as connection:
        assert connection.execute("SELECT count(*) FROM stored.samples").fetchall() == [(1,)]
        ((view,),) = connection.execute("SELECT sql FROM duckdb_views() WHERE view_name = 'samples'").fetchall()
    assert "stored" in view and "arrow" not in view


def test_the_names_are_the_same_with_and_without_a_database(paths, write_graded):
    def names() -> list[tuple[str]]:
        with open_snapshot(paths) as connection:
            return connection.execute("SHOW TABLES").fetchall()

    without = names()
    RunStore(paths).ingest()
    assert names() == without


def test_a_database_locked_by_a_writer_is_read_from_the_shards(paths, write_graded):
    write_graded("p1", "pass")
    RunStore(paths).ingest()
    with open_database(paths.database, 1):
        assert num_samples(paths) == 1


def test_that_the_shards_are_read_instead_is_said_once(paths, write_graded, caplog):
    write_graded("p1", "pass")
    RunStore(paths).ingest()
    with open_database(paths.database, 1):
        assert num_samples(paths) == num_samples(paths) == 1
    (record,) = caplog.records
    assert "ssd.duckdb is in use" in record.message and "its shards are read instead, which is slower" in record.message
    assert num_samples(paths) == 1 and len(caplog.records) == 1


def test_a_run_whose_database_is_not_made_yet_is_read_without_a_word(paths, write_graded, caplog):
    write_graded("p1", "pass")
    assert num_samples(paths) == 1 and not caplog.records


def test_rows_of_shards_say_which_shard_they_came_from(paths, write_graded):
    write_graded("p1", "pass")
    write_graded("p2", "pass", "wrong", round=3)
    asked = "SELECT shard, count(*), min(created_at) FROM samples GROUP BY ALL ORDER BY ALL"
    with open_snapshot(paths) as connection:
        from_shards = connection.execute(asked).fetchall()
    RunStore(paths).ingest()
    with open_snapshot(paths) as connection:
        assert connection.execute(asked).fetchall() == from_shards
    assert [row[:2] for row in from_shards] == [
        ("samples/round=000/eval-p1.parquet", 1), ("samples/round=003/eval-p2.parquet", 2),
    ]  # fmt: skip


def test_tables_have_the_same_types_from_shards_and_from_the_database(paths, write_graded):
    def types() -> list[tuple[str, ...]]:
        asked = "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE database_name = 'memory'"
        with open_snapshot(paths) as connection:
            return connection.execute(f"{asked} ORDER BY ALL").fetchall()

    write_graded("p1", "pass")
    from_shards = types()
    RunStore(paths).ingest()
    assert types() == from_shards


@pytest.mark.parametrize("content", [b"", b"this is not a database", bytes(20_000)])
def test_a_broken_database_is_read_from_the_shards(paths, write_graded, content):
    write_graded("p1", "pass")
    paths.database.write_bytes(content)
    assert num_samples(paths) == 1


def test_a_database_cut_short_is_read_from_the_shards(paths, write_graded):
    write_graded("p1", "pass")
    RunStore(paths).ingest()
    paths.database.write_bytes(paths.database.read_bytes()[:9_000])
    assert num_samples(paths) == 1


def test_a_broken_shard_is_named(paths):
    broken = paths.shard("events", 0, "flow")
    broken.parent.mkdir(parents=True)
    broken.write_text("not parquet, but long enough to be looked at")
    with pytest.raises(DataError, match=r"events/round=000/flow\.parquet"):
        open_snapshot(paths)


def test_two_snapshots_live_side_by_side_with_each_other_and_with_another_process(paths, write_graded, held_by_reader):
    write_graded("p1", "pass")
    RunStore(paths).ingest()
    with held_by_reader(), open_snapshot(paths):
        assert num_samples(paths) == 1


def test_beside_a_writer_counts_only_grow_and_nothing_comes_twice(paths, write_graded, child, tmp_path):
    source = RunPaths(tmp_path / "source")
    for i in range(20):
        write_graded(f"p{i:02}", *["pass"] * 5, root=source)
    seen = []
    with child(WRITER, source.root, paths.root) as writer:
        while writer.poll() is None:
            with open_snapshot(paths) as connection:
                seen.append(connection.execute(LOOK).fetchall()[0])
        assert writer.returncode == 0
    assert seen == sorted(seen)
    assert all(count == distinct and orphans == 0 for count, distinct, _, orphans in seen)
    assert len(set(seen)) > 2
    assert num_samples(paths) == 100
