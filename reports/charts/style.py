"""What all charts share: colours from the page, marks and dashes, and the way from Altair's chart into a page.

No JavaScript, no network, no style attributes. Colours are CSS variables with a fallback, so a page's light and dark
themes reach them; marks and dashes tell lines apart without colour. Hover shows each mark's <title>.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

SVG = "http://www.w3.org/2000/svg"
INK, MUTED, GRID = "var(--ink, #1c2127)", "var(--muted, #59616c)", "var(--line, #d9dce1)"
COLOURS = {"series-1": "#1f5fa8", "series-2": "#a8480f", "series-3": "#3f6f1f", "series-4": "#7a3f8f"}
SERIES = tuple(f"var(--{name}, {colour})" for name, colour in COLOURS.items())
SHAPES = ("circle", "square", "triangle-up", "diamond")
DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3])
WIDTH, HEIGHT = 270, 165
LINES_OF_AXES = {"gridColor": GRID, "domainColor": GRID, "tickColor": GRID}
WORDS_OF_AXES = {"labelColor": MUTED, "titleColor": MUTED, "titleFontWeight": "normal"}
THEME: dict[str, Any] = {
    "background": "transparent",
    "view": {"stroke": None},
    "axis": {**LINES_OF_AXES, **WORDS_OF_AXES, "labelFontSize": 12, "titleFontSize": 12},
    "legend": {"labelColor": INK, "labelFontSize": 12},
}
"""Vega-Lite's config of every chart: the page's colours and sizes, without a frame or a background."""
SHORT = 15
"""Letters of a legend's longest entry for two to fit side by side."""


Rows = Mapping[str, Sequence[Mapping[str, Any]]]
"""What a chart shows: rows of values, by name."""


def named(altair: Any, names: Sequence[str]) -> Any:
    """A legend above a chart that has room for a reader's font, which may be wider than the one it is laid out with."""
    longest = max(map(len, names), default=0)
    room = {"columns": 1 if longest > SHORT else 2, "columnPadding": 2.4 * longest}
    return altair.Legend(title=None, orient="top", **room, symbolSize=70, symbolStrokeWidth=0, symbolOpacity=1)


def over(name: str, **channels: Any) -> Any:
    """The beginning of a layer: an Altair chart of the rows that are called so."""
    import altair

    return altair.Chart(altair.NamedData(name)).encode(**channels)


def drawn(layers: Sequence[Any], rows: Rows, label: str, id_prefix: str, **size: float) -> str:
    """Altair's layers as one labelled picture inside a page. `id_prefix` keeps ids apart where a page holds several.

    `rows` come last and by name: Altair copies and checks, at every step, all that it is given.
    """
    import altair
    import vl_convert

    spec = altair.layer(*layers, **size).to_dict(validate=False) | {"datasets": rows}
    return for_page(vl_convert.vegalite_to_svg(spec, config=THEME, allowed_base_urls=[]), label, id_prefix)


def start_drawing() -> None:
    """Load what draws and start its engine, so that the first chart does not wait for them."""
    import altair  # noqa: F401
    import vl_convert

    vl_convert.vegalite_to_svg({"mark": "bar", "data": {"values": []}}, allowed_base_urls=[])


def for_page(svg: str, label: str, id_prefix: str) -> str:
    """An SVG document as one labelled picture inside a page.

    Descriptions of marks become <title> elements, ids get a prefix, and style attributes, inner ARIA and the fixed
    height go away.
    """
    ElementTree.register_namespace("", SVG)
    root = ElementTree.fromstring(svg)
    for element in root.iter():
        description = element.get("aria-label")
        if element.get("aria-roledescription") in ("point", "bar", "rect mark") and description:
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
