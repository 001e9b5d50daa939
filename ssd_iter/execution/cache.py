"""Verdicts by content: the same program under the same conditions is never run twice, across rounds and runs.

One SQLite file, shared by all runs on a machine. Not kept: what the sandbox failed on, and time-outs by the wall
clock, which another day may end otherwise. A cache that cannot be read or written costs time and nothing else.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

from ssd_iter.execution.programs import ExecutionResult, TestOutcome
from ssd_iter.models.cache import cache_folder

NOT_KEPT = ("sandbox_error", "timeout:wall")
_WAIT_SECONDS = 10.0
_AT_ONCE = 500
_TABLE = "CREATE TABLE IF NOT EXISTS verdicts (key TEXT PRIMARY KEY, result TEXT NOT NULL) WITHOUT ROWID"


def default_cache_path() -> Path:
    """The file that all runs on this machine share."""
    return cache_folder() / "verdicts.sqlite"


class VerdictCache:
    """The verdicts in one file. Close it when done."""

    def __init__(self, path: Path) -> None:
        """Open it, or make it. Where that fails nothing is known and nothing is kept; `problem` says why."""
        self.problem = ""
        self._path = path
        self._connection: sqlite3.Connection | None = None
        with self._forgiving():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path, timeout=_WAIT_SECONDS)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._connection.execute(_TABLE)

    def look_up(self, keys: Iterable[str]) -> dict[str, ExecutionResult]:
        """The results that are known, by key."""
        known: dict[str, ExecutionResult] = {}
        wanted = list(keys)
        with self._forgiving():
            for start in range(0, len(wanted), _AT_ONCE):
                if self._connection is not None:
                    some = wanted[start : start + _AT_ONCE]
                    query = f"SELECT key, result FROM verdicts WHERE key IN ({','.join('?' * len(some))})"
                    known |= {key: _from_json(text) for key, text in self._connection.execute(query, some)}
        return known

    def keep(self, results: Iterable[tuple[str, ExecutionResult]]) -> None:
        """Remember results by key, in one transaction."""
        rows = [(key, _to_json(result)) for key, result in results if result.verdict not in NOT_KEPT]
        with self._forgiving():
            if self._connection is not None:
                with self._connection:
                    self._connection.executemany("INSERT OR REPLACE INTO verdicts VALUES (?, ?)", rows)

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @contextlib.contextmanager
    def _forgiving(self) -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.Error, ValueError, TypeError, KeyError) as error:
            self.problem = f"the cache of verdicts is left alone ({self._path}: {error}); it may be deleted"
            with contextlib.suppress(sqlite3.Error):
                self.close()


def _to_json(result: ExecutionResult) -> str:
    return json.dumps(asdict(result))


def _from_json(text: str) -> ExecutionResult:
    fields = json.loads(text)
    return ExecutionResult(**fields | {"tests": tuple(TestOutcome(**test) for test in fields["tests"])})
