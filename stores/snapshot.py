"""What a reader sees: everything that is in the shards now, whatever the writer is doing.

The run's database is attached read-only to a fresh database in memory, and views of the plain names unite it with the
shards it lacks. Those are not loaded: a query reads of them what it asks for, through Arrow, which needs no access to
files of DuckDB's own. Where the database is missing, locked, unreadable, of another schema version, or holds a shard
that was set aside since, the shards alone say the same, only slower: a log record says so, once. An open snapshot keeps
ingestion waiting: close it soon.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Mapping, Set
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.dataset as pads
from pyarrow.fs import LocalFileSystem

from ssd_iter.exceptions import DataError, RunLockedError
from ssd_iter.records import TABLES
from ssd_iter.run.paths import RunPaths
from ssd_iter.run.shards import count_rows, schema_of
from stores.columns import SHARD
from stores.connection import attach, open_memory
from stores.ingest import gone_shards, ingested_shards
from stores.schema import migrate, missing_migrations
from stores.visible import visible

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

WAIT_SECONDS = 0.25
"""How long a reader waits for the writer before it reads the shards instead."""
_LEDGER = pa.schema(
    [("shard", pa.string()), ("table_name", pa.string()), ("num_rows", pa.int64()), ("ingested_at", pa.timestamp("us"))]
)


def open_snapshot(paths: RunPaths) -> DuckDBPyConnection:
    """A connection (use it in `with`) in which all tables and views hold every shard complete at this moment.

    Raises DataError where a shard cannot be read.
    """
    connection = open_memory()
    try:
        migrate(connection)
        stored = _attach(connection, paths)
        # A database attached read-only stays as it is: shards listed after that miss nothing and double nothing.
        fresh = _list_shards(paths, stored or set())
        for table, shards in fresh.items():
            _show(connection, table, _dataset(table, shards) if shards else None, stored is not None)
        ledger = _ledger(fresh)
        _show(connection, "ingested_shards", ledger if ledger.num_rows else None, stored is not None)
    except BaseException:
        connection.close()
        raise
    return connection


def _attach(connection: DuckDBPyConnection, paths: RunPaths) -> set[str] | None:
    """Attach the run's database as `stored`; the shards it holds, or None where it cannot be used."""
    import duckdb

    if not paths.database.exists():
        return None
    try:
        attach(connection, paths.database, "stored", WAIT_SECONDS)
    except (RunLockedError, DataError) as error:
        _tell(f"{error}. Until then its shards are read instead, which is slower")
        return None
    try:
        if not missing_migrations(connection, "stored.schema_migrations"):
            known = ingested_shards(connection, "stored.ingested_shards")
            if not gone_shards(paths, known):
                return known
    except (DataError, duckdb.Error) as error:
        _tell(f"{paths.database} is not used: {error}. Its shards are read instead, which is slower")
    connection.execute("DETACH stored")
    return None


@functools.cache
def _tell(message: str) -> None:
    """Once, however often a command looks: without a handler of one's own it goes to stderr."""
    logging.getLogger(__name__).warning(visible(message))


def _list_shards(paths: RunPaths, known: Set[str]) -> dict[str, dict[str, Path]]:
    """The shards of each table that are not among the `known`, by their names there."""
    # Later tables first: a row listed has the rows it refers to listed too, whatever is being written meanwhile.
    listed = {table: paths.shard_files(table) for table in reversed(TABLES)}
    return {
        table: {name: shard for shard in shards if (name := shard.relative_to(paths.shards).as_posix()) not in known}
        for table, shards in listed.items()
    }


def _dataset(table: str, shards: Mapping[str, Path]) -> pads.Dataset:
    """The rows of some shards with the name of each beside them, read when they are asked for."""
    return pads.FileSystemDataset.from_paths(
        list(map(str, shards.values())),
        schema=schema_of(TABLES[table]).append(pa.field(SHARD, pa.string())),
        format=pads.ParquetFileFormat(),
        filesystem=LocalFileSystem(),
        partitions=[pads.field(SHARD) == name for name in shards],
    )


def _ledger(fresh: Mapping[str, Mapping[str, Path]]) -> pa.Table:
    now = datetime.now(UTC).replace(tzinfo=None)
    rows = [
        {"shard": name, "table_name": table, "num_rows": count_rows(shard), "ingested_at": now}
        for table, shards in fresh.items()
        for name, shard in shards.items()
    ]
    return pa.Table.from_pylist(rows, _LEDGER)


def _show(connection: DuckDBPyConnection, table: str, fresh: pads.Dataset | pa.Table | None, stored: bool) -> None:
    """Put a view in an empty table's place: the stored rows, the fresh ones, or both."""
    sources = [connection.sql(f"FROM stored.{table}")] if stored else []
    if fresh is not None:
        columns = connection.execute(f"DESCRIBE {table}").fetchall()
        typed = ", ".join(f'"{name}"::{kind} AS "{name}"' for name, kind, *_ in columns)
        sources.append(connection.from_arrow(fresh).project(typed))
    if sources:
        connection.execute(f"DROP TABLE {table}")
        functools.reduce(lambda one, other: one.union(other), sources).create_view(table)
