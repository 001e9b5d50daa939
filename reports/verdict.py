"""The one verdict of a round, from one pure function; the sentence that says it, and the checks that it rests on.

A round whose numbers cannot be trusted is invalid: the harness failed, or its evaluation was not like the one it is
compared with. Else the detectors, which answer for all rounds and metrics of a run together, have the last word; where
they found nothing, it is whether the paired interval of the change of pass@1 leaves out 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reports.changes import WORDS, Kind, changes_of
from reports.checks import checks_of, faults_of
from reports.facts import ALL, Facts
from reports.wording import interval_text, name_followed, size_text, value_text
from ssd_iter.records import RoundVerdict

TWO_POWERS = (
    " The detectors need another size than the one change above: they watch several measures against all earlier "
    "rounds, and one error rate holds for all rounds together."
)
"""Why they name another size than the sentence on this one change."""

FELL: dict[RoundVerdict, Kind] = {
    "WARN": "warn",
    "DIVERSITY_COLLAPSE": "diversity_collapse",
    "COLLAPSE": "collapse",
}
"""What the detectors' verdicts are called here, where they found something."""


def verdict_of(facts: Facts, round: int) -> dict[str, Any]:
    """A round's verdict: `kind`, `word`, one `sentence`, the `changes` of pass@1, and what is said `beside` it.

    `power` says how small a change could have been told, where none was clear; `checks` are all that it rests on.
    """
    row = facts.row(round)
    since = changes_of(facts, round, ALL, 1)
    changes = [change for change in since if change]
    kind, sentence = _paired_verdict(facts, round, since)
    beside, power = _detectors_sentence(facts, round), ""
    if faults := faults_of(facts, round):
        kind, sentence = "invalid", _invalid_sentence(facts, round, faults)
    elif row.status != "ended" and row.verdict in FELL:
        # What was found leads; without a test it stands among the findings.
        kind, sentence, beside = FELL[row.verdict], beside or sentence, sentence if beside else ""
    elif kind == "unclear" and changes:
        power = _power_sentence(changes[0])
        beside += TWO_POWERS if power and beside else ""
    return {
        "kind": kind,
        "word": WORDS[kind],
        "sentence": sentence,
        "changes": changes,
        "beside": beside,
        "power": power,
        "checks": checks_of(facts, round, changes),
    }


def _paired_verdict(facts: Facts, round: int, since: Sequence[dict[str, Any] | None]) -> tuple[Kind, str]:
    """What a round is called, and said to be, where neither harness nor detectors have anything to say.

    `since` are its changes, that since the round it follows first.
    """
    first, *others = since or [None]
    if facts.row(round).status == "ended":
        return "ended", _ended_sentence(facts, round)
    if round == 0:
        return "base", _base_sentence(facts)
    if first is None:
        before = name_followed(round, facts.previous(round))
        return "unclear", f"Round {round} shares too few problems with {before} to tell a change."
    return first["kind"], _change_sentence(facts, round, [change for change in (first, *others) if change])


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


def _power_sentence(change: dict[str, Any]) -> str:
    """How large a change these problems and samples can tell; empty where their scatter is not known."""
    if change["detectable"] is None:
        return ""
    points = f"{100 * change['detectable']:.1f} points"
    return (
        f"n is too small to tell a smaller change: with these {change['n']:,} problems one of {points} against "
        f"{change['against']} would have been clear nine times in ten. More problems, or more samples of each, tell "
        "smaller ones."
    )


def _invalid_sentence(facts: Facts, round: int, faults: list[str]) -> str:
    return f"Round {round} cannot be judged. {' '.join(faults)} Its numbers are not to be compared with other rounds'."


def _ended_sentence(facts: Facts, round: int) -> str:
    reasons = [finding.message for finding in facts.findings if finding.round == round and finding.severity == "error"]
    return " ".join([f"Round {round} ended before a model came out of it.", *reasons])
