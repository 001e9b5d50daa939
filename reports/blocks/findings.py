"""What a reader must know of a round: its findings, and what fell."""

from __future__ import annotations

from typing import Any

from reports.facts import Facts
from reports.wording import interval_text, value_text
from ssd_iter.metrics.registry import spec_of


def findings_of(facts: Facts, round: int) -> list[dict[str, Any]]:
    """What a reader must know about a round."""
    return [
        {"round": row.round, "name": row.name, "severity": row.severity, "message": row.message}
        for row in facts.findings
        if row.round == round
    ]


def declines(facts: Facts, round: int) -> list[dict[str, Any]]:
    """The metrics that fell, with the tests' numbers and the problems that drove it."""
    return [
        {
            "title": spec_of(row.metric).title,
            "against": row.reference,
            "effect": value_text(row.effect, "fraction"),
            "interval": interval_text(row.low, row.high, "fraction"),
            "p": "" if row.p is None else f"{row.p:.2g}",
            "problems": ", ".join(row.problems),
        }
        for row in facts.findings
        if row.round == round and row.metric is not None
    ]
