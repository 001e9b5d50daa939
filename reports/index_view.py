"""What a run's report says: every number and every word of it, as one JSON document.

The page is rendered from this document and from nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from reports.best import head
from reports.blocks.accuracy import curve, pooled_text, score
from reports.blocks.findings import findings_of
from reports.facts import Facts, load_facts
from reports.heat import heat
from reports.lineage import lineage
from reports.provenance import SCHEMA, moment_text, notes_of, provenance_of, run_of
from reports.settings import own_settings
from reports.trend import trend
from reports.verdict import verdict_of
from reports.wording import NOTHING, flatten, name_round, number, plural
from ssd_iter.records import Event
from stores.queries import read_compared_counts, read_events

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def index_view(connection: DuckDBPyConnection, run_id: str) -> dict[str, Any]:
    """The report of a run: all rounds that have ended so far. NotFoundError where there is no such run."""
    facts = load_facts(connection, run_id)
    rounds = [row.round for row in facts.rounds]
    verdicts = {round: verdict_of(facts, round) for round in rounds}
    events = read_events(connection, run_id)
    decided = _decided(facts, events)
    config = json.loads(facts.run.config_json)
    leading = head(facts, read_compared_counts(connection, run_id), verdicts, decided)
    return {
        "schema": SCHEMA,
        "kind": "index",
        "title": facts.run.name,
        "run": run_of(facts) | {"rounds": facts.run.rounds},
        "head": leading,
        "rounds": [
            _index_row(facts, round, verdicts[round]) | {"best": leading is not None and leading["round"] == round}
            for round in rounds
        ],
        "latest": {"round": rounds[-1], "verdict": verdicts[rounds[-1]]} if rounds else None,
        "state": _state(facts, decided),
        "pooled": pooled_text(facts),
        "notes": notes_of(facts),
        "trend": trend(facts),
        "by_set": _by_set(facts),
        "heat": heat(facts),
        "lineage": lineage(facts, verdicts),
        "ks": facts.ks,
        "findings": [finding for round in rounds for finding in findings_of(facts, round)],
        "events": [_event(event) for event in events],
        "provenance": provenance_of(facts),
        "settings": own_settings(config, json.loads(facts.run.provenance_json).get("auto", {})),
        "config": flatten(config),
    }


def _decided(facts: Facts, events: Sequence[Event]) -> str:
    """What the policy made of the latest round, `continue`, `stop` or `rollback`; empty where it had nothing to say."""
    done = max((row.round for row in facts.rounds), default=-1)
    policy = [event for event in events if (event.kind, event.round) == ("policy", done)]
    actions = [str(json.loads(event.payload_json)["action"]) for event in policy]
    return actions[-1] if actions and done < facts.run.rounds else ""


def _state(facts: Facts, action: str) -> dict[str, str]:
    """Whether the run is finished, has ended early, was stopped by its policy, or is not finished."""
    done, asked = max((row.round for row in facts.rounds), default=-1), facts.run.rounds
    if facts.rounds and facts.rounds[-1].status == "ended" and action != "rollback":
        return {"kind": "ended", "text": f"Ended in round {done} of {asked}: see what happened, below."}
    if done >= asked:
        rounds = f" and {plural(asked, 'round')}" if asked else ", evaluated"
        return {"kind": "finished", "text": f"Finished: the base model{rounds}."}
    if action == "stop":
        stopped = f"Stopped by its policy after round {done} of {asked}: see what happened, below."
        return {"kind": "ended", "text": stopped}
    if done < 0:
        return {"kind": "unfinished", "text": "Not finished: no round has ended yet."}
    return {"kind": "unfinished", "text": f"Not finished: {done} of {plural(asked, 'round')} ended so far."}


def _by_set(facts: Facts) -> dict[str, Any]:
    """pass@k of each problem set over the rounds; no panels where there is only one set."""
    shown = curve(facts)
    return shown | {"panels": shown["panels"][1:]}


def _index_row(facts: Facts, round: int, verdict: dict[str, Any]) -> dict[str, Any]:
    return {
        "round": round,
        "label": f"Round {round}" if round else "Base model",
        "follows": f"follows {name_round(facts.rollbacks[round])}" if round in facts.rollbacks else "",
        "verdict": {key: verdict[key] for key in ("kind", "word")},
        "scores": [score(facts, round, k) for k in facts.ks],
        "extraction": number(facts.metric(round, "extraction_rate", "eval"), "fraction"),
        "diversity": number(facts.metric(round, "simpson_diversity", "eval"), "fraction"),
    }


def _event(event: Event) -> dict[str, Any]:
    return {
        "time": moment_text(event.created_at),
        "round": event.round,
        "stage": event.stage or NOTHING,
        "kind": event.kind.replace("_", " "),
        "message": event.message,
    }
