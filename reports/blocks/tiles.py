"""The headline numbers, each with its interval and its changes."""

from __future__ import annotations

from typing import Any

from reports.changes import changes_of, metric_changes
from reports.details import Details
from reports.facts import ALL, Facts
from reports.wording import number, size_text, value_text
from ssd_iter.metrics.registry import spec_of
from ssd_iter.records import Purpose

SAMPLE_KINDS: dict[Purpose, str] = {"train": "training samples", "eval": "evaluation samples"}


def tiles(facts: Facts, details: Details, round: int) -> list[dict[str, Any]]:
    """pass@k for the smallest and largest k, then the form, variety and training of the samples."""
    about = size_text(facts.graded(round))
    shown = []
    for k in sorted({*facts.ks[:1], *facts.ks[-1:]}):
        changes = [change for change in changes_of(facts, round, ALL, k) if change]
        shown.append(_tile(facts, round, f"pass_at_{k}", "eval", about, changes))
    rest: list[tuple[str, Purpose]] = [("extraction_rate", "eval"), ("simpson_diversity", "eval")]
    rest += [("train_loss", "train")] if round else [("truncation_rate", "eval"), ("mean_completion_tokens", "eval")]
    for name, purpose in rest:
        about = SAMPLE_KINDS[purpose] if purpose == "eval" else spec_of(name).unit
        shown.append(_tile(facts, round, name, purpose, about, metric_changes(facts, details, round, name, purpose)))
    return [*shown, _kept_tile(facts, round)] if round else shown


def _tile(
    facts: Facts, round: int, name: str, purpose: Purpose, about: str, changes: list[dict[str, Any]]
) -> dict[str, Any]:
    spec = spec_of(name)
    metric = facts.metric(round, name, purpose)
    return {"title": spec.title, "about": about, "number": number(metric, spec.unit), "changes": changes}


def _kept_tile(facts: Facts, round: int) -> dict[str, Any]:
    kept, sampled = facts.value(round, "num_kept", "train"), facts.value(round, "num_sampled", "train")
    share = facts.share(round, "num_kept", "train")
    about = f"{kept:,.0f} of {sampled:,.0f} training samples" if share is not None else "training samples"
    text = value_text(share, "fraction")
    shown = {"value": share, "low": None, "high": None, "n": int(sampled or 0), "text": text, "interval": ""}
    return {"title": "kept for training", "about": about, "number": shown, "changes": []}
