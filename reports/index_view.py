"""What a run's report says: every number and every word of it, as one JSON document.

The page is rendered from this document and from nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from reports.changes import verdict_of
from reports.facts import Facts, load_facts
from reports.lineage import lineage
from reports.provenance import SCHEMA, moment_text, notes_of, provenance_of, run_of
from reports.sections import curve, findings_of, pooled_text, score, time_text
from reports.wording import NOTHING, flatten, name_round, number, plural, value_text
from ssd_iter.records import Event
from stores.queries import read_events

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


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
        "run": run_of(facts),
        "rounds": [_index_row(facts, round, verdicts[round]) for round in rounds],
        "latest": {"round": rounds[-1], "verdict": verdicts[rounds[-1]]} if rounds else None,
        "state": _state(facts, events),
        "pooled": pooled_text(facts),
        "notes": notes_of(facts),
        "curve": curve(facts),
        "lineage": lineage(facts, verdicts),
        "ks": facts.ks,
        "findings": [finding for round in rounds for finding in findings_of(facts, round)],
        "events": [_event(event) for event in events],
        "provenance": provenance_of(facts),
        "config": flatten(json.loads(facts.run.config_json)),
    }


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
        "time": moment_text(event.created_at),
        "round": event.round,
        "stage": event.stage or NOTHING,
        "kind": event.kind.replace("_", " "),
        "message": event.message,
    }
