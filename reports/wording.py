"""Numbers as a reader sees them: percent and points, thousands, durations; a dash where there is no number."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ssd_iter.metrics.registry import Unit
from ssd_iter.records import Metric
from stores.queries import Outcome

NOTHING = "\u2013"
"""An en dash: there is no number."""
MINUS = "\u2212"


def axis_label(round: int) -> str:
    """A round on an axis: its number, or `base`."""
    return str(round) if round else "base"


def value_text(value: float | None, unit: Unit) -> str:
    """One value with its unit: `6.1%`, `184.2 tokens`, `3 min 20 s`."""
    if value is None:
        return NOTHING
    if not math.isfinite(value):
        return "not finite"
    if unit == "fraction":
        return f"{_plain(100 * value, 1)}%"
    if unit == "seconds":
        return duration_text(value)
    if unit == "tokens":
        return f"{_plain(value, 1)} tokens"
    if unit in ("nats per token", "ratio"):
        return _plain(value, 3)
    return _plain(value, 0 if float(value).is_integer() else 2)


def change_text(change: float, unit: Unit) -> str:
    """A signed change: `+1.1 points` for fractions, else in the value's own unit."""
    if unit == "fraction":
        return f"{signed_points(change)} points"
    text = value_text(abs(change), unit)
    return f"{'+' if change > 0 else MINUS if change < 0 else '±'}{text}"


def signed_points(change: float) -> str:
    """A change of a fraction in percentage points, signed, without the word."""
    text = f"{100 * abs(change):.1f}"
    return f"±{text}" if text == "0.0" else f"{'+' if change > 0 else MINUS}{text}"


def interval_text(low: float | None, high: float | None, unit: Unit) -> str:
    """`4.0% to 8.5%`; empty where there is none, and where it has no width: then it says nothing about certainty."""
    if low is None or high is None or low == high:
        return ""
    return f"{value_text(low, unit).removesuffix(' tokens')} to {value_text(high, unit)}"


def duration_text(seconds: float) -> str:
    """`4.2 s`, `3 min 20 s`, `2 h 05 min`."""
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"


def number(metric: Metric | None, unit: Unit) -> dict[str, Any]:
    """A metric as JSON: value, interval and n, with the texts that show them."""
    if metric is None:
        return {"value": None, "low": None, "high": None, "n": 0, "text": NOTHING, "interval": ""}
    return {
        "value": finite(metric.value),
        "low": finite(metric.low),
        "high": finite(metric.high),
        "n": metric.n,
        "text": value_text(metric.value, unit),
        "interval": interval_text(metric.low, metric.high, unit),
    }


def finite(value: float | None) -> float | None:
    """The value, or None where JSON has no number for it."""
    return value if value is not None and math.isfinite(value) else None


def name_round(round: int) -> str:
    """`the base model` or `round 3`."""
    return f"round {round}" if round else "the base model"


def name_rounds(rounds: Sequence[int]) -> str:
    """`round 3`, `rounds 1 and 4`, `rounds 1 to 3, 7 and 9`; the numbers rise."""
    spans: list[list[int]] = []
    for round in rounds:
        if spans and spans[-1][-1] == round - 1:
            spans[-1].append(round)
        else:
            spans.append([round])
    spelt = ([f"{span[0]} to {span[-1]}"] if len(span) > 2 else map(str, span) for span in spans)
    texts = [text for span in spelt for text in span]
    return f"round{'s' if len(rounds) > 1 else ''} {listed(texts)}"


def listed(texts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *others, last = texts
    return f"{', '.join(others)} and {last}" if others else last


def name_followed(round: int, previous: int | None) -> str:
    """What a round is compared with: `the round before`, or after a rollback `round 1, which it follows`."""
    if previous is None or previous == round - 1:
        return "the round before"
    return f"{name_round(previous)}, which it follows"


def plural(count: int, noun: str) -> str:
    """`1 problem`, `1,640 samples`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def size_text(graded: Sequence[Outcome]) -> str:
    """How much was evaluated: `64 problems, 256 samples`."""
    return f"{plural(len(graded), 'problem')}, {plural(sum(outcome.num_samples for outcome in graded), 'sample')}"


def flatten(value: Any, prefix: str = "") -> list[dict[str, str]]:
    """A nested JSON document as dotted keys with text values, in the document's order."""
    if isinstance(value, dict) and value:
        return [row for key, part in value.items() for row in flatten(part, f"{prefix}.{key}" if prefix else str(key))]
    return [{"key": prefix, "value": _scalar(value)}]


def _scalar(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_scalar, value)) or NOTHING
    if value is None or value == "" or value == {}:
        return NOTHING
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _plain(value: float, digits: int) -> str:
    text = f"{abs(value):,.{digits}f}"
    return f"{MINUS}{text}" if value < 0 and text.strip("0.,") else text
