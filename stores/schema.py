"""Migrations: numbered SQL files, applied in order, each in one transaction, each on record in `schema_migrations`.

Forward only. A change that SQL cannot make is no migration: the database is made anew from the shards.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

import ssd_iter
from ssd_iter.exceptions import DataError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_LEDGER = """
CREATE TABLE IF NOT EXISTS schema_migrations (
    version BIGINT PRIMARY KEY,
    name VARCHAR NOT NULL,
    sha256 VARCHAR NOT NULL,
    applied_at TIMESTAMP NOT NULL DEFAULT (now() AT TIME ZONE 'UTC'),
    app_version VARCHAR NOT NULL
)
"""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file of `stores/migrations`, named `NNNN_what.sql`."""

    version: int
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


def migrations() -> list[Migration]:
    """All migrations this code knows, in order."""
    sources = [file for file in (files("stores") / "migrations").iterdir() if file.name.endswith(".sql")]
    found = [Migration(int(file.name[:4]), file.name, file.read_text(encoding="utf-8")) for file in sources]
    return sorted(found, key=lambda migration: migration.version)


def missing_migrations(connection: DuckDBPyConnection, record: str = "schema_migrations") -> list[Migration]:
    """What a database lacks, by the table in which its migrations are on record.

    Raises DataError where the record is not a beginning of this code's list: a newer or another ssd-iter wrote it.
    """
    known = migrations()
    applied = connection.execute(f"SELECT version, sha256 FROM {record} ORDER BY version").fetchall()
    if applied != [(migration.version, migration.sha256) for migration in known[: len(applied)]]:
        raise DataError(
            f"the database has schema version {applied[-1][0]}, which is not one of ssd-iter {ssd_iter.__version__}; "
            "update ssd-iter, or delete the database: it is made anew from the shards"
        )
    return known[len(applied) :]


def migrate(connection: DuckDBPyConnection) -> None:
    """Bring the open database to this code's schema; DataError where it is ahead of it."""
    connection.execute(_LEDGER)
    for migration in missing_migrations(connection):
        connection.begin()
        try:
            connection.execute(migration.sql)
            connection.execute(
                "INSERT INTO schema_migrations (version, name, sha256, app_version) VALUES (?, ?, ?, ?)",
                [migration.version, migration.name, migration.sha256, ssd_iter.__version__],
            )
            connection.commit()
        except BaseException:
            connection.rollback()
            raise
