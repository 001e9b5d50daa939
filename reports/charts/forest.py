"""A forest plot: a row a kind of problem, its change as a mark, the interval as a line."""

from __future__ import annotations

from typing import Any

from reports.charts.style import GRID, INK, MUTED, drawn, over

ROW, WIDTH, NAMES, LETTER = 21, 300, 165, 7.2
"""Pixels of a row, of the whole, of the names at most, and of a letter of a reader's font."""

POINTS = "datum.value == 0 ? '0' : format(datum.value, '+.2~f')"

MARKS = {
    "improved": ("triangle-up", "var(--good, #17623a)"),
    "unclear": ("circle", MUTED),
    "worse": ("triangle-down", "var(--bad, #9a2a1d)"),
}
"""Shape and colour of what a row is called."""


def forest_svg(rows: list[dict[str, Any]], id_prefix: str) -> str:
    """`rows` are those of `reports.blocks.forest.forest`; `id_prefix` keeps ids apart where a page holds several."""
    import altair

    shown = [row | {"points": 100 * row["value"], "from": 100 * row["low"], "to": 100 * row["high"]} for row in rows]
    room = min(NAMES, LETTER * max(len(row["label"]) for row in rows))
    axis = altair.Axis(
        title=None, labelLimit=NAMES, minExtent=room, ticks=False, domain=False, grid=False, labelColor=INK
    )
    # The rows keep their order; two may have one name only where a text repeats another's.
    y = altair.Y("label:N", sort=[row["label"] for row in rows], axis=axis)
    x_axis = altair.Axis(
        title="change, in points", tickCount=3, labelOverlap=True, labelSeparation=10, labelExpr=POINTS, grid=False
    )
    x = altair.X("points:Q", axis=x_axis, scale=altair.Scale(padding=6))
    shared = {"y": y, "color": _by_kind(altair.Color, 1, altair)}
    ends = {"x": altair.X("from:Q", axis=x_axis), "x2": altair.X2("to:Q")}
    mark = {"shape": _by_kind(altair.Shape, 0, altair), "description": altair.Description("hover:N")}
    layers = (
        over("zero", x=x).mark_rule(color=GRID, strokeWidth=1.5),
        over("rows", **shared, **ends).mark_rule(strokeWidth=2),
        over("rows", x=x, **shared, **mark).mark_point(filled=True, size=70, opacity=1),
    )
    values = {"zero": [{"points": 0}], "rows": shown}
    size = {"width": WIDTH - room, "height": ROW * len(rows)}
    return drawn(layers, values, "Change of pass@1 by kind of problem", id_prefix, **size)


def _by_kind(channel: Any, part: int, altair: Any) -> Any:
    scale = altair.Scale(domain=[*MARKS], range=[mark[part] for mark in MARKS.values()])
    return channel("kind:N", scale=scale, legend=None)
