"""Curves over rounds: a line, marks and intervals for each series."""

from __future__ import annotations

from typing import Any

from reports.charts.style import DASHES, HEIGHT, SERIES, SHAPES, WIDTH, drawn, named, over


def curve_svg(panel: dict[str, Any], series: list[str], id_prefix: str) -> str:
    """One panel of the curve over rounds: a line, marks and 95 % bars for each of `series`.

    `panel` is one of `reports.blocks.accuracy.curve`. `id_prefix` keeps ids apart where a page holds several charts.
    """
    import altair

    points = [{**point, "hover": _hover(point)} for point in panel["points"]]
    labels = [label for _, label in sorted({(point["round"], point["label"]) for point in points})]
    top = max([point["high"] or point["value"] for point in points] + [0.01])
    legend = named(altair, series)

    def by_series(channel: Any, values: Any, legend: Any = legend) -> Any:
        cycle = [values[i % len(values)] for i in range(len(series))]
        return channel("series:N", scale=altair.Scale(domain=series, range=cycle), legend=legend)

    x_axis = altair.Axis(title="round", labelAngle=0, labelOverlap=True, grid=False)
    y_axis = altair.Axis(title=None, format="~%", tickCount=5)
    shared = {
        "x": altair.X("label:O", scale=altair.Scale(domain=labels), axis=x_axis),
        "y": altair.Y("value:Q", scale=altair.Scale(domain=[0, min(1, 1.08 * top)]), axis=y_axis),
        "color": by_series(altair.Color, SERIES),
        "description": altair.Description("hover:N"),
    }
    ends = {"y": altair.Y("low:Q"), "y2": altair.Y2("high:Q")}
    layers = (
        over("intervals", **shared | ends).mark_bar(width=9, opacity=0.22),
        over("points", **shared, strokeDash=by_series(altair.StrokeDash, DASHES, None)).mark_line(),
        over("points", **shared, shape=by_series(altair.Shape, SHAPES)).mark_point(filled=True, size=60, opacity=1),
    )
    rows = {"points": points, "intervals": [point for point in points if None not in (point["low"], point["high"])]}
    label = f"{panel['title']}: {' and '.join(series)} by round"
    return drawn(layers, rows, label, id_prefix, width=WIDTH, height=HEIGHT)


def _hover(point: dict[str, Any]) -> str:
    interval = f" (95% interval {point['interval']})" if point["interval"] else ""
    round = f"Round {point['round']}" if point["round"] else "Base model"
    return f"{round}, {point['series']}: {point['text']}{interval}"
