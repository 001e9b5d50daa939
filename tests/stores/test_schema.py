"""The tables are the row types, and a database says which code made it."""

from __future__ import annotations

import sys
from pathlib import Path

import pyarrow as pa
import pytest

import stores
from ssd_iter.exceptions import DataError
from ssd_iter.records import TABLES
from ssd_iter.run.paths import RunPaths
from ssd_iter.run.shards import schema_of
from stores.connection import open_database, open_memory
from stores.run_store import RunStore
from stores.schema import migrate, migrations
from stores.snapshot import open_snapshot

DUCKDB_TYPES = {
    pa.string(): "VARCHAR",
    pa.int64(): "BIGINT",
    pa.float64(): "DOUBLE",
    pa.bool_(): "BOOLEAN",
    pa.timestamp("us", tz="UTC"): "TIMESTAMP",
    pa.list_(pa.int32()): "INTEGER[]",
    pa.list_(pa.string()): "VARCHAR[]",
}


@pytest.mark.parametrize("table", TABLES)
def test_a_table_has_its_row_types_columns_in_order_then_the_shard(table):
    with open_memory() as connection:
        migrate(connection)
        columns = [row[:2] for row in connection.execute(f"DESCRIBE {table}").fetchall()]
    expected = [(field.name, DUCKDB_TYPES[field.type]) for field in schema_of(TABLES[table])]
    assert columns == [*expected, ("shard", "VARCHAR")]


def test_there_are_no_other_tables():
    with open_memory() as connection:
        migrate(connection)
        tables = {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    assert tables == {*TABLES, "ingested_shards", "schema_migrations"}


def test_migrations_are_numbered_without_gaps_and_applied_once():
    with open_memory() as connection:
        migrate(connection)
        migrate(connection)
        versions = connection.execute("SELECT version FROM schema_migrations ORDER BY version").fetchall()
    assert versions == [(number,) for number in range(1, len(migrations()) + 1)]


def test_a_migration_that_fails_leaves_nothing(monkeypatch):
    broken = migrations()[0].__class__(1, "0001_broken.sql", "CREATE TABLE half (a INT); SELECT nonsense")
    monkeypatch.setattr("stores.schema.migrations", lambda: [broken])
    with open_memory() as connection:
        with pytest.raises(Exception, match="nonsense"):
            migrate(connection)
        assert connection.execute("SELECT table_name FROM duckdb_tables()").fetchall() == [("schema_migrations",)]


def test_a_database_of_newer_code_is_refused_for_writing_and_its_shards_stay_readable(paths: RunPaths, write_graded):
    write_graded("p1", "pass")
    RunStore(paths).ingest()
    with open_database(paths.database, 1) as connection:
        connection.execute("INSERT INTO schema_migrations VALUES (999, '0999_later.sql', 'x', now()::TIMESTAMP, '9')")
    with pytest.raises(DataError, match=r"schema version 999.*update ssd-iter"):
        RunStore(paths).ingest()
    with open_snapshot(paths) as connection:
        assert connection.execute("SELECT count(*) FROM samples").fetchall() == [(1,)]


def test_times_are_utc_and_come_back_without_pytz(paths: RunPaths, write_graded, monkeypatch):
    write_graded("p1", "pass")
    monkeypatch.setitem(sys.modules, "pytz", None)
    with open_snapshot(paths) as connection:
        ((created_at,),) = connection.execute("SELECT created_at FROM samples").fetchall()
    assert created_at.isoformat() == "2026-11-21T12:30:00"


def test_long_texts_are_stored_with_zstd_in_the_format_of_duckdb_1_5(paths: RunPaths, write_graded):
    write_graded("p1", *["pass"] * 50)
    RunStore(paths).ingest()
    segments = "SELECT DISTINCT compression FROM pragma_storage_info('samples') WHERE column_name = 'completion'"
    with open_database(paths.database, 1) as connection:
        assert ("ZSTD",) in connection.execute(segments).fetchall()
        ((tags,),) = connection.execute("SELECT tags FROM duckdb_databases() WHERE database_name = 'ssd'").fetchall()
    assert tags["storage_version"].startswith("v1.5")


def test_duckdb_is_opened_in_one_place_only():
    root = Path(stores.__file__).parent
    assert [file.name for file in root.glob("*.py") if "duckdb.connect(" in file.read_text()] == ["connection.py"]
