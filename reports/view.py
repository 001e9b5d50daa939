"""What a report says: every number and every word of it, as one JSON document.

`round_view` depends on rounds up to its own only, so a round's report does not change when later rounds end.
The pages are rendered from these documents and from nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from reports.changes import verdict_of
from reports.facts import Facts, load_facts
from reports.lineage import lineage, round_sentence
from reports.samples import samples_view
from reports.sections import (
    curve,
    declines,
    drops,
    findings_of,
    form_table,
    funnel,
    pooled_text,
    score,
    set_table,
    stage_table,
    tiles,
    time_text,
    variety_table,
    verdict_table,
)
from reports.wording import NOTHING, flatten, name_round, name_rounds, number, plural, value_text
from ssd_iter.problems.overlap import overlap_text
from ssd_iter.records import Event, Purpose
from stores.queries import read_events

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SCHEMA = 1
"""Rises when a document's form changes."""


def round_view(connection: DuckDBPyConnection, run_id: str, round: int) -> dict[str, Any]:
    """The report of one ended round. NotFoundError where there is no such run or round."""
    facts = load_facts(connection, run_id).up_to(round)
    previous = facts.previous(round)
    purposes: tuple[Purpose, ...] = ("train", "eval") if round else ("eval",)
    return {
        "schema": SCHEMA,
        "kind": "round",
        "title": f"Round {round}" if round else "Round 0, the base model",
        "run": _run(facts),
        "round": round,
        "rounds": [row.round for row in facts.rounds],
        "verdict": verdict_of(facts, round),
        "pooled": pooled_text(facts),
        "lineage": round_sentence(facts, round),
        "notes": _notes(facts),
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
        "provenance": _round_provenance(facts, round) + _provenance(facts),
        "config": flatten(json.loads(facts.run.config_json)),
    }


def index_view(connection: DuckDBPyConnection, run_id: str) -> dict[str, Any]:
    """The report of a run: all rounds that have ended so far. NotFoundError where there is no such run."""
    facts = load_facts(connection, run_id)
    rounds = [row.round for row in facts.rounds]
    verdicts = {round: verdict_of(facts, round) for round in rounds}
    events = read_events(connection, run_id)
    return {
        "schema": SCHEMA,
        "kind": "index",
        "title": facts.run.name,
        "run": _run(facts),
        "rounds": [_index_row(facts, round, verdicts[round]) for round in rounds],
        "latest": {"round": rounds[-1], "verdict": verdicts[rounds[-1]]} if rounds else None,
        "state": _state(facts, events),
        "pooled": pooled_text(facts),
        "notes": _notes(facts),
        "curve": curve(facts),
        "lineage": lineage(facts, verdicts),
        "ks": facts.ks,
        "findings": [finding for round in rounds for finding in findings_of(facts, round)],
        "events": [_event(event) for event in events],
        "provenance": _provenance(facts),
        "config": flatten(json.loads(facts.run.config_json)),
    }


def _run(facts: Facts) -> dict[str, Any]:
    return {"id": facts.run.run_id, "name": facts.run.name, "model": facts.run.model}


def _state(facts: Facts, events: Sequence[Event]) -> dict[str, str]:
    """Whether the run is finished, has ended early, was stopped by its policy, or is not finished."""
    done, asked = max((row.round for row in facts.rounds), default=-1), facts.run.rounds
    policy = [event for event in events if (event.kind, event.round) == ("policy", done)]
    decided = [json.loads(event.payload_json)["action"] for event in policy]
    action = decided[-1] if decided and done < asked else ""
    if facts.rounds and facts.rounds[-1].status == "ended" and action != "rollback":
        return {"kind": "ended", "text": f"Ended in round {done} of {asked}: see what happened, below."}
    if done >= asked:
        return {"kind": "finished", "text": f"Finished: the base model and {plural(asked, 'round')}."}
    if action == "stop":
        stopped = f"Stopped by its policy after round {done} of {asked}: see what happened, below."
        return {"kind": "ended", "text": stopped}
    if done < 0:
        return {"kind": "unfinished", "text": "Not finished: no round has ended yet."}
    return {"kind": "unfinished", "text": f"Not finished: {done} of {plural(asked, 'round')} ended so far."}


def _notes(facts: Facts) -> list[dict[str, str]]:
    provenance = json.loads(facts.run.provenance_json)
    notes = {
        "Note of this run": json.loads(facts.run.config_json).get("notes"),
        "About the model": provenance.get("model_note"),
        "Training and evaluation": overlap_text(provenance["overlap"]) if "overlap" in provenance else None,
    }
    return [{"label": label, "text": text} for label, text in notes.items() if text]


def _index_row(facts: Facts, round: int, verdict: dict[str, Any]) -> dict[str, Any]:
    return {
        "round": round,
        "label": f"Round {round}" if round else "Base model",
        "follows": f"follows {name_round(facts.rollbacks[round])}" if round in facts.rollbacks else "",
        "verdict": {key: verdict[key] for key in ("kind", "word")},
        "scores": [score(facts, round, k) for k in facts.ks],
        "extraction": number(facts.metric(round, "extraction_rate", "eval"), "fraction"),
        "diversity": number(facts.metric(round, "simpson_diversity", "eval"), "fraction"),
        "kept": _kept_text(facts, round),
        "loss": number(facts.metric(round, "train_loss", "train"), "nats per token"),
        "time": time_text(facts, round),
    }


def _kept_text(facts: Facts, round: int) -> str:
    """`380 of 400`; a dash where the round had no training samples."""
    kept, sampled = facts.value(round, "num_kept", "train"), facts.value(round, "num_sampled", "train")
    return value_text(None, "count") if kept is None or sampled is None else f"{kept:,.0f} of {sampled:,.0f}"


def _event(event: Event) -> dict[str, Any]:
    return {
        "time": _moment_text(event.created_at),
        "round": event.round,
        "stage": event.stage or NOTHING,
        "kind": event.kind.replace("_", " "),
        "message": event.message,
    }


def _moment_text(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def _provenance(facts: Facts) -> list[dict[str, str]]:
    run = facts.run
    own = {
        "run": run.run_id,
        "started": _moment_text(run.created_at),
        "model": run.model,
        "model_sha256": run.model_sha256,
        "config_digest": run.config_digest,
        "engine": list(facts.engines),
        "isolation": list(facts.isolations),
        "seed": run.seed,
    }
    rest = json.loads(run.provenance_json)
    return flatten(own | {key: value for key, value in rest.items() if key not in own})


def _round_provenance(facts: Facts, round: int) -> list[dict[str, str]]:
    row = next(row for row in facts.rounds if row.round == round)
    named = {"follows": row.parent_round, "trained from": row.trained_from_round}
    named |= {"samples drawn by": row.sampled_from_round}
    own = {
        **{key: None if source is None else name_round(source) for key, source in named.items()},
        "trained on samples of": name_rounds(row.data_rounds) if row.data_rounds else None,
        "round started": _moment_text(row.started_at),
        "round ended": _moment_text(row.finished_at),
    }
    return flatten(own)
