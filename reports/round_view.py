"""What a round's report says: every number and every word of it, as one JSON document.

It depends on rounds up to its own only, so it does not change when later rounds end. The page is rendered from this
document and from nothing else.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from reports.blocks.accuracy import curve, k_curve, pooled_text, set_table
from reports.blocks.changed import changed
from reports.blocks.cost import stage_table
from reports.blocks.diversity import diversity_curve, form_table, lengths, purposes_of, variety_table
from reports.blocks.findings import declines, findings_of
from reports.blocks.forest import forest
from reports.blocks.funnel import drops, funnel, verdict_table
from reports.blocks.solve_rates import solve_rates
from reports.blocks.tiles import tiles
from reports.blocks.training import training
from reports.browser import browser_view
from reports.details import Details, load_details
from reports.facts import Facts, load_facts
from reports.lineage import round_sentence
from reports.provenance import SCHEMA, notes_of, provenance_of, round_provenance, run_of
from reports.samples import samples_view
from reports.verdict import verdict_of
from reports.wording import flatten, name_round

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def round_view(connection: DuckDBPyConnection, run_id: str, round: int) -> dict[str, Any]:
    """The report of one ended round. NotFoundError where there is no such run or round."""
    facts = load_facts(connection, run_id).up_to(round)
    details = load_details(connection, facts, round)
    previous = facts.previous(round)
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
        "before": None if previous is None else name_round(previous),
        "evaluated": bool(facts.graded(round)),
        **_blocks(facts, details, round),
        "samples": samples_view(connection, run_id, round, previous),
        "browser": browser_view(connection, facts, round),
        "provenance": round_provenance(facts, round) + provenance_of(facts),
        "config": flatten(json.loads(facts.run.config_json)),
    }


def _blocks(facts: Facts, details: Details, round: int) -> dict[str, Any]:
    """The blocks of the report, in the order of the page."""
    purposes = purposes_of(round)
    return {
        "findings": findings_of(facts, round),
        "declines": declines(facts, round),
        "tiles": tiles(facts, details, round),
        "changed": changed(facts, details, round),
        "curve": curve(facts),
        "k_curve": k_curve(facts, round),
        "sets": set_table(facts, round),
        "forest": forest(facts, details, round),
        "solve_rates": solve_rates(facts, round),
        "variety": variety_table(facts, details, round, purposes),
        "diversity": diversity_curve(facts),
        "form": form_table(facts, details, round, purposes),
        "lengths": lengths(facts, details, round, purposes),
        "funnels": [funnel(facts, round, purpose) for purpose in purposes],
        "drops": drops(facts, details, round),
        "verdicts": verdict_table(facts, round),
        "training": training(facts, details, round),
        "stages": stage_table(facts, details, round),
    }
