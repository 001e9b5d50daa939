"""What a round cost: time and tokens of each stage."""

from __future__ import annotations

from typing import Any

from reports.details import Details
from reports.facts import Facts
from reports.wording import NOTHING, duration_text, value_text

STAGES = {"generate": "generate_tokens", "filter": None, "train": "train_tokens", "grade": None}
"""Each stage and the metric that counts its tokens."""


def stage_table(facts: Facts, details: Details, round: int) -> list[dict[str, Any]]:
    """Time, tokens and memory of each stage, and the time of the round; empty where no stage said."""
    seconds = {stage: facts.value(round, f"{stage}_seconds", "") for stage in STAGES}
    known = {stage: value for stage, value in seconds.items() if value is not None}
    if not known:
        return []
    row, whole = facts.row(round), sum(known.values())
    rows = [_stage(facts, details, round, stage, value, whole) for stage, value in known.items()]
    elapsed = (row.finished_at - row.started_at).total_seconds()
    empty = dict.fromkeys(("share", "tokens", "rate", "memory"), "")
    return [
        *rows,
        {"stage": "all stages", "time": duration_text(whole), **empty},
        {"stage": "from start to end", "time": duration_text(elapsed), **empty},
    ]


def _stage(facts: Facts, details: Details, round: int, stage: str, seconds: float, whole: float) -> dict[str, str]:
    name = STAGES[stage]
    tokens = facts.value(round, name, "") if name else None
    memory = details.largest_memory if stage == "grade" else None
    return {
        "stage": stage,
        "time": duration_text(seconds),
        "share": value_text(seconds / whole if whole else None, "fraction"),
        "tokens": value_text(tokens or None, "count"),
        "rate": f"{tokens / seconds:,.0f}" if tokens and seconds else NOTHING,
        "memory": NOTHING if memory is None else f"{memory:,.0f} MiB",
    }
