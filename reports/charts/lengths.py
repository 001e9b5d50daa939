"""A histogram of lengths: this round's as filled bars, those of the round it follows as an outline."""

from __future__ import annotations

from typing import Any

from reports.charts.style import HEIGHT, INK, SERIES, WIDTH, drawn, over


def lengths_svg(panel: dict[str, Any], id_prefix: str) -> str:
    """`panel` is one of `reports.blocks.diversity.lengths`; `id_prefix` keeps ids apart where a page holds several."""
    import altair

    bins = panel["bins"]
    top = 1.08 * max(share for each in bins for share in (each["now"], each["before"]) if share is not None)
    x_axis = altair.Axis(title="tokens", tickCount=5, format="~s", grid=False)
    x_scale = altair.Scale(domain=[0, bins[-1]["end"]], nice=False)
    y_axis = altair.Axis(title="share of samples", format="~%", tickCount=4)
    y_scale = altair.Scale(domain=[0, min(1, top)])
    x = altair.X("start:Q", scale=x_scale, axis=x_axis)
    now, before = (altair.Y(f"{height}:Q", scale=y_scale, axis=y_axis) for height in ("now", "before"))
    ends = {"x2": altair.X2("end:Q"), "y2": altair.Y2("zero:Q")}
    bars = over("bins", x=x, y=now, **ends, description=altair.Description("hover:N"))
    layers = [bars.mark_bar(fill=SERIES[0], fillOpacity=0.45, stroke=SERIES[0], strokeWidth=0.5)]
    if panel["before"] is not None:
        outline = over("outline", x=x, y=before)
        layers.append(outline.mark_line(interpolate="step-after", color=INK, strokeDash=[4, 2], strokeWidth=1.4))
    last = {"start": bins[-1]["end"], "before": bins[-1]["before"]}
    rows = {"bins": [each | {"zero": 0} for each in bins], "outline": [*bins, last]}
    return drawn(layers, rows, f"Lengths of the {panel['title']}", id_prefix, width=WIDTH, height=HEIGHT)
