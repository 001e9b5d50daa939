"""Events: what happened, when, as rows of the run. The flow writes them, and so do stages."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ssd_iter.records import Event
from ssd_iter.run.paths import RunPaths
from ssd_iter.run.shards import write_shard


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
    write_shard(paths.shard("events", round, f"{now:%Y%m%dT%H%M%S%f}-{os.getpid()}"), [event], Event)
