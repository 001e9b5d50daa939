"""A run's database: filled from the shards, made anew from them at any time, never the truth itself."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from ssd_iter.exceptions import DataError, RunLockedError
from ssd_iter.run.disk import is_disk_full
from ssd_iter.run.events import write_event
from ssd_iter.run.paths import RunPaths, replacing
from stores.connection import UnusableDatabaseError, attach, open_database, open_memory
from stores.ingest import drop_shards, gone_shards, ingested_shards, load_shards
from stores.schema import migrate

WAIT_SECONDS = 2.0
"""How long ingestion waits for a reader to let go."""


class RunStore:
    """Writes `ssd.duckdb` of one run. One process at a time does this: the one that holds the run's lock."""

    def __init__(self, paths: RunPaths) -> None:
        self.paths = paths

    def ingest(self) -> int | None:
        """Take in the shards that are new; returns how many, or None where readers kept the database locked.

        None is no failure: the next call catches up. A database that cannot be read is made anew. Raises DataError
        where a shard cannot be read, or the database cannot be written.
        """
        # A new database appears whole: a crash can leave a file that is half a database only under another name.
        if not self.paths.database.exists():
            return self.rebuild()
        try:
            with open_database(self.paths.database, WAIT_SECONDS) as connection:
                migrate(connection)
                drop_shards(connection, gone_shards(self.paths, ingested_shards(connection)))
                return load_shards(connection, self.paths, ingested_shards(connection))
        except RunLockedError:
            return None
        except UnusableDatabaseError as error:
            if is_disk_full(error):
                raise
            write_event(self.paths, 0, "", "repaired", f"{error}: it is made anew from them")
            return self.rebuild()

    def rebuild(self) -> int:
        """Make the database anew from all shards, put it in place of the old one, and return how many shards it holds.

        Readers keep the old one until they close it. Raises RunLockedError while another process writes it.
        """
        database = self.paths.database
        with open_memory() as guard:
            with suppress(DataError):  # missing or broken: nobody can write it
                attach(guard, database, "old", WAIT_SECONDS)
            with replacing(database) as temporary:
                _wal(temporary).unlink(missing_ok=True)
                with open_database(temporary, WAIT_SECONDS) as connection:
                    migrate(connection)
                    count = load_shards(connection, self.paths, set())
                # A log left by a crash belongs to the old file and would be replayed into the new one.
                _wal(database).unlink(missing_ok=True)
        return count


def _wal(database: Path) -> Path:
    """DuckDB's write-ahead log of a database file."""
    return database.with_name(f"{database.name}.wal")
