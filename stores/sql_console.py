"""Questions in SQL to a run, from people: read what is there, touch nothing else.

A query, one statement that reads, sees a snapshot. Before it runs, the connection loses all access to files (reading,
writing, attaching, extensions, spilling to disk) and its settings are locked. It is a guard against accidents and
pasted SQL, not a sandbox: a query can still use up to `MEMORY_LIMIT` and all cores until the timeout.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from ssd_iter.exceptions import ConfigError
from ssd_iter.run.paths import RunPaths
from stores.formats import QueryResult
from stores.snapshot import open_snapshot

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY_LIMIT = "4GB"
TIMEOUT_SECONDS = 60.0
_READING = ("SELECT", "EXPLAIN", "MULTI")
"""Kinds of statements that are taken; MULTI is what DuckDB makes of a PIVOT."""

_LOCKDOWN = (
    f"SET memory_limit = '{MEMORY_LIMIT}'",
    "SET temp_directory = ''",
    "SET enable_external_access = false",
    # The setting above goes on allowing the attached file itself: COPY could overwrite the run's database.
    "SET disabled_filesystems = 'LocalFileSystem'",
    "SET lock_configuration = true",
)

Parameters = Mapping[str, Any]


def run_query(
    paths: RunPaths, sql: str, parameters: Parameters | None = None, *, timeout_seconds: float = TIMEOUT_SECONDS
) -> QueryResult:
    """Answer one query on everything the run has written so far; `parameters` are bound to its `$name`s.

    Raises ConfigError with DuckDB's message for whatever DuckDB refuses, and where the answer takes too long.
    """
    with locked_down(paths, timeout_seconds) as connection:
        return answer(connection, sql, parameters or {})


def write_query(
    paths: RunPaths,
    sql: str,
    parameters: Parameters,
    target: Path | BinaryIO,
    *,
    timeout_seconds: float = TIMEOUT_SECONDS,
) -> None:
    """Write the answer to one query as Parquet. ConfigError as above, and for a column that Parquet cannot hold."""
    with locked_down(paths, timeout_seconds) as connection:
        _refuse_unless_reading(connection, sql, parameters)
        found = connection.sql(sql, params=dict(parameters)).to_arrow_table()
    table = found.rename_columns(list(_distinct(found.column_names)))
    try:
        pq.write_table(table, target, compression="zstd")
    except pa.ArrowNotImplementedError as error:
        raise ConfigError(f"Parquet cannot hold this answer: {error}; cast the column, such as x::VARCHAR") from None


@contextmanager
def locked_down(paths: RunPaths, timeout_seconds: float) -> Iterator[DuckDBPyConnection]:
    """A snapshot that can touch nothing else and is interrupted in the end; DuckDB's errors come out as ConfigError."""
    import duckdb

    with open_snapshot(paths) as connection:
        for statement in _LOCKDOWN:
            connection.execute(statement)
        timer = threading.Timer(timeout_seconds, connection.interrupt)
        timer.start()
        try:
            yield connection
        except duckdb.InterruptException:
            raise ConfigError(
                f"the query took longer than {timeout_seconds:g} s; ask for less, or give it longer with --timeout"
            ) from None
        except duckdb.Error as error:
            raise ConfigError(str(error)) from None
        finally:
            timer.cancel()
            timer.join()


def answer(connection: DuckDBPyConnection, sql: str, parameters: Parameters) -> QueryResult:
    """Answer one query that reads; ConfigError where it is another, or where it and the parameters do not fit."""
    _refuse_unless_reading(connection, sql, parameters)
    cursor = connection.execute(sql, dict(parameters))
    names = [column[0] for column in cursor.description or []]
    return QueryResult(_distinct(names), cursor.fetchall())


def _refuse_unless_reading(connection: DuckDBPyConnection, sql: str, parameters: Parameters) -> None:
    statements = connection.extract_statements(sql)
    if len(statements) != 1:
        raise ConfigError(f"give one query, not {len(statements)}; SHOW TABLES lists what there is")
    kind = statements[0].type.name
    if kind not in _READING:
        raise ConfigError(f"sql only reads: {kind} is refused; SHOW TABLES lists what there is to ask")
    wanted = statements[0].named_parameters
    if wanted != parameters.keys():
        raise ConfigError(
            f"the query has the parameters {_listed(wanted)}, given are {_listed(parameters)}; "
            "--param NAME=VALUE gives one"
        )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"${name}" for name in sorted(names)) or "none"


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Names in order, `_1`, `_2` ... added where one is taken: a join may answer two columns `round`."""
    taken: list[str] = []
    for name in names:
        candidates = [name, *(f"{name}_{i}" for i in range(1, len(names)))]
        taken.append(next(candidate for candidate in candidates if candidate not in taken))
    return tuple(taken)
