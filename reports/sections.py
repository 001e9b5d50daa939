"""The parts of a round's report: tiles, tables, funnel and curve, each a pure function of the facts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reports.changes import changes_of
from reports.facts import ALL, Facts
from reports.wording import (
    NOTHING,
    change_text,
    duration_text,
    finite,
    interval_text,
    listed,
    name_round,
    number,
    size_text,
    value_text,
)
from ssd_iter.metrics.registry import FUNNEL, spec_of
from ssd_iter.records import Purpose

STAGES = {"generate": "generate_tokens", "filter": None, "train": "train_tokens", "grade": None}
"""Each stage and the metric that counts its tokens."""

FORM = ("extraction_rate", "truncation_rate", "mean_completion_tokens", "repetition_rate")
VARIETY = (
    *("simpson_diversity", "correct_diversity", "behaviour_diversity"),
    *("unique_at_{k}", "unique_correct_at_{k}", "behaviours_at_{k}"),
    *("distinct_2", "distinct_4", "compression_ratio", "vendi_score", "near_duplicate_rate"),
    *("drift_auc_base", "drift_auc_previous"),
)
"""`{k}` is the largest k."""

SAMPLE_KINDS: dict[Purpose, str] = {"train": "training samples", "eval": "evaluation samples"}


def tiles(facts: Facts, round: int) -> list[dict[str, Any]]:
    """The headline numbers, each with its interval and its changes."""
    about = size_text(facts.graded(round))
    shown = []
    for k in sorted({*facts.ks[:1], *facts.ks[-1:]}):
        changes = [change for change in changes_of(facts, round, ALL, k) if change]
        shown.append(_tile(facts, round, f"pass_at_{k}", "eval", about, changes))
    rest: list[tuple[str, Purpose]] = [("extraction_rate", "eval"), ("simpson_diversity", "eval")]
    rest += [("train_loss", "train")] if round else [("truncation_rate", "eval"), ("mean_completion_tokens", "eval")]
    for name, purpose in rest:
        about = SAMPLE_KINDS[purpose] if purpose == "eval" else spec_of(name).unit
        shown.append(_tile(facts, round, name, purpose, about, _plain_changes(facts, round, name, purpose)))
    return [*shown, _kept_tile(facts, round)] if round else shown


def _tile(
    facts: Facts, round: int, name: str, purpose: Purpose, about: str, changes: list[dict[str, Any]]
) -> dict[str, Any]:
    spec = spec_of(name)
    metric = facts.metric(round, name, purpose)
    return {"title": spec.title, "about": about, "number": number(metric, spec.unit), "changes": changes}


def _kept_tile(facts: Facts, round: int) -> dict[str, Any]:
    kept, sampled = facts.value(round, "num_kept", "train"), facts.value(round, "num_sampled", "train")
    share = kept / sampled if kept is not None and sampled else None
    about = f"{kept:,.0f} of {sampled:,.0f} training samples" if share is not None else "training samples"
    text = value_text(share, "fraction")
    shown = {"value": share, "low": None, "high": None, "n": int(sampled or 0), "text": text, "interval": ""}
    return {"title": "kept for training", "about": about, "number": shown, "changes": []}


def _plain_changes(facts: Facts, round: int, name: str, purpose: Purpose) -> list[dict[str, Any]]:
    """The difference to the previous round, without an interval and so without a verdict."""
    previous = facts.previous(round)
    now, before = finite(facts.value(round, name, purpose)), finite(facts.value(previous, name, purpose))
    if previous is None or now is None or before is None:
        return []
    text = change_text(now - before, spec_of(name).unit)
    return [{"against": name_round(previous), "word": "", "value": now - before, "text": text, "interval": ""}]


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


def form_table(facts: Facts, round: int, purposes: Sequence[Purpose]) -> list[dict[str, Any]]:
    """Extraction, truncation, length and repetition, of training and of evaluation samples."""
    return [_measure(facts, round, name, purposes) for name in FORM]


def variety_table(facts: Facts, round: int, purposes: Sequence[Purpose]) -> list[dict[str, Any]]:
    """How different the samples are from one another and from other rounds': what is defined in this round."""
    names = [name.format(k=max(facts.ks, default=1)) for name in VARIETY]
    defined = [name for name in names if any(facts.value(round, name, purpose) is not None for purpose in purposes)]
    return [_measure(facts, round, name, purposes) for name in defined]


def _measure(facts: Facts, round: int, name: str, purposes: Sequence[Purpose]) -> dict[str, Any]:
    cells = [
        {
            "samples": SAMPLE_KINDS[purpose],
            "number": number(facts.metric(round, name, purpose), spec_of(name).unit),
            "changes": _plain_changes(facts, round, name, purpose),
        }
        for purpose in purposes
    ]
    return {"title": spec_of(name).title, "cells": cells}


def funnel(facts: Facts, round: int, purpose: Purpose) -> dict[str, Any]:
    """How many samples pass each step, as share of all sampled, with the previous round beside it."""
    previous = facts.previous(round)
    before = previous if facts.value(previous, "num_sampled", purpose) else None
    specs = [spec for spec in FUNNEL if purpose in spec.purposes]
    steps = [
        {
            "title": spec.title,
            "now": _share(facts, round, spec.name, purpose),
            "before": _share(facts, before, spec.name, purpose),
        }
        for spec in specs
    ]
    return {"title": SAMPLE_KINDS[purpose], "before": None if before is None else name_round(before), "steps": steps}


def _share(facts: Facts, round: int | None, name: str, purpose: str) -> dict[str, Any]:
    count, sampled = facts.value(round, name, purpose), facts.value(round, "num_sampled", purpose)
    share = count / sampled if count is not None and sampled else None
    return {"share": share, "text": value_text(share, "fraction"), "count": value_text(count, "count")}


def drops(facts: Facts, round: int) -> list[dict[str, Any]]:
    """Why training samples were dropped."""
    tallies = [tally for tally in facts.drop_tallies if tally.round == round]
    return [{"label": tally.label, "count": f"{tally.num_samples:,}"} for tally in tallies]


def verdict_table(facts: Facts, round: int) -> list[dict[str, Any]]:
    """How the evaluation samples ended, in this round and in the previous one."""
    previous = facts.previous(round)
    now, before = (
        {tally.label: tally.num_samples for tally in facts.verdict_tallies if tally.round == ended}
        for ended in (round, previous)
    )
    labels = [*now, *(label for label in before if label not in now)]
    return [
        {
            "label": label,
            "count": f"{now.get(label, 0):,}",
            "share": value_text(now.get(label, 0) / sum(now.values()) if now else None, "fraction"),
            "before": value_text(before.get(label, 0) / sum(before.values()) if before else None, "fraction"),
        }
        for label in labels
    ]


def stage_table(facts: Facts, round: int) -> list[dict[str, Any]]:
    """Time and tokens of each stage, and of the round."""
    rows = []
    for stage, tokens_name in STAGES.items():
        seconds = facts.value(round, f"{stage}_seconds", "")
        if seconds is None:
            continue
        tokens = facts.value(round, tokens_name, "") if tokens_name else None
        row = {"stage": stage, "time": duration_text(seconds), "tokens": NOTHING, "rate": NOTHING}
        if tokens and seconds:
            row |= {"tokens": f"{tokens:,.0f}", "rate": f"{tokens / seconds:,.0f}"}
        rows.append(row)
    return [*rows, {"stage": "all stages", "time": time_text(facts, round), "tokens": "", "rate": ""}] if rows else []


def time_text(facts: Facts, round: int) -> str:
    """How long a round's stages took together; a dash where none said."""
    seconds = [facts.value(round, f"{stage}_seconds", "") for stage in STAGES]
    known = [value for value in seconds if value is not None]
    return duration_text(sum(known)) if known else NOTHING


def findings_of(facts: Facts, round: int) -> list[dict[str, Any]]:
    """What a reader must know about a round."""
    return [
        {"round": row.round, "name": row.name, "severity": row.severity, "message": row.message}
        for row in facts.findings
        if row.round == round
    ]


def declines(facts: Facts, round: int) -> list[dict[str, Any]]:
    """The metrics that fell, with the tests' numbers and the problems that drove it."""
    return [
        {
            "title": spec_of(row.metric).title,
            "against": row.reference,
            "effect": value_text(row.effect, "fraction"),
            "interval": interval_text(row.low, row.high, "fraction"),
            "p": "" if row.p is None else f"{row.p:.2g}",
            "problems": ", ".join(row.problems),
        }
        for row in facts.findings
        if row.round == round and row.metric is not None
    ]


def curve(facts: Facts) -> dict[str, Any]:
    """pass@k over rounds: one panel a problem set, one line a k."""
    panels = [{"title": facts.title_of(name), "points": _points(facts, name)} for name in facts.problem_sets]
    return {
        "panels": [panel for panel in panels if panel["points"]],
        "series": [f"pass@{k}" for k in facts.ks],
        "note": "Lines join rounds by number, whichever round each follows." if facts.rollbacks else "",
    }


def _points(facts: Facts, problem_set: str) -> list[dict[str, Any]]:
    points = []
    for k in facts.ks:
        for row in facts.rounds:
            metric = facts.metric(row.round, f"pass_at_{k}", "eval", problem_set)
            if metric is None or finite(metric.value) is None:
                continue
            interval = interval_text(metric.low, metric.high, "fraction")
            points.append({
                "round": row.round,
                "label": str(row.round) if row.round else "base",
                "series": f"pass@{k}",
                "value": metric.value,
                "low": finite(metric.low),
                "high": finite(metric.high),
                "text": value_text(metric.value, "fraction"),
                "interval": interval,
                "n": metric.n,
            })  # fmt: skip
    return points
