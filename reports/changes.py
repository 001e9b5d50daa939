"""Changes of a number from one round to another, paired by problem, and the words for them.

A change is called clear where the 95 % interval of the change, paired by problem, leaves out 0. Such an interval is for
one look at one number of one round.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from statistics import fmean
from typing import Any, Literal

from reports.details import Details
from reports.facts import ALL, Facts
from reports.wording import change_text, finite, name_round, signed_points
from ssd_iter.metrics.intervals import Difference, mean_interval
from ssd_iter.metrics.paired_tests import detectable_change, standard_error
from ssd_iter.metrics.registry import MetricSpec, Unit, spec_of
from ssd_iter.records import Purpose
from ssd_iter.seeds import derive_seed

Kind = Literal["base", "improved", "unclear", "worse", "invalid", "ended", "warn", "diversity_collapse", "collapse"]

WORDS: dict[Kind, str] = {
    "base": "Base model",
    "improved": "Improved",
    "unclear": "No clear change",
    "worse": "Worse",
    "invalid": "Invalid",
    "ended": "Ended",
    "warn": "Warning",
    "diversity_collapse": "Diversity collapsing",
    "collapse": "Collapsing",
}

OPPOSITES: dict[Kind, Kind] = {"improved": "worse", "worse": "improved", "unclear": "unclear"}
DIRECTIONS: dict[Kind, str] = {"improved": "Higher", "worse": "Lower", "unclear": "No clear change"}
"""The words where neither way is better."""

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
    return [pass_change(facts, round, before, problem_set, k) for before in facts.compared_with(round)]


def pass_change(facts: Facts, now: int, before: int, problem_set: str, k: int) -> dict[str, Any] | None:
    """The paired change of pass@k between two rounds; None where fewer than two problems are common."""
    seed = derive_seed(facts.run.seed, "report", now, before, problem_set, k)
    rates, earlier = facts.rates(now, problem_set, k), facts.rates(before, problem_set, k)
    return paired_change(rates, earlier, name_round(before), spec_of(f"pass_at_{k}"), seed)


def metric_changes(facts: Facts, details: Details, round: int, name: str, purpose: Purpose) -> list[dict[str, Any]]:
    """The change of a metric over all problems since the round it follows; none where one of both is not defined.

    Paired by problem where each problem's own number is known, else a plain difference: without an interval and so
    without a verdict.
    """
    previous = facts.previous(round)
    now, before = finite(facts.value(round, name, purpose)), finite(facts.value(previous, name, purpose))
    if previous is None or now is None or before is None:
        return []
    spec = spec_of(name)
    if purpose == "eval":
        seed = derive_seed(facts.run.seed, "report", round, previous, ALL, name)
        own, earlier = details.of(round, name), details.of(previous, name)
        paired = paired_change(own, earlier, name_round(previous), spec, seed)
        if paired is not None:
            return [paired]
    plain = {"kind": "unclear", "word": "", "low": None, "high": None, "interval": "", "n": 0, "z": None}
    text = change_text(now - before, spec.unit)
    return [{"against": name_round(previous), "value": now - before, "text": text, "detectable": None} | plain]


def paired_change(
    now: Mapping[str, float], before: Mapping[str, float], against: str, spec: MetricSpec, seed: int
) -> dict[str, Any] | None:
    """The change of a mean over the problems both sides have; None where these are fewer than two.

    `z` is the change over its standard error, `detectable` the change that would have been called clear nine times in
    ten; both None where every problem changed alike.
    """
    changes = tuple(now[key] - before[key] for key in sorted(now.keys() & before.keys()))
    difference = _difference(changes, seed)
    if difference is None:
        return None
    error = standard_error(changes)
    return {
        "against": against,
        **_called(difference, spec),
        "value": difference.mean,
        "low": difference.low,
        "high": difference.high,
        "n": difference.n,
        "text": change_text(difference.mean, spec.unit),
        "interval": _interval(difference, spec.unit),
        "z": None if error is None else difference.mean / error,
        "detectable": detectable_change(changes),
    }


@lru_cache(maxsize=512)
def _difference(changes: tuple[float, ...], seed: int) -> Difference | None:
    """The mean change with its interval; a page asks for the same one in several places."""
    interval = mean_interval(changes, seed)
    return None if interval is None else Difference(fmean(changes), *interval, n=len(changes))


def _called(difference: Difference, spec: MetricSpec) -> dict[str, str]:
    """Kind and word of a change, by which way is better."""
    kind = kind_of(difference)
    if spec.better == "neither":
        return {"kind": "unclear", "word": DIRECTIONS[kind]}
    if spec.better == "lower":
        kind = OPPOSITES[kind]
    return {"kind": kind, "word": WORDS[kind]}


def _interval(difference: Difference, unit: Unit) -> str:
    """`+0.2 to +2.0`, fractions in points; empty where every problem changed alike."""
    if difference.low == difference.high:
        return ""
    if unit == "fraction":
        return f"{signed_points(difference.low)} to {signed_points(difference.high)}"
    low, high = (change_text(end, unit).removesuffix(" tokens") for end in (difference.low, difference.high))
    return f"{low} to {high}"
