"""The toy's rounds as a picture of its own, not part of a page: three panels, SVG or PNG."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from reports.charts.style import COLOURS, DASHES, HEIGHT, SHAPES, WIDTH

FORMATS = (".svg", ".png")
SHARPNESS = 1.5
"""Pixels of a PNG for each of the drawing's."""
PANELS = {
    "success, %": {"S_best": "best T", "S_fix": "fixed T", "S_fix_median": "median", "S_raw": "undecoded"},
    "entropy, bits": {"H_lock": "lock", "H_fork": "fork", "H_root": "root"},
    "tokens above zero": {"n_lock": "lock", "n_fork": "fork", "n_root": "root"},
    "share of chains": {"dead": "without success", "lost": "right token lost"},
}
"""Panels by title, and the names of a round's numbers in each; what the rounds do not have is not drawn."""


def toy_picture(rounds: Sequence[Mapping[str, float | None]], heading: str, suffix: str) -> bytes:
    """The picture as a file of kind `suffix`, one of `FORMATS`.

    `rounds` are those of `ssd_iter.toy`, exact or of finite samples.
    """
    import altair
    import vl_convert

    panels = {title: {key: word for key, word in lines.items() if key in rounds[0]} for title, lines in PANELS.items()}
    charts = [_panel(altair, rounds, title, lines) for title, lines in panels.items() if lines]
    title = altair.Title(heading, fontSize=13, fontWeight="normal", anchor="start")
    chart = altair.hconcat(*charts, title=title, background="white")
    spec = json.dumps(chart.resolve_scale(color="independent", shape="independent", strokeDash="independent").to_dict())
    if suffix == ".svg":
        return str(vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])).encode()
    return bytes(vl_convert.vegalite_to_png(spec, scale=SHARPNESS, allowed_base_urls=[]))


def _panel(altair: Any, rounds: Sequence[Mapping[str, float | None]], title: str, lines: dict[str, str]) -> Any:
    points = [{"round": row["round"], "line": word, "value": row[key]} for row in rounds for key, word in lines.items()]
    legend = altair.Legend(title=None, orient="top", columns=len(DASHES), symbolStrokeWidth=0, symbolOpacity=1)

    def by_line(channel: Any, values: Sequence[Any]) -> Any:
        domain = list(lines.values())
        return channel("line:N", scale=altair.Scale(domain=domain, range=values[: len(domain)]), legend=legend)

    base = altair.Chart(altair.InlineData(values=points), width=WIDTH, height=HEIGHT).encode(
        x=altair.X("round:Q", axis=altair.Axis(title="round", grid=False, tickMinStep=1, format="d")),
        y=altair.Y("value:Q", axis=altair.Axis(title=title, tickCount=5)),
        color=by_line(altair.Color, list(COLOURS.values())),
    )
    strokes = base.mark_line().encode(strokeDash=by_line(altair.StrokeDash, DASHES))
    marks = base.mark_point(filled=True, size=35, opacity=1).encode(shape=by_line(altair.Shape, SHAPES))
    return altair.layer(strokes, marks)
