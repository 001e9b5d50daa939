"""What a round's report says: every number and every word of it, as one JSON document.

It depends on rounds up to its own only, so it does not change when later rounds end. The page is rendered from this
document and from nothing else.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from reports.changes import verdict_of
from reports.facts import load_facts
from reports.lineage import round_sentence
from reports.provenance import SCHEMA, notes_of, provenance_of, round_provenance, run_of
from reports.samples import samples_view
from reports.sections import (
    curve,
    declines,
    drops,
    findings_of,
    form_table,
    funnel,
    pooled_text,
    set_table,
    stage_table,
    tiles,
    variety_table,
    verdict_table,
)
from reports.wording import flatten, name_round
from ssd_iter.records import Purpose

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def round_view(connection: DuckDBPyConnection, run_id: str, round: int) -> dict[str, Any]:
    """The report of one ended round. NotFoundError where there is no such run or round."""
    facts = load_facts(connection, run_id).up_to(round)
    previous = facts.previous(round)
    purposes: tuple[Purpose, ...] = ("train", "eval") if round else ("eval",)
    return {
        "schema": SCHEMA,
        "kind": "round",
        "title": f"Round {round}" if round else "Round 0, the base model",
        "run": run_of(facts),
        "round": round,
        "rounds": [row.round for row in facts.rounds],
        "verdict": verdict_of(facts, round),
        "pooled": pooled_text(facts),
        "lineage": round_sentence(facts, round),
        "notes": notes_of(facts),
        "findings": findings_of(facts, round),
        "declines": declines(facts, round),
        "tiles": tiles(facts, round),
        "curve": curve(facts),
        "sets": set_table(facts, round),
        "funnels": [funnel(facts, round, purpose) for purpose in purposes],
        "drops": drops(facts, round),
        "form": form_table(facts, round, purposes),
        "variety": variety_table(facts, round, purposes),
        "verdicts": verdict_table(facts, round),
        "before": None if previous is None else name_round(previous),
        "samples": samples_view(connection, run_id, round, previous),
        "stages": stage_table(facts, round),
        "provenance": round_provenance(facts, round) + provenance_of(facts),
        "config": flatten(json.loads(facts.run.config_json)),
    }
