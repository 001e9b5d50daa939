"""The strip of solve rates: a row a problem or a few, a column a round; the stronger the colour, the more."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import Any

from reports.charts.style import INK, MUTED, SERIES, drawn, over

WIDTH, NAMES, HEAD = 340, 104, 18
"""Pixels: of the whole strip, of the classes' names beside it, of the rounds' names above it."""
WIDEST, TALLEST, SHORTEST = 56, 14, 2
"""Pixels of a cell."""
TOTAL = 320
"""Pixels that all rows share."""
LEAST, GAP, LABEL = 16, 6, 30
"""Pixels of a class at least, between classes, and of a round's name."""
FAINTEST = 0.07
"""Opacity of a rate of 0, so that it is told from no rate at all."""


def heat_svg(heat: dict[str, Any], id_prefix: str) -> str:
    """The strip of `reports.heat.heat`, of two rounds or more; `id_prefix` keeps ids apart on a page."""
    import altair

    cells, names, height = _laid_out(heat)
    key, height = _key(height + 14), height + 34
    x = altair.X("x:Q", scale=altair.Scale(domain=[0, WIDTH], nice=False), axis=None)
    y = altair.Y("y:Q", scale=altair.Scale(domain=[0, height], nice=False, reverse=True), axis=None)
    ends = {"x2": altair.X2("x2:Q"), "y2": altair.Y2("y2:Q")}
    shade = altair.FillOpacity("shade:Q", scale=altair.Scale(domain=[0, 1], range=[0, 1]), legend=None)
    rates = over("cells", x=x, y=y, **ends, fillOpacity=shade, description=altair.Description("hover:N"))
    left, middle = (over(name, x=x, y=y, text=altair.Text("text:N")) for name in ("left", "middle"))
    layers = (
        rates.mark_rect(fill=SERIES[0]),
        left.mark_text(align="left", baseline="middle", fontSize=12, color=INK),
        middle.mark_text(baseline="middle", fontSize=12, color=MUTED),
    )
    names += key["names"]
    rows = {
        "cells": cells + key["cells"],
        "left": [name for name in names if name["left"]],
        "middle": [name for name in names if not name["left"]],
    }
    label = f"Solve rates of {heat['num_problems']} problems by round, grouped by how they changed"
    return drawn(layers, rows, label, id_prefix, width=WIDTH, height=height, padding=2)


def _laid_out(heat: dict[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]], float]:
    """Cells, names, and the height of it all."""
    rounds = heat["rounds"]
    across = min(WIDEST, (WIDTH - NAMES) / len(rounds))
    usual = min(TALLEST, max(SHORTEST, TOTAL / len(heat["rows"])))
    counts = {found["kind"]: found["count"] for found in heat["classes"]}
    step = -(-LABEL // across)
    names = [
        {"x": NAMES + (i + 0.5) * across, "y": HEAD / 2, "text": name, "left": False}
        for i, name in enumerate(rounds)
        if i % step == 0
    ]
    cells: list[dict[str, Any]] = []
    top = float(HEAD)
    for kind, group in groupby(heat["rows"], key=itemgetter("kind")):
        rows = list(group)
        down = max(usual, LEAST / len(rows))
        names.append({"x": 0, "y": top + down * len(rows) / 2, "text": f"{kind} {counts[kind]:,}", "left": True})
        for row in rows:
            cells += _cells(row, rounds, top, across, down)
            top += down
        top += GAP
    return cells, names, top - GAP


def _cells(row: dict[str, Any], rounds: list[str], top: float, across: float, down: float) -> list[dict[str, Any]]:
    """One row's cells, a hair apart where they are large enough."""
    right, below = (min(1.0, size / 8) for size in (across, down))
    return [
        {
            "x": NAMES + i * across,
            "x2": NAMES + (i + 1) * across - right,
            "y": top,
            "y2": top + down - below,
            "shade": _shade(rate),
            "hover": f"{row['name']}, {'round ' + name if name != 'base' else 'base model'}: {text}",
        }
        for i, (name, rate, text) in enumerate(zip(rounds, row["rates"], row["texts"], strict=True))
        if rate is not None
    ]


def _key(top: float) -> dict[str, list[dict[str, Any]]]:
    """What the shades mean."""
    cells = [
        {"x": NAMES + i * 24, "x2": NAMES + i * 24 + 23, "y": top, "y2": top + 12, "shade": _shade(i / 4), "hover": ""}
        for i in range(5)
    ]
    words = {0: "solved: 0%", NAMES + 128: "100%"}
    return {"cells": cells, "names": [{"x": x, "y": top + 6, "text": text, "left": True} for x, text in words.items()]}


def _shade(rate: float) -> float:
    return FAINTEST + (1 - FAINTEST) * rate
