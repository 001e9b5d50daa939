"""Questions in SQL to a run, from people: read what is there, touch nothing else.

A query, one statement that reads, sees a snapshot. Before it runs, the connection loses all access to files (reading,
writing, attaching, extensions, spilling to disk) and its settings are locked. It is a guard against accidents and
pasted SQL, not a sandbox: a query can still use up to `MEMORY_LIMIT` and all cores until the timeout.
"""

from __future__ import annotations

import csv
import io
import json
import math
import sys
import threading
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ssd_iter.exceptions import ConfigError
from ssd_iter.run.paths import RunPaths
from stores.snapshot import open_snapshot

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Format = Literal["table", "csv", "json"]

MEMORY_LIMIT = "4GB"
_WIDE = 100_000
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


@dataclass(frozen=True, slots=True)
class QueryResult:
    """Rows as DuckDB hands them to Python; column names are distinct."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def run_query(paths: RunPaths, sql: str, *, timeout_seconds: float = 60) -> QueryResult:
    """Answer one query on everything the run has written so far.

    Raises ConfigError with DuckDB's message for whatever DuckDB refuses, and where the answer takes too long.
    """
    import duckdb

    with open_snapshot(paths) as connection:
        for statement in _LOCKDOWN:
            connection.execute(statement)
        timer = threading.Timer(timeout_seconds, connection.interrupt)
        timer.start()
        try:
            return _answer(connection, sql)
        except duckdb.InterruptException:
            raise ConfigError(f"the query took longer than {timeout_seconds:g} s; ask for less") from None
        except duckdb.Error as error:
            raise ConfigError(str(error)) from None
        finally:
            timer.cancel()
            timer.join()


def format_rows(result: QueryResult, format: Format) -> str:
    """A result as a table for people (numbers to four digits), or exactly: as CSV, or as a JSON list of objects.

    CSV holds what the model wrote: a spreadsheet may run a text that begins like a formula.
    """
    if format == "csv":
        return _as_csv(result)
    if format == "json":
        return _as_json(result)
    return _as_table(result)


def _answer(connection: DuckDBPyConnection, sql: str) -> QueryResult:
    statements = connection.extract_statements(sql)
    if len(statements) != 1:
        raise ConfigError(f"give one query, not {len(statements)}; SHOW TABLES lists what there is")
    kind = statements[0].type.name
    if kind not in _READING:
        raise ConfigError(f"sql only reads: {kind} is refused; SHOW TABLES lists what there is to ask")
    cursor = connection.execute(sql)
    names = [column[0] for column in cursor.description or []]
    return QueryResult(_distinct(names), cursor.fetchall())


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Names in order, `_1`, `_2` ... added where one is taken: a join may answer two columns `round`."""
    taken: list[str] = []
    for name in names:
        candidates = [name, *(f"{name}_{i}" for i in range(1, len(names)))]
        taken.append(next(candidate for candidate in candidates if candidate not in taken))
    return tuple(taken)


def _as_csv(result: QueryResult) -> str:
    return "".join(map(_csv_line, (result.columns, *result.rows)))


def _csv_line(row: Sequence[Any]) -> str:
    """One line, ended by a plain line feed; told to end lines so itself, the writer leaves a lone \\r unquoted."""
    out = io.StringIO()
    csv.writer(out).writerow([_text(value) if isinstance(value, (datetime, date, time)) else value for value in row])
    return out.getvalue().removesuffix("\r\n") + "\n"


def _as_json(result: QueryResult) -> str:
    objects = [dict(zip(result.columns, map(_plain, row), strict=True)) for row in result.rows]
    return json.dumps(objects, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _plain(value: Any) -> Any:
    """A value as JSON has it; NaN and infinities, which it has not, are null."""
    if isinstance(value, (float, Decimal)):
        return float(value) if math.isfinite(value) else None
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, dict):
        return {_text(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return _text(value)


def _as_table(result: QueryResult) -> str:
    table = Table(box=box.SIMPLE)
    for name in result.columns:
        table.add_column(_visible(name), overflow="fold")
    for row in result.rows:
        table.add_row(*(_visible(_short(value)) for value in row))
    # Into a pipe nothing is folded: there is no terminal's width to fit.
    width = None if sys.stdout.isatty() else _WIDE
    console = Console(file=io.StringIO(), color_system=None, width=width)
    with console.capture() as capture:
        console.print(table)
    return capture.get()


def _short(value: Any) -> str:
    return "" if value is None else f"{value:.4g}" if isinstance(value, float) else _text(value)


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, (datetime, date, time)) else str(value)


def _visible(text: str) -> Text:
    """Text for a terminal: no markup, and control and invisible characters (but line ends and tabs) spelt out."""
    hidden = ("Cc", "Cf", "Cs", "Zl", "Zp")
    return Text("".join(repr(c)[1:-1] if unicodedata.category(c) in hidden and c not in "\n\t" else c for c in text))
