"""Prefect events of a run, for automations: a round has ended, it has collapsed, the run has ended.

An event is about the resource `ssd-iter.run.<run id>`, whose labels an automation can match. A round's events have an
id of their own for ever: told again, they are the same event to Prefect.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from prefect.events import emit_event

from flows.observe.links import page_url
from ssd_iter.decline.policy import COLLAPSED
from ssd_iter.records import Finding, Round
from ssd_iter.run.paths import RunPaths, read_json
from ssd_iter.run.shards import read_shards

ROUND_FINISHED = "ssd_iter.round.finished"
COLLAPSE_DETECTED = "ssd_iter.collapse.detected"
RUN_FINISHED = "ssd_iter.run.finished"


def tell_round(paths: RunPaths, round: int) -> None:
    """Emit what a round's end means: that it has ended, and that it has collapsed if it has."""
    row = read_shards(paths.shard_files("rounds", round), Round)[-1]
    _emit(ROUND_FINISHED, paths, row, round_payload(paths, row))
    if row.verdict in COLLAPSED:
        _emit(COLLAPSE_DETECTED, paths, row, collapse_payload(paths, row))


def tell_run(paths: RunPaths) -> None:
    """Emit that the run has ended, with its last verdict and what its report says first."""
    rows = read_shards(paths.shard_files("rounds"), Round)
    last = max(rows, key=lambda row: row.round)
    report = read_json(paths.report)
    head = report["head"]
    payload = {
        **_about(paths, last, page_url(paths, paths.index) or str(paths.index)),
        "rounds": len(rows) - 1,
        "state": report["state"]["text"],
        "best_round": head and head["round"],
        "advice": head and head["advice"],
    }
    emit_event(RUN_FINISHED, resource=_resource(paths, last), payload=payload)


def round_payload(paths: RunPaths, row: Round) -> dict[str, Any]:
    """A round's verdict and headline numbers: value, interval and change since the round it follows, by title."""
    report = read_json(paths.round_report(row.round))
    return {
        **_about(paths, row, _page(paths, row)),
        "parent_round": row.parent_round,
        "status": row.status,
        "sentence": report["verdict"]["sentence"],
        "numbers": {tile["title"]: _number(tile) for tile in report["tiles"]},
        "seconds": (row.finished_at - row.started_at).total_seconds(),
    }


def collapse_payload(paths: RunPaths, row: Round) -> dict[str, Any]:
    """What was found in a round that collapsed, with the tests' numbers."""
    columns = ("name", "severity", "message", "metric", "reference", "effect", "low", "high", "p", "problems")
    findings = read_shards(paths.shard_files("findings", row.round), Finding)
    found = [{column: getattr(finding, column) for column in columns} for finding in findings]
    return {**_about(paths, row, _page(paths, row)), "findings": found}


def _about(paths: RunPaths, row: Round, report: str) -> dict[str, Any]:
    return {"run": paths.run_id, "round": row.round, "verdict": row.verdict, "report": report}


def _page(paths: RunPaths, row: Round) -> str:
    page = paths.round_page(row.round)
    return page_url(paths, page) or str(page)


def _number(tile: Mapping[str, Any]) -> dict[str, Any]:
    number, change = tile["number"], next(iter(tile["changes"]), None)
    shown = {part: number[part] for part in ("value", "low", "high")}
    since = None if change is None else {part: change[part] for part in ("against", "value", "low", "high", "word")}
    return shown | {"change": since}


def _resource(paths: RunPaths, row: Round) -> dict[str, str]:
    return {
        "prefect.resource.id": f"ssd-iter.run.{paths.run_id}",
        "prefect.resource.name": paths.run_id,
        "ssd-iter.round": str(row.round),
        "ssd-iter.verdict": row.verdict,
    }


def _emit(event: str, paths: RunPaths, row: Round, payload: dict[str, Any]) -> None:
    id = uuid5(NAMESPACE_URL, f"{paths.run_id}/{row.round}/{event}")
    emit_event(event, resource=_resource(paths, row), payload=payload, id=id)
