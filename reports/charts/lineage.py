"""The drawn lineage: rounds from left to right, a lane for each branch, lines to each round from what it was made of.

Drawn from the report document alone, by the same means and under the same rules as the other charts.
"""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import Any

from reports.charts.style import INK, MUTED, drawn, over

Point = tuple[float, float]
"""Round number and lane, both of which may lie between two."""

MARKS = {
    "base": ("diamond", INK),
    "improved": ("triangle-up", "var(--good, #17623a)"),
    "unclear": ("circle", MUTED),
    "worse": ("triangle-down", "var(--bad, #9a2a1d)"),
    "invalid": ("wedge", "var(--series-1, #1f5fa8)"),
    "ended": ("cross", "var(--warn, #7a4b00)"),
    "warn": ("triangle-right", "var(--series-2, #a8480f)"),
    "diversity_collapse": ("triangle-left", "var(--series-4, #7a3f8f)"),
    "collapse": ("square", "var(--worst, #7b1040)"),
}
"""Shape and colour of each kind of verdict."""
PAPER = "var(--paper, #ffffff)"
"""Inside the marks of abandoned rounds."""
DASHES = {"trained from": [1, 0], "samples drawn by": [6, 4], "also trained on": [1.5, 3]}

LANE, STEP = 66, 84
"""Pixels from lane to lane, and at most from round to round."""
NAME, SCORE, WORD = 60, 38, 115
"""Pixels that a round's whole name needs, its score, and a word of the legend."""
RAIL = 0.33
"""How far below a lane, in lanes, the lines from far away run."""


def lineage_svg(lineage: dict[str, Any], width: int, id_prefix: str) -> str:
    """The lineage in about `width` pixels or less; labels thin out where rounds stand close.

    `lineage` is `reports.lineage.lineage`'s, of two rounds or more. `id_prefix` keeps ids apart where a page holds
    several charts.
    """
    import altair

    nodes = lineage["nodes"]
    step = min(STEP, (width - NAME) / (nodes[-1]["round"] - nodes[0]["round"]))
    legend = altair.Legend(title=None, orient="top", columns=width // WORD, columnPadding=16, symbolSize=90)
    shown, paths = _labelled(nodes, step), _paths(lineage, step)
    rounds = [nodes[0]["round"], nodes[-1]["round"]]
    lanes = [-0.6, max(point["lane"] for point in [*shown, *paths]) + 0.2]
    layers = _layers(altair, shown, rounds, lanes, step, legend)
    rows = {
        "paths": paths,
        "nodes": shown,
        "on path": [node for node in shown if node["on_path"]],
        "abandoned": [node for node in shown if not node["on_path"]],
    }
    size = {"width": step * (rounds[1] - rounds[0]), "height": LANE * (lanes[1] - lanes[0])}
    return drawn(layers, rows, "Lineage: which round was made from which", id_prefix, **size)


def _layers(
    altair: Any, nodes: list[dict[str, Any]], rounds: list[int], lanes: list[float], step: float, legend: Any
) -> tuple[Any, ...]:
    """Layers over the rows `paths`, `nodes`, and of these those `on path` and the `abandoned` ones."""
    x_scale = altair.Scale(domain=rounds, nice=False, zero=False)
    y_scale = altair.Scale(domain=lanes, nice=False, zero=False, reverse=True)
    place = {
        "x": altair.X("round:Q", scale=x_scale, axis=None),
        "y": altair.Y("lane:Q", scale=y_scale, axis=None),
    }
    lines = over(
        "paths",
        **place,
        detail=altair.Detail("edge:N"),
        order=altair.Order("order:Q"),
        stroke=altair.Stroke("colour:N", scale=None),
        strokeWidth=altair.StrokeWidth("width:Q", scale=None),
        strokeDash=altair.StrokeDash(
            "kind:N", scale=altair.Scale(domain=[*DASHES], range=[*DASHES.values()]), legend=None
        ),
    )
    kinds = {node["kind"]: node["word"] for node in nodes}
    shapes, colours = zip(*(MARKS[kind] for kind in kinds), strict=True)
    marks = {
        "shape": altair.Shape("word:N", scale=altair.Scale(domain=[*kinds.values()], range=shapes), legend=legend),
        "color": altair.Color("word:N", scale=altair.Scale(domain=[*kinds.values()], range=colours), legend=legend),
        "description": altair.Description("hover:N"),
    }
    size = min(130, max(45, (0.62 * step) ** 2))
    name, score = (
        over("nodes", **place, color=altair.Color("ink:N", scale=None), text=altair.Text(f"{text}:N"))
        for text in ("name", "shown")
    )
    return (
        lines.mark_line(strokeJoin="round"),
        over("on path", **place, **marks).mark_point(filled=True, size=size, opacity=1),
        over("abandoned", **place, **marks).mark_point(fill=PAPER, size=size, opacity=1),
        name.mark_text(dy=-25, fontSize=12, fontWeight=600),
        score.mark_text(dy=-12, fontSize=11),
    )


def _labelled(nodes: list[dict[str, Any]], step: float) -> list[dict[str, Any]]:
    """Nodes with what the picture shows of them; a label is left out where another stands too near in its lane."""
    lanes = [list(lane) for _, lane in groupby(nodes, key=itemgetter("lane"))]
    ends = [node for lane in lanes for node in (lane[0], lane[-1])]
    chosen: list[dict[str, Any]] = []
    for node in [nodes[-1], *ends, *nodes]:
        beside = [other["round"] for other in chosen if other["lane"] == node["lane"]]
        if all(abs(node["round"] - other) * step >= SCORE for other in beside):
            chosen.append(node)
    return [_shown(node, step, node in chosen) for node in nodes]


def _shown(node: dict[str, Any], step: float, labelled: bool) -> dict[str, Any]:
    name = f"Round {node['round']}" if step >= NAME else str(node["round"])
    return {
        **node,
        "name": (name if node["round"] else "Base") if labelled else "",
        "shown": node["score"]["text"] if labelled else "",
        "ink": INK if node["on_path"] else MUTED,
        "hover": f"{node['label']}: {node['word']}, pass@1 {node['score']['text']}. {node['sentence']}".strip(),
    }


def _paths(lineage: dict[str, Any], step: float) -> list[dict[str, Any]]:
    """The points of every line; those on the way to the latest round last, on top of the others."""
    nodes = {node["round"]: node for node in lineage["nodes"]}
    points = []
    for edge, found in enumerate(sorted(lineage["edges"], key=lambda found: found["on_path"])):
        strong = found["on_path"] and found["kind"] != "also trained on"
        look = {"colour": INK, "width": min(2.4, 1.2 + step / 30)} if strong else {"colour": MUTED, "width": 1.2}
        shared = {"edge": edge, "kind": found["kind"], **look}
        path = _path(nodes[found["from"]], nodes[found["to"]], found["kind"])
        points += [shared | {"order": order, "round": x, "lane": y} for order, (x, y) in enumerate(path)]
    return points


def _path(source: dict[str, Any], target: dict[str, Any], kind: str) -> list[Point]:
    """The corners of one line."""
    (start, above), (end, lane) = ((node["round"], node["lane"]) for node in (source, target))
    if kind == "also trained on":
        depth = 2 * min(0.6, 0.2 + 0.08 * (end - start))
        return [_bend((start, above), ((start + end) / 2, lane + depth), (end, lane), t / 12) for t in range(13)]
    if target["parent_round"] == source["round"]:
        return [(start, above), (end, lane)] if lane == above else [(start, above), (start + 0.5, lane), (end, lane)]
    return [(start, above), (start + 0.3, lane + RAIL), (end - 0.3, lane + RAIL), (end, lane)]


def _bend(start: Point, middle: Point, end: Point, t: float) -> Point:
    """A point of the curve from `start` to `end` that is drawn towards `middle`; `t` from 0 to 1."""
    x, y = ((1 - t) ** 2 * a + 2 * t * (1 - t) * b + t**2 * c for a, b, c in zip(start, middle, end, strict=True))
    return x, y
