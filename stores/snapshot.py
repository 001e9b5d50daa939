"""What a reader sees: everything that is in the shards now, whatever the writer is doing.

The run's database is attached read-only to a fresh database in memory, shards it lacks are loaded beside it, and
views of the plain names unite the two. Where the database is missing, locked, unreadable, of another
schema version, or holds a shard that was set aside since, the shards alone say the same, only slower. An open snapshot
keeps ingestion waiting: close it soon.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssd_iter.exceptions import DataError, RunLockedError
from ssd_iter.records import TABLES
from ssd_iter.run.paths import RunPaths
from stores.connection import attach, open_memory
from stores.ingest import gone_shards, ingested_shards, load_shards
from stores.schema import migrate, missing_migrations

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

WAIT_SECONDS = 0.25
"""How long a reader waits for the writer before it reads the shards instead."""


def open_snapshot(paths: RunPaths) -> DuckDBPyConnection:
    """A connection (use it in `with`) in which all tables and views hold every shard complete at this moment.

    Raises DataError where a shard cannot be read.
    """
    connection = open_memory()
    try:
        migrate(connection)
        stored = _attach(connection, paths)
        if stored is not None:
            _unite(connection)
        # A database attached read-only stays as it is: shards listed after that miss nothing and double nothing.
        load_shards(connection, paths, stored or set())
        connection.execute("USE memory.main")
    except BaseException:
        connection.close()
        raise
    return connection


def _attach(connection: DuckDBPyConnection, paths: RunPaths) -> set[str] | None:
    """Attach the run's database as `stored`; the shards it holds, or None where it cannot be used."""
    import duckdb

    try:
        attach(connection, paths.database, "stored", WAIT_SECONDS)
    except (RunLockedError, DataError):
        return None
    try:
        if not missing_migrations(connection, "stored.schema_migrations"):
            known = ingested_shards(connection, "stored.ingested_shards")
            if not gone_shards(paths, known):
                return known
    except (DataError, duckdb.Error):
        pass
    connection.execute("DETACH stored")
    return None


def _unite(connection: DuckDBPyConnection) -> None:
    """Put a view in each table's place: the stored rows and those of schema `fresh`, the current one from here on."""
    connection.execute("CREATE SCHEMA fresh")
    for table in (*TABLES, "ingested_shards"):
        connection.execute(f"CREATE TABLE fresh.{table} AS FROM {table} LIMIT 0")
        connection.execute(f"DROP TABLE {table}")
        connection.execute(f"CREATE VIEW {table} AS FROM stored.{table} UNION ALL FROM fresh.{table}")
    connection.execute("USE memory.fresh")
