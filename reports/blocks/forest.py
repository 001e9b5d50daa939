"""Where the change of pass@1 comes from: the paired change of each kind of problem, corrected for their number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from reports.changes import WORDS, Kind, paired_change, pass_change
from reports.details import Details
from reports.facts import ALL, Facts, problem_key
from reports.wording import name_round
from ssd_iter.metrics.paired_tests import LEVEL, holm, sign_flip_p
from ssd_iter.metrics.registry import spec_of
from ssd_iter.seeds import derive_seed

TRAITS = ("level", "difficulty", "style", "split", "family")
"""What problems are told apart by besides their set, as far as their source says."""
WHOLE = "all problems"
MOST_KINDS = 16
"""A trait with more values than this says too little of each."""

Rates = Mapping[str, float]


def forest(facts: Facts, details: Details, round: int) -> dict[str, Any] | None:
    """The changes of pass@1 since the round it follows, all problems first.

    None where there is nothing to compare, and where all problems are of one kind.
    """
    previous = facts.previous(round)
    if previous is None:
        return None
    rows = [_row(facts, round, previous, label, keys) for label, keys in _kinds(facts, details, round).items()]
    known = [row for row in rows if row is not None]
    if len(known) < 2:
        return None
    whole, *kinds = known
    adjusted = holm([row["p"] for row in kinds])
    told = [_told(row, p) for row, p in zip(kinds, adjusted, strict=True)]
    return {"before": name_round(previous), "rows": [_told(whole, whole["p"]), *told]}


def _kinds(facts: Facts, details: Details, round: int) -> dict[str, set[str]]:
    """The keys of the problems of each kind, by label; a trait counts where it tells at least two kinds apart."""
    graded = facts.graded(round)
    kinds = {WHOLE: set(map(problem_key, graded))}
    for trait in ("set", *TRAITS):
        found: dict[str, set[str]] = defaultdict(set)
        for outcome in graded:
            own = details.traits.get(outcome.problem_id)
            value = outcome.problem_set if trait == "set" else getattr(own, trait, None)
            if value not in (None, ""):
                found[f"{trait} {value}"].add(problem_key(outcome))
        if 2 <= len(found) <= MOST_KINDS:
            kinds |= {label: found[label] for label in sorted(found)}
    return kinds


def _row(facts: Facts, round: int, previous: int, label: str, keys: set[str]) -> dict[str, Any] | None:
    now, before = (_only(facts.rates(each, ALL, 1), keys) for each in (round, previous))
    seed = derive_seed(facts.run.seed, "forest", round, previous, label)
    if label == WHOLE:
        # As it stands everywhere else on the page.
        change = pass_change(facts, round, previous, ALL, 1)
    else:
        change = paired_change(now, before, name_round(previous), spec_of("pass_at_1"), seed)
    if change is None:
        return None
    p = sign_flip_p([now[key] - before[key] for key in sorted(now.keys() & before.keys())], seed)
    return {"label": label, "change": change, "p": p}


def _only(rates: Rates, keys: set[str]) -> dict[str, float]:
    return {key: rate for key, rate in rates.items() if key in keys}


def _told(row: dict[str, Any], adjusted: float) -> dict[str, Any]:
    """A row of the figure: called clear by its adjusted p, not by its interval."""
    change = row["change"]
    kind: Kind = "unclear" if adjusted > LEVEL else "improved" if change["value"] > 0 else "worse"
    interval = f" ({change['interval']})" if change["interval"] else ""
    hover = f"{row['label']}, {change['n']} problems: {change['text']}{interval}, adjusted p {_p_text(adjusted)}"
    return {
        "label": row["label"],
        "n": change["n"],
        "value": change["value"],
        "low": change["low"],
        "high": change["high"],
        "text": change["text"],
        "interval": change["interval"],
        "p": _p_text(adjusted),
        "kind": kind,
        "word": WORDS[kind],
        "hover": hover,
    }


def _p_text(p: float) -> str:
    return f"{p:.2g}" if p >= 1e-3 else "< 0.001"
