"""What became of the samples: steps passed, reasons for dropping with examples, verdicts of the tests."""

from __future__ import annotations

from typing import Any

from reports.blocks.tiles import SAMPLE_KINDS
from reports.details import EXCERPT, Details
from reports.facts import Facts
from reports.wording import name_round, plural, value_text
from ssd_iter.metrics.registry import FUNNEL
from ssd_iter.records import Purpose
from stores.round_queries import DroppedSample

MEANINGS = {
    "empty": "nothing but white space",
    "stub": "at most one line that is not blank",
    "syntax": "no code at all, or code that Python does not parse",
    "shortest": "among the shortest (filter.drop_shortest)",
}
"""The filter's reasons in words; those of rules added since speak for themselves."""


def funnel(facts: Facts, round: int, purpose: Purpose) -> dict[str, Any]:
    """How many samples pass each step, as share of all sampled, with the previous round beside it."""
    previous = facts.previous(round)
    before = previous if facts.value(previous, "num_sampled", purpose) else None
    specs = [spec for spec in FUNNEL if purpose in spec.purposes]
    steps = [
        {
            "title": spec.title,
            "now": _share(facts, round, spec.name, purpose),
            "before": _share(facts, before, spec.name, purpose),
        }
        for spec in specs
    ]
    return {"title": SAMPLE_KINDS[purpose], "before": None if before is None else name_round(before), "steps": steps}


def _share(facts: Facts, round: int | None, name: str, purpose: str) -> dict[str, Any]:
    share, count = facts.share(round, name, purpose), facts.value(round, name, purpose)
    return {"share": share, "text": value_text(share, "fraction"), "count": value_text(count, "count")}


def drops(facts: Facts, details: Details, round: int) -> list[dict[str, Any]]:
    """Why training samples were dropped, with a few examples of each reason."""
    tallies = [tally for tally in facts.drop_tallies if tally.round == round]
    return [
        {
            "label": tally.label,
            "meaning": MEANINGS.get(tally.label, ""),
            "count": f"{tally.num_samples:,}",
            "examples": [_example(row) for row in details.dropped if row.reason == tally.label],
        }
        for tally in tallies
    ]


def _example(row: DroppedSample) -> dict[str, Any]:
    """How a dropped sample begins; `text` is None where its row is missing."""
    text = row.excerpt
    if text is not None and len(text) == EXCERPT:
        text += " …"
    length = "" if row.num_tokens is None else plural(row.num_tokens, "token")
    return {"problem_id": row.problem_id, "sample_idx": row.sample_idx, "length": length, "text": text}


def verdict_table(facts: Facts, round: int) -> list[dict[str, Any]]:
    """How the evaluation samples ended, in this round and in the previous one."""
    previous = facts.previous(round)
    now, before = (
        {tally.label: tally.num_samples for tally in facts.verdict_tallies if tally.round == ended}
        for ended in (round, previous)
    )
    labels = [*now, *(label for label in before if label not in now)]
    return [
        {
            "label": label,
            "count": f"{now.get(label, 0):,}",
            "share": value_text(now.get(label, 0) / sum(now.values()) if now else None, "fraction"),
            "before": value_text(before.get(label, 0) / sum(before.values()) if before else None, "fraction"),
        }
        for label in labels
    ]
