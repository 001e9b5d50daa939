"""The runs under a folder, in the order they were made.

A run's id ends with the time it was made, and its `runs` shard holds it; when a file was last written says nothing: a
copy has new times. Of thousands of folders only names are read, and shards of those whose names tell no time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from ssd_iter.exceptions import DataError
from ssd_iter.records import Run
from ssd_iter.run.paths import RunPaths
from ssd_iter.run.shards import read_shards

_ID = re.compile(r".+-(?P<date>\d{8})-(?P<time>\d{6})-[0-9a-f]{4}")
_NEVER = "0" * 14


def list_runs(runs_dir: Path) -> Iterator[RunPaths]:
    """The runs under a folder, oldest first; a copy under another name before its original, what tells no age first."""
    runs = [RunPaths(resolved.parent) for resolved in runs_dir.glob("*/resolved.json")]
    yield from sorted(runs, key=_age)


def created_at(run: RunPaths) -> datetime | None:
    """When a run was made, UTC, as its `runs` shard says; None where there is none that can be read."""
    try:
        rows = read_shards(run.shard_files("runs"), Run)
    except DataError:
        return None
    return min((row.created_at for row in rows), default=None)


def _age(run: RunPaths) -> tuple[str, bool, str]:
    named = _ID.fullmatch(run.run_id)
    if named:
        return named["date"] + named["time"], True, run.run_id
    made = created_at(run)
    return _NEVER if made is None else f"{made:%Y%m%d%H%M%S}", False, run.run_id
