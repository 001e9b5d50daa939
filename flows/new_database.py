"""Prefect's database as its server makes a new one: kept once, and copied to wherever a server is to have a new one.

A server takes an empty database through all versions that Prefect has had, twelve seconds each time on two slow cores.
Nothing depends on the copy: where it cannot be made or read, the server makes its own.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from importlib.metadata import version
from pathlib import Path

from ssd_iter.models.cache import cache_folder
from ssd_iter.run.paths import replacing


def lay_down(home: Path) -> bool:
    """Give a server's folder that has no database the one kept for this Prefect; whether it still needs one."""
    if _database(home).exists():
        return False
    _copy(_kept(), _database(home))
    return not _database(home).exists()


def keep(home: Path) -> None:
    """Keep the database that a server has just made, before it is given anything to do."""
    _copy(_database(home), _kept())


def _copy(source: Path, target: Path) -> None:
    with (
        suppress(OSError, sqlite3.Error),
        replacing(target) as temporary,
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as read,
        closing(sqlite3.connect(temporary)) as written,
    ):
        read.backup(written)
        written.execute("PRAGMA journal_mode=DELETE")  # else who only reads it leaves files beside it
        tables = written.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        if tables == (0,) or written.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise sqlite3.DatabaseError(f"{source} is damaged")


def _database(home: Path) -> Path:
    return home / "prefect.db"


def _kept() -> Path:
    return cache_folder() / "prefect" / f"{version('prefect')}.db"
