"""What changed since the round it follows: what it was made of, every metric, and single problems."""

from __future__ import annotations

import re
from typing import Any

from reports.changes import metric_changes, pass_change
from reports.details import Details
from reports.facts import ALL, Facts
from reports.wording import NOTHING, name_round, name_rounds, number, value_text
from ssd_iter.metrics.paired_tests import sign_test_p
from ssd_iter.metrics.registry import REGISTRY, spec_of
from stores.queries import Outcome

MOST_PROBLEMS = 10
"""Problems that are named on either side."""


def changed(facts: Facts, details: Details, round: int) -> dict[str, Any] | None:
    """The block; None for the base model, and where no earlier round was evaluated."""
    previous = facts.previous(round)
    if previous is None:
        return None
    return {
        "before": name_round(previous),
        "made_of": made_of(facts, round, previous),
        **moved_metrics(facts, details, round, previous),
        "problems": moved_problems(facts, round, previous),
    }


def made_of(facts: Facts, round: int, previous: int) -> list[dict[str, str]]:
    """What the two rounds were made of, where it is not the same."""
    now, before = _made_of(facts, round), _made_of(facts, previous)
    return [{"what": what, "before": before[what], "now": now[what]} for what in now if now[what] != before[what]]


def _made_of(facts: Facts, round: int) -> dict[str, str]:
    row = facts.row(round)
    sources = {
        "follows": row.parent_round,
        "weights trained from": row.trained_from_round,
        "training samples drawn by": row.sampled_from_round,
    }
    named = {what: NOTHING if source is None else name_round(source) for what, source in sources.items()}
    named["trained on samples of"] = name_rounds(row.data_rounds) if row.data_rounds else NOTHING
    counts = {"training pairs": ("num_train_pairs", "train"), "tokens trained on": ("train_tokens", "")}
    return named | {what: value_text(facts.value(round, *key), "count") for what, key in counts.items()}


def moved_metrics(facts: Facts, details: Details, round: int, previous: int) -> dict[str, list[dict[str, Any]]]:
    """Every metric of evaluation samples that both rounds have: the surest changes first; `unsure` have no |z|."""
    rows = [row for name in _names(facts) if (row := _moved(facts, details, round, previous, name)) is not None]
    sure, unsure = ([row for row in rows if (row["change"]["z"] is not None) == known] for known in (True, False))
    return {"metrics": sorted(sure, key=lambda row: -abs(row["change"]["z"])), "unsure": unsure}


def _names(facts: Facts) -> list[str]:
    """The metrics of evaluation samples over all problems that are no counts of samples, in the registry's order.

    Names that the registry does not know, of a run that an older version made, are left out.
    """
    order = {spec.name: place for place, spec in enumerate(REGISTRY) if not spec.name.startswith("num_")}
    found = {name for _, name, purpose, problem_set in facts.metrics if (purpose, problem_set) == ("eval", ALL)}
    known = [name for name in found if _family(name) in order]
    return sorted(known, key=lambda name: (order[_family(name)], len(name), name))


def _family(name: str) -> str:
    """A metric as the registry names it: `pass_at_5` is one of `pass_at_<k>`."""
    return re.sub(r"_at_\d+$", "_at_<k>", name)


def _moved(facts: Facts, details: Details, round: int, previous: int, name: str) -> dict[str, Any] | None:
    if name.startswith("pass_at_"):
        change = pass_change(facts, round, previous, ALL, int(name.removeprefix("pass_at_")))
    else:
        change = next(iter(metric_changes(facts, details, round, name, "eval")), None)
    if change is None:
        return None
    spec, z = spec_of(name), change["z"]
    return {
        "title": spec.title,
        "before": number(facts.metric(previous, name, "eval"), spec.unit),
        "now": number(facts.metric(round, name, "eval"), spec.unit),
        "change": change,
        "z": NOTHING if z is None else f"{abs(z):.1f}",
    }


def moved_problems(facts: Facts, round: int, previous: int) -> dict[str, Any]:
    """How many problems were solved more often, less often and as often, and those that moved most."""
    both = pairs(facts, round, previous)
    rises = [(rate(now) - rate(before), before, now) for before, now in both]
    up, down = (sorted((r for r in rises if r[0] * way > 0), key=lambda r: -abs(r[0])) for way in (1, -1))
    return {
        "better": len(up),
        "worse": len(down),
        "same": len(both) - len(up) - len(down),
        "won": sum(not before.num_passed for _, before, _ in up),
        "lost": sum(not now.num_passed for _, _, now in down),
        "p": f"{sign_test_p(len(up), len(down)):.2g}",
        "up": [_problem(before, now) for _, before, now in up[:MOST_PROBLEMS]],
        "down": [_problem(before, now) for _, before, now in down[:MOST_PROBLEMS]],
    }


def pairs(facts: Facts, round: int, previous: int) -> list[tuple[Outcome, Outcome]]:
    """The problems that both rounds have: before and now."""
    now, before = ({(o.decode_id, o.problem_id): o for o in facts.graded(each)} for each in (round, previous))
    return [(before[key], now[key]) for key in sorted(now.keys() & before.keys())]


def rate(outcome: Outcome) -> float:
    """The share of its graded samples that passed."""
    return outcome.num_passed / outcome.num_samples


def _problem(before: Outcome, now: Outcome) -> dict[str, Any]:
    crossed = "newly solved" if not before.num_passed else "newly lost" if not now.num_passed else ""
    return {"problem_id": now.problem_id, "before": _solved(before), "now": _solved(now), "crossed": crossed}


def _solved(outcome: Outcome) -> str:
    return f"{outcome.num_passed:,} of {outcome.num_samples:,}"
