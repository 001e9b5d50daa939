"""What both pages say of the run they are about: its name, its notes, and what made its numbers."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from reports.facts import Facts
from reports.wording import flatten, name_round, name_rounds
from ssd_iter.problems.overlap import overlap_text

SCHEMA = 3
"""Rises when a document's form changes."""


def run_of(facts: Facts) -> dict[str, Any]:
    """The run's id, name and model."""
    return {"id": facts.run.run_id, "name": facts.run.name, "model": facts.run.model}


def notes_of(facts: Facts) -> list[dict[str, str]]:
    """What a reader must know beforehand: the run's own note, the model's, and what training and evaluation share."""
    provenance = json.loads(facts.run.provenance_json)
    notes = {
        "Note of this run": json.loads(facts.run.config_json).get("notes"),
        "About the model": provenance.get("model_note"),
        "Training and evaluation": overlap_text(provenance["overlap"]) if "overlap" in provenance else None,
    }
    return [{"label": label, "text": text} for label, text in notes.items() if text]


def provenance_of(facts: Facts) -> list[dict[str, str]]:
    """What made the run's numbers, as keys and texts."""
    run = facts.run
    own = {
        "run": run.run_id,
        "started": moment_text(run.created_at),
        "model": run.model,
        "model_sha256": run.model_sha256,
        "config_digest": run.config_digest,
        "engine": list(facts.engines),
        "isolation": list(facts.isolations),
        "seed": run.seed,
    }
    rest = json.loads(run.provenance_json)
    return flatten(own | {key: value for key, value in rest.items() if key not in own})


def round_provenance(facts: Facts, round: int) -> list[dict[str, str]]:
    """Where a round came from, and when."""
    row = next(row for row in facts.rounds if row.round == round)
    named = {"follows": row.parent_round, "trained from": row.trained_from_round}
    named |= {"samples drawn by": row.sampled_from_round}
    own = {
        **{key: None if source is None else name_round(source) for key, source in named.items()},
        "trained on samples of": name_rounds(row.data_rounds) if row.data_rounds else None,
        "round started": moment_text(row.started_at),
        "round ended": moment_text(row.finished_at),
    }
    return flatten(own)


def moment_text(moment: datetime) -> str:
    """`2026-11-21 09:00:00 UTC`."""
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
