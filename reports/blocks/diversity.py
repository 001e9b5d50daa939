"""How the samples look and how much they differ: form, length and variety, now and over rounds."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from reports.blocks.accuracy import curve_point
from reports.blocks.tiles import SAMPLE_KINDS
from reports.changes import metric_changes
from reports.details import Details
from reports.facts import Facts
from reports.wording import name_round, number, value_text
from ssd_iter.metrics.registry import spec_of
from ssd_iter.records import Purpose
from stores.round_queries import LengthTally

FORM = ("extraction_rate", "truncation_rate", "mean_completion_tokens", "repetition_rate")
VARIETY = (
    *("simpson_diversity", "correct_diversity", "behaviour_diversity"),
    *("unique_at_{k}", "unique_correct_at_{k}", "behaviours_at_{k}"),
    *("distinct_2", "distinct_4", "compression_ratio", "vendi_score", "near_duplicate_rate"),
    *("drift_auc_base", "drift_auc_previous"),
)
"""`{k}` is the largest k."""
CURVES = ("simpson_diversity", "correct_diversity", "behaviour_diversity")
"""What is drawn over rounds: chances that two samples of a problem differ, so that they share an axis."""

MOST_BINS = 20


def form_table(facts: Facts, details: Details, round: int, purposes: Sequence[Purpose]) -> list[dict[str, Any]]:
    """Extraction, truncation, length and repetition, of training and of evaluation samples."""
    return [_measure(facts, details, round, name, purposes) for name in FORM]


def variety_table(facts: Facts, details: Details, round: int, purposes: Sequence[Purpose]) -> list[dict[str, Any]]:
    """How different the samples are from one another and from other rounds': what is defined in this round."""
    names = [name.format(k=max(facts.ks, default=1)) for name in VARIETY]
    defined = [name for name in names if any(facts.value(round, name, purpose) is not None for purpose in purposes)]
    return [_measure(facts, details, round, name, purposes) for name in defined]


def _measure(facts: Facts, details: Details, round: int, name: str, purposes: Sequence[Purpose]) -> dict[str, Any]:
    cells = [
        {
            "samples": SAMPLE_KINDS[purpose],
            "number": number(facts.metric(round, name, purpose), spec_of(name).unit),
            "changes": metric_changes(facts, details, round, name, purpose),
        }
        for purpose in purposes
    ]
    return {"title": spec_of(name).title, "cells": cells}


def diversity_curve(facts: Facts) -> dict[str, Any]:
    """The diversities over rounds, of evaluation samples over all problems: one panel, one line each."""
    found = [curve_point(facts, row.round, name) for name in CURVES for row in facts.rounds]
    points = [point for point in found if point is not None]
    drawn = {point["series"] for point in points}
    titles = [spec_of(name).title for name in CURVES]
    return {"title": "Diversity", "series": [title for title in titles if title in drawn], "points": points}


def lengths(facts: Facts, details: Details, round: int, purposes: Sequence[Purpose]) -> list[dict[str, Any]]:
    """How long the completions are, a panel each for training and evaluation samples that there are."""
    previous = facts.previous(round)
    panels = []
    for purpose in purposes:
        tallies = [tally for tally in details.lengths if tally.purpose == purpose]
        now, before = ([tally for tally in tallies if tally.round == each] for each in (round, previous))
        if now:
            named = name_round(previous) if previous is not None and before else None
            panels.append({"title": SAMPLE_KINDS[purpose], "before": named, **_histogram(now, before)})
    return panels


def _histogram(now: Sequence[LengthTally], before: Sequence[LengthTally]) -> dict[str, Any]:
    edges = bin_edges(max(tally.num_tokens for tally in (*now, *before)))
    shares, earlier = _shares(now, edges), _shares(before, edges)
    total = sum(tally.num_samples for tally in now)
    return {
        "n": total,
        "cut": value_text(sum(tally.num_cut for tally in now) / total, "fraction"),
        "bins": [
            _bin(start, end, share, ghost)
            for (start, end), share, ghost in zip(pairwise(edges), shares, earlier, strict=True)
        ],
    }


def bin_edges(longest: int) -> list[int]:
    """At most 20 bins of 1, 2 or 5 times a power of ten tokens, the last of which holds the longest."""
    width = next(
        factor * 10**power for power in range(12) for factor in (1, 2, 5) if longest < MOST_BINS * factor * 10**power
    )
    return list(range(0, longest + width + 1, width))


def _shares(tallies: Sequence[LengthTally], edges: Sequence[int]) -> list[float | None]:
    """The share of samples in each bin; None throughout where there are no samples."""
    total, width = sum(tally.num_samples for tally in tallies), edges[1] - edges[0]
    if not total:
        return [None] * (len(edges) - 1)
    counts = [0] * (len(edges) - 1)
    for tally in tallies:
        counts[tally.num_tokens // width] += tally.num_samples
    return [count / total for count in counts]


def _bin(start: int, end: int, now: float | None, before: float | None) -> dict[str, Any]:
    """One bar: tokens from `start` up to, not with, `end`."""
    tokens = f"{start:,} to {end - 1:,}" if end - start > 1 else f"{start:,}"
    now_text, before_text = value_text(now, "fraction"), value_text(before, "fraction")
    ghost = "" if before is None else f", {before_text} before"
    texts = {"tokens": tokens, "now_text": now_text, "before_text": before_text}
    return {
        "start": start,
        "end": end,
        "now": now,
        "before": before,
        **texts,
        "hover": f"{tokens} tokens: {now_text}{ghost}",
    }


def purposes_of(round: int) -> tuple[Purpose, ...]:
    """The samples that a round has: the base trained on none."""
    return ("train", "eval") if round else ("eval",)
