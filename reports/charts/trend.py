"""One number over the rounds: a line, marks and intervals, with the base model's value as a line across."""

from __future__ import annotations

from typing import Any

from reports.charts.style import HEIGHT, MUTED, SERIES, WIDTH, drawn, over

PAPER = "var(--paper, #ffffff)"
"""Inside the marks of abandoned rounds."""
TIMES = ((7200.0, 3600.0, "hours"), (120.0, 60.0, "minutes"), (0.0, 1.0, "seconds"))
"""From how many seconds on, how many make one, and its name."""


def trend_svg(panel: dict[str, Any], rounds: list[dict[str, Any]], id_prefix: str) -> str:
    """One panel of `reports.trend.trend` on the axis of all its `rounds`.

    The line follows the rounds that lead to the latest one and breaks where there is no number; abandoned rounds are
    hollow marks. `id_prefix` keeps ids apart where a page holds several charts.
    """
    import altair

    unit, factor = _scale(panel)
    points = [_scaled(point, factor) for point in panel["points"]]
    reach = [height for point in points for height in (point["value"], point["high"]) if height is not None]
    top = 1.08 * max(reach) or 0.01
    axis = altair.Axis(title=unit or None, format="~%" if panel["unit"] == "fraction" else ",.3~f", tickCount=4)
    labels = [round["label"] for round in rounds]
    x_axis = altair.Axis(title="round", labelAngle=0, labelOverlap=True, labelSeparation=8, grid=False)
    x = altair.X("label:O", scale=altair.Scale(domain=labels), axis=x_axis)
    domain = [0, min(1, top) if panel["unit"] == "fraction" else top]
    y = altair.Y("value:Q", scale=altair.Scale(domain=domain), axis=axis)
    shared = {"x": x, "y": y, "description": altair.Description("hover:N")}
    ends = {"y": altair.Y("low:Q"), "y2": altair.Y2("high:Q")}
    layers = (
        over("base", y=y).mark_rule(color=MUTED, strokeDash=[4, 3]),
        over("intervals", **shared | ends).mark_bar(width=9, opacity=0.22, color=SERIES[0]),
        over("line", **shared).mark_line(color=SERIES[0]),
        over("on line", **shared).mark_point(filled=True, size=60, opacity=1, color=SERIES[0]),
        over("abandoned", **shared).mark_point(fill=PAPER, size=55, opacity=1, color=SERIES[0]),
    )
    known = [point for point in points if point["value"] is not None]
    rows = {
        "base": _base(panel, factor),
        "intervals": [point for point in known if point["low"] is not None],
        "line": [point for point in points if point["on_line"]],
        "on line": [point for point in known if point["on_line"]],
        "abandoned": [point for point in known if not point["on_line"]],
    }
    label = f"{panel['title']} by round. {panel['question']}"
    return drawn(layers, rows, label, id_prefix, width=WIDTH, height=HEIGHT)


def _scale(panel: dict[str, Any]) -> tuple[str, float]:
    """What the axis counts in, and how many of the panel's unit that is."""
    if panel["unit"] != "seconds":
        return ("" if panel["unit"] == "fraction" else panel["unit"]), 1.0
    longest = max(point["value"] for point in panel["points"] if point["value"] is not None)
    return next((name, factor) for least, factor, name in TIMES if longest >= least)


def _scaled(point: dict[str, Any], factor: float) -> dict[str, Any]:
    heights = {key: None if point[key] is None else point[key] / factor for key in ("value", "low", "high")}
    interval = f" (95% interval {point['interval']})" if point["interval"] else ""
    name = f"Round {point['round']}" if point["round"] else "Base model"
    left = "" if point["on_line"] else ", abandoned"
    return point | heights | {"hover": f"{name}{left}: {point['text']}{interval}"}


def _base(panel: dict[str, Any], factor: float) -> list[dict[str, float]]:
    return [] if panel["base"] is None else [{"value": panel["base"] / factor}]
