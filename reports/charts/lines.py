"""Lines over a number: one a series, with marks, and bands where there are intervals."""

from __future__ import annotations

from typing import Any

from reports.charts.style import DASHES, HEIGHT, SERIES, SHAPES, WIDTH, drawn, named, over

SMALL, LARGE = 14, 55
"""Areas of marks: of many measurements, and of a few numbers."""
MANY = 24
"""Marks of one series from which they are small."""


def lines_svg(panel: dict[str, Any], label: str, id_prefix: str) -> str:
    """A panel with `x` (title, and `ticks` where the axis doubles from tick to tick), `series` and `points`.

    A series is drawn as a line, as marks, or as both; a point without a value breaks its line. Numbers are shown as
    `format` (d3's) has them, in `unit`; without, they are fractions. `id_prefix` keeps ids apart on a page.
    """
    import altair

    series, points = panel["series"], panel["points"]
    known = [point for point in points if point["value"] is not None]
    names = {kind: [each["name"] for each in series if each[kind]] for kind in ("line", "marks")}
    legend = named(altair, [each["name"] for each in series])

    def by_series(channel: Any, values: Any, legend: Any = None) -> Any:
        order = [each["name"] for each in series]
        cycle = [values[i % len(values)] for i in range(len(order))]
        return channel("series:N", scale=altair.Scale(domain=order, range=cycle), legend=legend)

    # One series needs no legend: the title says what it is.
    colour = by_series(altair.Color, SERIES, legend if len(series) > 1 else None)
    shared = {"x": _x(altair, panel), "y": _y(altair, panel), "color": colour}
    size = SMALL if len(known) > MANY * len(series) else LARGE
    shapes = by_series(altair.Shape, SHAPES, legend if len(series) > 1 and size == LARGE else None)
    marks = over("marks", **shared, shape=shapes, description=altair.Description("hover:N"))
    layers = (
        over("bands", **shared | {"y": altair.Y("low:Q"), "y2": altair.Y2("high:Q")}).mark_area(opacity=0.13),
        over("lines", **shared, strokeDash=by_series(altair.StrokeDash, DASHES)).mark_line(),
        marks.mark_point(filled=True, size=size, opacity=0.9),
    )
    rows = {
        "bands": [point for point in known if point["low"] is not None],
        "lines": [point for point in points if point["series"] in names["line"]],
        "marks": [point for point in known if point["series"] in names["marks"]],
    }
    return drawn(layers, rows, label, id_prefix, width=WIDTH, height=HEIGHT)


def _x(altair: Any, panel: dict[str, Any]) -> Any:
    ticks = panel["x"].get("ticks")
    if ticks is None:
        axis = altair.Axis(title=panel["x"]["title"], format="~s", tickCount=5, tickMinStep=1, grid=False)
        return altair.X("x:Q", scale=altair.Scale(zero=False, nice=False, padding=6), axis=axis)
    axis = altair.Axis(title=panel["x"]["title"], format="d", values=ticks, labelOverlap=True, grid=False)
    return altair.X("x:Q", scale=altair.Scale(type="log", base=2, nice=False, padding=8), axis=axis)


def _y(altair: Any, panel: dict[str, Any]) -> Any:
    reach = [point[key] for point in panel["points"] for key in ("value", "high") if point[key] is not None]
    top = 1.08 * max(reach, default=0) or 0.01
    if "unit" in panel:
        words = f"datum.value == 0 ? '0' : format(datum.value, '{panel['format']}')"
        axis = altair.Axis(title=panel["unit"] or None, labelExpr=words, tickCount=5)
        return altair.Y("value:Q", scale=altair.Scale(domain=[0, top]), axis=axis)
    axis = altair.Axis(title=None, format="~%", tickCount=5)
    return altair.Y("value:Q", scale=altair.Scale(domain=[0, min(1, top)]), axis=axis)
