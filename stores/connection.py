"""The one place where DuckDB is opened: settings, patience with locks, errors in our own words.

DuckDB lets one process write a file or many processes read it. Writers open briefly and wait a bounded
time; readers attach the file to a database in memory (`stores.snapshot`). Every error about a file comes out as
`RunLockedError` (somebody has it open, come back later) or `DataError` (it is not a database that can be read).
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from ssd_iter.exceptions import DataError, RunLockedError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


class UnusableDatabaseError(DataError):
    """A database file that cannot be read or written."""


Opened = TypeVar("Opened")

_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    # DuckDB 1.5 and its command line read this format, 2.0's own default they do not.
    "storage_compatibility_version": "v1.5.0",
    # A table name that is missing must never fall back on a Python variable of that name.
    "python_enable_replacements": "false",
    "autoload_known_extensions": "false",
    "autoinstall_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_persistent_secrets": "false",
}

_IN_USE = (
    "Could not set lock on file",  # another process
    "Unique file handle conflict",  # this process, attached elsewhere
    "different configuration than existing connections",  # this process, opened in the other mode
)


def open_memory() -> DuckDBPyConnection:
    """A fresh database in memory, in UTC."""
    import duckdb

    return _in_utc(duckdb.connect(":memory:", config=_CONFIG))


@contextmanager
def open_database(path: Path, wait_seconds: float) -> Iterator[DuckDBPyConnection]:
    """A database file, opened for writing and made where there is none, closed in the end.

    Raises RunLockedError where another connection still has the file after `wait_seconds`, DataError where it is
    not a readable database or cannot be written.
    """
    import duckdb

    connection = _patiently(lambda: duckdb.connect(str(path), config=_CONFIG), path, wait_seconds)
    try:
        with connection:
            yield _in_utc(connection)
    except duckdb.Error as error:
        raise _unusable(path, error) from None


def attach(connection: DuckDBPyConnection, path: Path, name: str, wait_seconds: float) -> None:
    """Attach a database file to a connection under a name, read-only: writers are kept out, other readers are not.

    Raises RunLockedError where a writer still has the file after `wait_seconds`, DataError where it is missing or
    not a readable database.
    """
    statement = f"ATTACH {_quoted(str(path))} AS {name} (TYPE duckdb, READ_ONLY)"
    _patiently(lambda: connection.execute(statement), path, wait_seconds)


def _in_utc(connection: DuckDBPyConnection) -> DuckDBPyConnection:
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def _quoted(text: str) -> str:
    """A text as an SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def _patiently(action: Callable[[], Opened], path: Path, wait_seconds: float) -> Opened:
    import duckdb

    deadline = time.monotonic() + wait_seconds
    pause = 0.005
    while True:
        try:
            return action()
        except duckdb.Error as error:
            if not any(text in str(error) for text in _IN_USE):
                raise _unusable(path, error) from None
            if time.monotonic() >= deadline:
                raise RunLockedError(f"{path} is in use: {error}; close the other connection and try again") from None
        time.sleep(pause * random.uniform(0.5, 1.5))
        pause = min(1.6 * pause, 0.25)


def _unusable(path: Path, error: Exception) -> UnusableDatabaseError:
    said = f"{path} cannot be used: {error}; it can be deleted, the shards beside it hold everything"
    return UnusableDatabaseError(said)
