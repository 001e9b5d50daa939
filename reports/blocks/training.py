"""The training of a round, optimizer step by step: loss, gradient and learning rate."""

from __future__ import annotations

import json
from collections.abc import Sequence
from math import isfinite
from statistics import fmean, median
from typing import Any

from reports.details import Details
from reports.facts import Facts
from reports.wording import NOTHING, finite, plural
from ssd_iter.records import TrainStep

MOST_POINTS = 120
"""Marks of one chart; with more steps, each mark is the mean of neighbouring ones."""
SMOOTHED_OVER = 0.1
"""The share of all marks that the smoothed line is averaged over."""

CHARTS = {
    "loss": ("training loss", "nats per token", "~g"),
    "grad_norm": ("gradient norm", "before clipping", "~g"),
    "learning_rate": ("learning rate", "", "~e"),
}
"""By field of a step: title, unit, and how an axis writes it (d3)."""


def training(facts: Facts, details: Details, round: int) -> dict[str, Any] | None:
    """The block; None for the base model, which was not trained, and `charts` is empty where no steps are known."""
    if not round:
        return None
    steps = details.steps
    groups = grouped(steps)
    charts = [_chart(name, groups) for name in CHARTS] if steps else []
    window = _window(len(groups))
    return {
        "facts": _facts(facts, steps) if steps else [],
        "per_mark": max((len(group) for group in groups), default=1),
        "window": window,
        "charts": charts,
        "rows": [_row(group) for group in groups],
    }


def grouped(steps: Sequence[TrainStep]) -> list[list[TrainStep]]:
    """Neighbouring steps together, in at most MOST_POINTS groups of one size; the last may be smaller."""
    size = -(-len(steps) // MOST_POINTS) or 1
    return [list(steps[i : i + size]) for i in range(0, len(steps), size)]


def smoothed(values: Sequence[float | None], window: int) -> list[float | None]:
    """The mean over `window` values around each, fewer at the ends; None where all of them are."""
    half = window // 2
    around = (values[max(0, i - half) : i + half + 1] for i in range(len(values)))
    known = ([value for value in each if value is not None] for each in around)
    return [fmean(each) if each else None for each in known]


def _window(num_marks: int) -> int:
    """Odd, so that it lies around its middle; at least 3."""
    return max(3, int(num_marks * SMOOTHED_OVER) | 1)


def _chart(name: str, groups: Sequence[list[TrainStep]]) -> dict[str, Any]:
    title, unit, form = CHARTS[name]
    raw = [_mean(group, name) for group in groups]
    lines = {"each step" if len(groups[0]) == 1 else "mean of steps": raw}
    # The learning rate is planned, not measured: nothing to smooth.
    if name != "learning_rate" and len(raw) > 2:
        lines["smoothed"] = smoothed(raw, _window(len(raw)))
    points = [
        {"x": group[-1].step, "series": series, "value": value, "low": None, "high": None,
         "hover": f"step {group[-1].step:,}: {title} {_text(value)}"}
        for series, values in lines.items()
        for group, value in zip(groups, values, strict=True)
    ]  # fmt: skip
    alone = len(lines) == 1
    series = [{"name": label, "line": alone or label == "smoothed", "marks": label != "smoothed"} for label in lines]
    x = {"title": "optimizer step"}
    return {"title": title, "unit": unit, "format": form, "x": x, "series": series, "points": points}


def _mean(group: Sequence[TrainStep], name: str) -> float | None:
    """Of the finite values of some steps; None where there is none."""
    values = [value for step in group if isfinite(value := getattr(step, name))]
    return fmean(values) if values else None


def _text(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.3g}"


def _row(group: Sequence[TrainStep]) -> dict[str, str]:
    first, last = group[0].step, group[-1].step
    numbers = {name: _text(_mean(group, name)) for name in CHARTS}
    tokens = f"{sum(step.num_tokens for step in group):,}"
    return {"steps": f"{first:,}" if first == last else f"{first:,} to {last:,}", **numbers, "tokens": tokens}


def _facts(facts: Facts, steps: Sequence[TrainStep]) -> list[dict[str, str]]:
    """What the steps come to."""
    limit = json.loads(facts.run.config_json).get("train", {}).get("max_grad_norm")
    clipped = sum(step.grad_norm > limit for step in steps) if limit is not None else None
    not_finite = sum(not (isfinite(step.loss) and isfinite(step.grad_norm)) for step in steps)
    epochs, speed = f"{steps[-1].epoch:.3g}", median(step.tokens_per_second for step in steps)
    told = {
        "steps": f"{plural(len(steps), 'step')}, {epochs} epoch{'' if epochs == '1' else 's'}",
        "tokens trained on": f"{sum(step.num_tokens for step in steps):,}",
        "speed of a step": f"{speed:,.1f} tokens of prompts and completions per second (median over steps)",
        "first and last loss": f"{_text(finite(steps[0].loss))} and {_text(finite(steps[-1].loss))} nats per token",
        "clipped": NOTHING if clipped is None else f"{clipped:,} of {plural(len(steps), 'step')}, to norm {limit:g}",
        "not finite": plural(not_finite, "step") if not_finite else "no step",
    }
    return [{"key": key, "value": value} for key, value in told.items()]
