"""How a run's headline numbers moved, round by round: a panel a number, all on the same rounds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reports.facts import Facts
from reports.wording import axis_label, finite, number, plural, value_text
from ssd_iter.metrics.registry import REGISTRY, Unit, spec_of

STAGE_SECONDS = tuple(spec.name for spec in REGISTRY if spec.unit == "seconds")

OVER_PROBLEMS = "95% bootstrap intervals over problems"
QUESTIONS = {
    "pass_at_1": "Does it solve more?",
    "simpson_diversity": "Do its solutions stay different?",
    "train_loss": "How well did it fit its own samples?",
}


def trend(facts: Facts) -> dict[str, Any]:
    """The panels that some round has a number for, and the names of those that none has."""
    names = [(f"pass_at_{k}", "eval") for k in sorted({*facts.ks[:1], *facts.ks[-1:]})]
    names += [("simpson_diversity", "eval"), ("train_loss", "train")]
    measured = [_metric_panel(facts, name, purpose) for name, purpose in names]
    panels = [*measured[:-1], _kept_panel(facts), measured[-1], _time_panel(facts)]
    found = [panel for panel in panels if any(point["value"] is not None for point in panel["points"])]
    return {
        "rounds": [{"round": row.round, "label": axis_label(row.round)} for row in facts.rounds],
        "panels": found,
        "missing": [panel["title"] for panel in panels if panel not in found],
    }


def round_seconds(facts: Facts, round: int) -> float | None:
    """How long a round's stages took together; None where none said."""
    known = [seconds for name in STAGE_SECONDS if (seconds := facts.value(round, name, "")) is not None]
    return sum(known) if known else None


def _metric_panel(facts: Facts, name: str, purpose: str) -> dict[str, Any]:
    spec = spec_of(name)
    question = QUESTIONS.get(name) or f"Is a right answer still among {name.rpartition('_')[2]}?"
    numbers = [number(facts.metric(row.round, name, purpose), spec.unit) for row in facts.rounds]
    about = f"{_n_text(numbers)}; {OVER_PROBLEMS}" if purpose == "eval" else "mean over the round's training steps"
    return _panel(facts, question, spec.title, spec.unit, about, numbers)


def _kept_panel(facts: Facts) -> dict[str, Any]:
    shares = []
    for row in facts.rounds:
        share, sampled = facts.share(row.round, "num_kept", "train"), facts.value(row.round, "num_sampled", "train")
        found = _counted(share, "fraction", int(sampled or 0))
        shares.append(found if share is None else found | {"text": f"{found['text']} of {sampled:,.0f}"})
    about = "counted among the round's training samples"
    return _panel(facts, "How much does the filter keep?", "kept for training", "fraction", about, shares)


def _time_panel(facts: Facts) -> dict[str, Any]:
    times = [_counted(round_seconds(facts, row.round), "seconds", 1) for row in facts.rounds]
    return _panel(facts, "What did a round cost?", "time of all stages", "seconds", "as measured", times)


def _counted(value: float | None, unit: Unit, n: int) -> dict[str, Any]:
    """A number that was counted, not estimated: it has no interval."""
    text = value_text(value, unit)
    return {"value": finite(value), "low": None, "high": None, "n": n, "text": text, "interval": ""}


def _panel(
    facts: Facts, question: str, title: str, unit: Unit, about: str, numbers: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    last = facts.rounds[-1].round if facts.rounds else 0
    line = facts.line(last)
    points: list[dict[str, Any]] = [
        {"round": row.round, "label": axis_label(row.round), "on_line": row.round in line} | found
        for row, found in zip(facts.rounds, numbers, strict=True)
    ]
    base = next((point["value"] for point in points if point["round"] == 0), None)
    shown = "" if base is None else value_text(base, unit)
    return {"question": question, "title": title, "unit": unit, "about": about, "base": base, "base_text": shown,
            "points": points}  # fmt: skip


def _n_text(numbers: Sequence[dict[str, Any]]) -> str:
    """`n = 60 problems`, or the range where rounds differ."""
    sizes = sorted({found["n"] for found in numbers if found["value"] is not None})
    if len(sizes) < 2:
        return f"n = {plural(sizes[0], 'problem')}" if sizes else "not measured"
    return f"n = {sizes[0]:,} to {plural(sizes[-1], 'problem')}"
