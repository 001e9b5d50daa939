"""How much is solved: pass@k over rounds, by problem set, and over k."""

from __future__ import annotations

from statistics import fmean
from typing import Any

from reports.changes import changes_of
from reports.facts import ALL, Facts
from reports.wording import axis_label, finite, interval_text, listed, name_round, number, size_text, value_text
from ssd_iter.metrics.intervals import mean_interval
from ssd_iter.metrics.registry import spec_of
from ssd_iter.seeds import derive_seed


def pooled_text(facts: Facts) -> str:
    """How numbers over all problems weigh the problem sets; empty where there is only one."""
    if len(facts.problem_sets) == 1:
        return ""
    named = {name: {o.problem_id for o in facts.outcomes if o.problem_set == name} for name in facts.problem_sets[1:]}
    sizes = listed([f"{len(problems):,} of {name}" for name, problems in named.items()])
    return f"Numbers over all problems pool {len(named)} problem sets, every problem counting the same: {sizes}."


def set_table(facts: Facts, round: int) -> dict[str, Any]:
    """pass@k of each problem set, with paired changes against the rounds named in `against`."""
    rows = []
    for name in facts.problem_sets:
        scores = [score(facts, round, k, name) for k in facts.ks]
        rows.append({"title": facts.title_of(name), "size": size_text(facts.graded(round, name)), "scores": scores})
    return {"ks": facts.ks, "against": [name_round(before) for before in facts.compared_with(round)], "rows": rows}


def score(facts: Facts, round: int, k: int, problem_set: str = ALL) -> dict[str, Any]:
    """pass@k of one round with its paired changes."""
    metric = facts.metric(round, f"pass_at_{k}", "eval", problem_set)
    return {"k": k, "number": number(metric, "fraction"), "changes": changes_of(facts, round, problem_set, k)}


def curve(facts: Facts) -> dict[str, Any]:
    """pass@k over rounds: one panel a problem set, one line a k."""
    panels = [{"title": facts.title_of(name), "points": _points(facts, name)} for name in facts.problem_sets]
    return {
        "panels": [panel for panel in panels if panel["points"]],
        "series": [f"pass@{k}" for k in facts.ks],
        "note": "Lines join rounds by number, whichever round each follows." if facts.rollbacks else "",
    }


def _points(facts: Facts, problem_set: str) -> list[dict[str, Any]]:
    points = [curve_point(facts, row.round, f"pass_at_{k}", problem_set) for k in facts.ks for row in facts.rounds]
    return [point for point in points if point is not None]


def curve_point(facts: Facts, round: int, name: str, problem_set: str = ALL) -> dict[str, Any] | None:
    """One metric of evaluation samples, a fraction, in one round of a curve; None where it is not defined."""
    metric = facts.metric(round, name, "eval", problem_set)
    if metric is None or finite(metric.value) is None:
        return None
    return {
        "round": round,
        "label": axis_label(round),
        "series": spec_of(name).title,
        "value": metric.value,
        "low": finite(metric.low),
        "high": finite(metric.high),
        "text": value_text(metric.value, "fraction"),
        "interval": interval_text(metric.low, metric.high, "fraction"),
        "n": metric.n,
    }


def k_curve(facts: Facts, round: int) -> dict[str, Any]:
    """pass@k over k of this round, the one it follows and the base, over all problems.

    k runs over powers of 2 up to the fewest samples that any problem has, and that number itself: beyond it pass@k is
    not defined for all problems.
    """
    shown = [each for each in (round, *facts.compared_with(round)) if facts.graded(each)]
    points = [point for each in shown for k in _ks(facts, each) if (point := _k_point(facts, each, k))]
    return {
        "x": {"title": "k: samples drawn of each problem", "ticks": sorted({point["x"] for point in points})},
        "series": [{"name": name_round(each), "line": True, "marks": True} for each in shown],
        "points": points,
    }


def _ks(facts: Facts, round: int) -> list[int]:
    fewest = min(outcome.num_samples for outcome in facts.graded(round))
    return sorted({*(2**i for i in range(fewest.bit_length())), fewest})


def _k_point(facts: Facts, round: int, k: int) -> dict[str, Any]:
    rates = list(facts.rates(round, ALL, k).values())
    recorded = facts.metric(round, f"pass_at_{k}", "eval")
    if recorded is not None and recorded.value is not None:
        # One number has one interval, wherever it stands on the page.
        low, high = recorded.low, recorded.high
    else:
        low, high = mean_interval(rates, derive_seed(facts.run.seed, "k curve", round, k)) or (None, None)
    value, interval = fmean(rates), interval_text(low, high, "fraction")
    text, within = value_text(value, "fraction"), f" (95% interval {interval})" if interval else ""
    return {
        "x": k,
        "series": name_round(round),
        "value": value,
        "low": low,
        "high": high,
        "text": text,
        "interval": interval,
        "n": len(rates),
        "hover": f"pass@{k} of {name_round(round)}: {text}{within}",
    }
