"""The one verdict of a round: what the detectors found, else whether it moved pass@k; and the sentence that says it.

A change is called clear where the 95 % interval of the change, paired by problem, leaves out 0. Such an interval is for
one look at one round; the detectors answer for all rounds and metrics of a run together, and theirs is the last word.
"""

from __future__ import annotations

from typing import Any, Literal

from reports.facts import ALL, Facts
from reports.wording import (
    change_text,
    interval_text,
    name_followed,
    name_round,
    signed_points,
    size_text,
    value_text,
)
from ssd_iter.metrics.intervals import Difference, paired_difference
from ssd_iter.records import RoundVerdict
from ssd_iter.seeds import derive_seed

Kind = Literal["base", "improved", "unclear", "worse", "ended", "warn", "diversity_collapse", "collapse"]

WORDS: dict[Kind, str] = {
    "base": "Base model",
    "improved": "Improved",
    "unclear": "No clear change",
    "worse": "Worse",
    "ended": "Ended",
    "warn": "Warning",
    "diversity_collapse": "Diversity collapse",
    "collapse": "Collapse",
}

FELL: dict[RoundVerdict, Kind] = {
    "WARN": "warn",
    "DIVERSITY_COLLAPSE": "diversity_collapse",
    "COLLAPSE": "collapse",
}
"""What the detectors' verdicts are called here, where they found something."""

ROUNDING = 1e-12
"""An interval's end this near to 0 is 0: rates such as 1/3 do not cancel exactly."""


def kind_of(difference: Difference | None) -> Kind:
    """What an interval of a change says; no interval says nothing clear."""
    if difference is not None and difference.low > ROUNDING:
        return "improved"
    if difference is not None and difference.high < -ROUNDING:
        return "worse"
    return "unclear"


def changes_of(facts: Facts, round: int, problem_set: str, k: int) -> list[dict[str, Any] | None]:
    """The paired change of pass@k since each round of `facts.compared_with`; None where there is none to tell."""
    return [_change(facts, round, before, problem_set, k) for before in facts.compared_with(round)]


def _change(facts: Facts, now: int, before: int, problem_set: str, k: int) -> dict[str, Any] | None:
    seed = derive_seed(facts.run.seed, "report", now, before, problem_set, k)
    difference = paired_difference(facts.rates(now, problem_set, k), facts.rates(before, problem_set, k), seed)
    if difference is None:
        return None
    kind = kind_of(difference)
    return {
        "against": name_round(before),
        "kind": kind,
        "word": WORDS[kind],
        "value": difference.mean,
        "low": difference.low,
        "high": difference.high,
        "n": difference.n,
        "text": change_text(difference.mean, "fraction"),
        "interval": _interval(difference),
    }


def _interval(difference: Difference) -> str:
    """`+0.2 to +2.0`, in points; empty where every problem changed alike."""
    if difference.low == difference.high:
        return ""
    return f"{signed_points(difference.low)} to {signed_points(difference.high)}"


def verdict_of(facts: Facts, round: int) -> dict[str, Any]:
    """A round's verdict: `kind`, `word`, one `sentence`, the `changes` of pass@1, and and what is said `beside` it."""
    row = next(row for row in facts.rounds if row.round == round)
    first, *others = changes_of(facts, round, ALL, 1) or [None]
    changes = [change for change in (first, *others) if change]
    kind: Kind
    if row.status == "ended":
        kind, sentence = "ended", _ended_sentence(facts, round)
    elif round == 0:
        kind, sentence = "base", _base_sentence(facts)
    elif first is None:
        before = name_followed(round, facts.previous(round))
        kind, sentence = "unclear", f"Round {round} shares too few problems with {before} to tell a change."
    else:
        kind, sentence = first["kind"], _change_sentence(facts, round, changes)
    beside = _detectors_sentence(facts, round)
    if row.status != "ended" and row.verdict in FELL:
        # What was found leads; without a test it stands among the findings.
        kind, sentence, beside = FELL[row.verdict], beside or sentence, sentence if beside else ""
    return {"kind": kind, "word": WORDS[kind], "sentence": sentence, "changes": changes, "beside": beside}


def _detectors_sentence(facts: Facts, round: int) -> str:
    """What the tests for decline found; empty where none was made."""
    found = [finding for finding in facts.findings if finding.round == round]
    said = [row.message for row in found if row.metric is not None or row.name in ("no_decline", "not_enough_data")]
    text = "; ".join(said)
    # Names of measures, such as pass@1, stay as they are.
    opening = text[:1] if text.startswith("pass@") else text[:1].upper()
    return f"{opening}{text[1:]}." if said else ""


def _base_sentence(facts: Facts) -> str:
    metric = facts.metric(0, "pass_at_1", "eval")
    if metric is None or metric.value is None:
        return "The model before any training; it has no evaluation yet."
    interval = interval_text(metric.low, metric.high, "fraction")
    asked = size_text(facts.graded(0))
    within = f"95% interval {interval}; {asked}" if interval else asked
    return f"The model before any training solves {value_text(metric.value, 'fraction')} at pass@1 ({within})."


def _change_sentence(facts: Facts, round: int, changes: list[dict[str, Any]]) -> str:
    previous = facts.previous(round)
    before = value_text(facts.value(previous, "pass_at_1", "eval"), "fraction")
    now = value_text(facts.value(round, "pass_at_1", "eval"), "fraction")
    opening = {
        "improved": f"Round {round} raised pass@1 from {before} to {now}",
        "worse": f"Round {round} lowered pass@1 from {before} to {now}",
        "unclear": f"Round {round} did not clearly move pass@1 ({before} before, {now} now)",
    }[changes[0]["kind"]]
    certainty = [f"95% interval {c['interval']}" if c["interval"] else "the same on every problem" for c in changes]
    against = [change["against"] for change in changes]
    if round in facts.rollbacks:
        against[0] = name_followed(round, previous)
    first, *others = (f"{c['text']} against {a} ({t})" for c, a, t in zip(changes, against, certainty, strict=True))
    return "; ".join([f"{opening}: {first}", *others]) + "."


def _ended_sentence(facts: Facts, round: int) -> str:
    reasons = [finding.message for finding in facts.findings if finding.round == round and finding.severity == "error"]
    return " ".join([f"Round {round} ended before a model came out of it.", *reasons])
