"""Charts as static SVG: drawn by Altair and vl-convert, then made safe and themable for one page.

No JavaScript, no network, no style attributes. Colours are CSS variables with a fallback, so a page's light and dark
themes reach them; marks and dashes tell lines apart without colour. Hover shows each mark's <title>.
"""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

SVG = "http://www.w3.org/2000/svg"
INK, MUTED, GRID = "var(--ink, #1c2127)", "var(--muted, #59616c)", "var(--line, #d9dce1)"
COLOURS = {"series-1": "#1f5fa8", "series-2": "#a8480f", "series-3": "#3f6f1f", "series-4": "#7a3f8f"}
SERIES = tuple(f"var(--{name}, {colour})" for name, colour in COLOURS.items())
SHAPES = ("circle", "square", "triangle-up", "diamond")
DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3])
WIDTH, HEIGHT = 270, 165


def curve_svg(panel: dict[str, Any], series: list[str], id_prefix: str) -> str:
    """One panel of the curve over rounds: a line, marks and 95 % bars for each of `series`.

    `panel` is one of `reports.sections.curve`. `id_prefix` keeps ids apart where a page holds several charts.
    """
    import altair
    import vl_convert

    points = [{**point, "hover": _hover(point)} for point in panel["points"]]
    labels = [label for _, label in sorted({(point["round"], point["label"]) for point in points})]
    spec = _curve(altair, points, labels, series).to_dict()
    svg = vl_convert.vegalite_to_svg(json.dumps(spec), allowed_base_urls=[])
    return for_page(svg, f"{panel['title']}: {' and '.join(series)} by round", id_prefix)


def _curve(altair: Any, points: list[dict[str, Any]], labels: list[str], series: list[str]) -> Any:
    top = max([point["high"] or point["value"] for point in points] + [0.01])
    legend = altair.Legend(title=None, orient="top", symbolSize=70, symbolStrokeWidth=0, symbolOpacity=1)

    def by_series(channel: Any, values: Any, legend: Any = legend) -> Any:
        cycle = [values[i % len(values)] for i in range(len(series))]
        return channel("series:N", scale=altair.Scale(domain=series, range=cycle), legend=legend)

    x_axis = altair.Axis(title="round", labelAngle=0, labelOverlap=True, grid=False)
    y_axis = altair.Axis(title=None, format="~%", tickCount=5)
    base = altair.Chart(altair.InlineData(values=points)).encode(
        x=altair.X("label:O", scale=altair.Scale(domain=labels), axis=x_axis),
        y=altair.Y("value:Q", scale=altair.Scale(domain=[0, min(1, 1.08 * top)]), axis=y_axis),
        color=by_series(altair.Color, SERIES),
    )
    bars = base.transform_filter("isValid(datum.low) && isValid(datum.high)").encode(y="low:Q", y2="high:Q")
    lines = base.encode(strokeDash=by_series(altair.StrokeDash, DASHES, None))
    marks = base.encode(shape=by_series(altair.Shape, SHAPES), description="hover:N")
    layers = (
        bars.mark_bar(width=9, opacity=0.22),
        lines.mark_line(),
        marks.mark_point(filled=True, size=60, opacity=1),
    )
    chart = altair.layer(*layers).properties(width=WIDTH, height=HEIGHT, background="transparent")
    lines_of_axes = {"gridColor": GRID, "domainColor": GRID, "tickColor": GRID}
    words_of_axes = {"labelColor": MUTED, "titleColor": MUTED, "titleFontWeight": "normal", "labelFontSize": 12}
    chart = chart.configure_view(stroke=None).configure_axis(**lines_of_axes, **words_of_axes, titleFontSize=12)
    return chart.configure_legend(labelColor=INK, labelFontSize=12)


def _hover(point: dict[str, Any]) -> str:
    interval = f" (95% interval {point['interval']})" if point["interval"] else ""
    round = f"Round {point['round']}" if point["round"] else "Base model"
    return f"{round}, {point['series']}: {point['text']}{interval}"


def for_page(svg: str, label: str, id_prefix: str) -> str:
    """An SVG document as one labelled picture inside a page.

    Descriptions of marks become <title> elements, ids get a prefix, and style attributes, inner ARIA and the fixed
    height go away.
    """
    ElementTree.register_namespace("", SVG)
    root = ElementTree.fromstring(svg)
    for element in root.iter():
        description = element.get("aria-label")
        if element.get("aria-roledescription") in ("point", "bar") and description:
            title = ElementTree.Element(f"{{{SVG}}}title")
            title.text = description
            element.insert(0, title)
        for name, value in list(element.attrib.items()):
            if name in ("style", "role", "class", "font-family") or name.startswith("aria-"):
                del element.attrib[name]
            elif name == "id":
                element.set(name, id_prefix + value)
            else:
                element.set(name, value.replace("url(#", f"url(#{id_prefix}"))
    for name in ("height", "version"):
        root.attrib.pop(name, None)
    root.attrib.update({"role": "img", "aria-label": label, "class": "chart"})
    return ElementTree.tostring(root, encoding="unicode")
