"""A grid of solve rates: from how often a problem was solved before to how often now; the darker, the more problems."""

from __future__ import annotations

from math import sqrt
from typing import Any

from reports.charts.style import INK, MUTED, SERIES, drawn, over

SIZE = 250
"""Pixels of the square."""
FAINTEST, DARKEST = 0.1, 0.5
"""Opacity of a cell of one problem, and of the fullest: a number can be read on both."""


def rates_svg(grid: dict[str, Any], id_prefix: str) -> str:
    """`grid` is `reports.blocks.solve_rates.solve_rates`'s; `id_prefix` keeps ids apart where a page holds several."""
    import altair

    labels, most = grid["labels"], sqrt(grid["most"])
    cells = [
        cell | {"shade": FAINTEST + (DARKEST - FAINTEST) * sqrt(cell["count"]) / most, "text": f"{cell['count']:,}"}
        for cell in grid["cells"]
    ]
    x_axis = altair.Axis(title=f"before: {grid['unit']}", labelAngle=0, labelOverlap=True, grid=False, ticks=False)
    y_axis = altair.Axis(title="now", labelOverlap=True, grid=False, ticks=False)
    x = altair.X("before:O", scale=altair.Scale(domain=labels, padding=0.04), axis=x_axis)
    y = altair.Y("now:O", scale=altair.Scale(domain=labels[::-1], padding=0.04), axis=y_axis)
    shade = altair.FillOpacity("shade:Q", scale=altair.Scale(domain=[0, 1], range=[0, 1]), legend=None)
    unchanged = over("unchanged", x=x, y=y)
    shades = over("cells", x=x, y=y, fillOpacity=shade, description=altair.Description("hover:N"))
    layers = (
        unchanged.mark_rect(fill="none", stroke=MUTED, strokeDash=[2, 2], strokeWidth=0.8, aria=False),
        shades.mark_rect(fill=SERIES[0]),
        over("cells", x=x, y=y, text=altair.Text("text:N")).mark_text(aria=False, fontSize=11, color=INK),
    )
    rows = {"unchanged": [{"before": label, "now": label} for label in labels], "cells": cells}
    label = "Problems by how often they were solved before and now"
    return drawn(layers, rows, label, id_prefix, width=SIZE, height=SIZE)
