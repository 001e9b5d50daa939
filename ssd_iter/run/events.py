"""Events: what happened, when, as rows of the run. The flow writes them, and so do stages."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from ssd_iter.records import Event
from ssd_iter.run.paths import RunPaths
from ssd_iter.run.shards import write_shard

_NAME = "%Y%m%dT%H%M%S%f"


def write_event(
    paths: RunPaths, round: int, stage: str, kind: str, message: str, payload: Mapping[str, Any] | None = None
) -> None:
    """Put on record that something happened; `payload` is what a program would want to know of it."""
    now = datetime.now(UTC)
    event = Event(
        run_id=paths.run_id,
        round=round,
        stage=stage,
        kind=kind,
        message=message,
        payload_json=json.dumps(payload or {}),
        created_at=now,
    )
    named = max(now, _after_the_last(paths, round))
    write_shard(paths.shard("events", round, f"{named:{_NAME}}-{os.getpid()}"), [event], Event)


def _after_the_last(paths: RunPaths, round: int) -> datetime:
    """The least time that names an event so that it follows those there are: the clock may have been set back since."""
    last = max((file.stem.partition("-")[0] for file in paths.shard_files("events", round)), default="")
    try:
        return datetime.strptime(last, _NAME).replace(tzinfo=UTC) + timedelta(microseconds=1)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
