"""Live progress on stderr: a bar on a terminal, a line each ten seconds elsewhere."""

from __future__ import annotations

import logging
import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn
from rich.text import Text

from ssd_iter.run.progress import Progress as StageProgress
from stores.formats import QueryResult, format_rows
from stores.visible import visible

_LINE_SECONDS = 10.0


def say(message: str) -> None:
    """One line for the person who started the run, in Prefect's log of it too (`flows/observe/logs.py`)."""
    _print(message)
    logging.getLogger("ssd-iter").info("%s", visible(message))


def _print(message: str) -> None:
    Console(stderr=True, highlight=False).print(Text(visible(message)), soft_wrap=True)


def duration(seconds: float) -> str:
    """`75` as `1:15`, `3675` as `1:01:15`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def describe(progress: StageProgress | None) -> str:
    """`37/96 samples, 612 tokens/s, 0:21 left`; what is not known yet is left out."""
    if progress is None or not progress.total:
        return "starting"
    parts = [f"{progress.done}/{progress.total} {progress.unit}"]
    if progress.tokens_per_second is not None:
        parts.append(f"{progress.tokens_per_second:.0f} tokens/s")
    if progress.seconds_left is not None:
        parts.append(f"{duration(progress.seconds_left)} left")
    return ", ".join(parts)


def format_table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as a table for people, a column for each key there is; on a terminal no wider than it."""
    columns = tuple(dict.fromkeys(column for row in rows for column in row))
    result = QueryResult(columns, [tuple(row.get(column) for column in columns) for row in rows])
    return format_rows(result, "table", terminal_width())


def terminal_width() -> int | None:
    """Characters a line of stdout holds; None where it is no terminal, and nothing is wrapped."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


class ProgressDisplay:
    """Context manager that shows some work, such as a stage, and leaves one line when it has ended."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._began = self._last_line = time.monotonic()
        self._latest: StageProgress | None = None
        self._bar: Progress | None = None

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            columns = (
                SpinnerColumn(),
                TextColumn("{task.description}"),
                BarColumn(),
                TextColumn("{task.fields[facts]}"),
            )
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self._bar.add_task(self._title, total=None, facts="starting")
            self._bar.start()
        return self

    def update(self, progress: StageProgress | None) -> None:
        """Show the latest look at the stage."""
        self._latest = progress
        if self._bar is not None:
            total = progress.total if progress and progress.total else None
            self._bar.update(
                self._bar.task_ids[0], completed=progress.done if progress else 0, total=total, facts=describe(progress)
            )
        elif time.monotonic() - self._last_line >= _LINE_SECONDS:
            self._last_line = time.monotonic()
            # Prefect has an artifact for it, instead of as many lines.
            _print(f"{self._title} {describe(progress)}")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
        facts = ""
        if self._latest is not None and self._latest.total:
            speed = self._latest.tokens_per_second
            facts = f"{self._latest.done} {self._latest.unit}" + (f", {speed:.0f} tokens/s" if speed else "")
        state = "done" if kind is None else "stopped"
        say(f"{self._title} {state} in {duration(time.monotonic() - self._began)}  {facts}".rstrip())
