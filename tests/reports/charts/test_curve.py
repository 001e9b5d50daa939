from __future__ import annotations

from xml.etree import ElementTree

import pytest

from reports.charts.curve import curve_svg
from reports.charts.style import SVG, for_page


def point(round, k, value=0.3, low=0.2, high=0.4):
    shown = {"round": round, "label": str(round) if round else "base", "series": f"pass@{k}", "value": value}
    return shown | {"low": low, "high": high, "text": "30.0%", "interval": "20.0% to 40.0%" if low else "", "n": 8}


@pytest.fixture(scope="module")
def chart():
    points = [point(round, k) for k in (1, 5) for round in range(3)]
    return curve_svg({"title": "humaneval", "points": points}, ["pass@1", "pass@5"], "a-")


def test_every_mark_says_its_value_on_hover(chart):
    titles = [title.text for title in ElementTree.fromstring(chart).iter(f"{{{SVG}}}title")]
    # A mark and its interval each.
    assert titles.count("Base model, pass@1: 30.0% (95% interval 20.0% to 40.0%)") == 2
    assert len([title for title in titles if title.startswith("Round ")]) == 8


def test_colours_come_from_the_page_and_nothing_is_styled_inline(chart):
    elements = list(ElementTree.fromstring(chart).iter())
    painted = {element.get(name) for element in elements for name in ("fill", "stroke")} - {None, "none", "transparent"}
    assert all(paint.startswith("var(--") for paint in painted)
    assert not any(element.get("style") for element in elements)


def test_lines_differ_by_dashes_too(chart):
    dashes = {element.get("stroke-dasharray") for element in ElementTree.fromstring(chart).iter()}
    assert {"1,0", "6,3"} <= dashes


def test_the_picture_is_labelled_once(chart):
    root = ElementTree.fromstring(chart)
    assert (root.get("role"), root.get("aria-label")) == ("img", "humaneval: pass@1 and pass@5 by round")
    assert not any(element.get("aria-label") for element in root.iter() if element is not root)


def test_a_single_round_without_intervals_can_be_drawn():
    chart = curve_svg({"title": "toy", "points": [point(0, 1, value=0.0, low=None, high=None)]}, ["pass@1"], "a-")
    assert "Base model, pass@1: 30.0%" in chart


def test_ids_get_a_prefix_where_they_are_made_and_where_they_are_used():
    svg = f'<svg xmlns="{SVG}"><clipPath id="clip1"/><g clip-path="url(#clip1)" style="fill: red"/></svg>'
    assert '<clipPath id="a-clip1" /><g clip-path="url(#a-clip1)" />' in for_page(svg, "label", "a-")


def test_a_label_cannot_break_out():
    page = for_page(f'<svg xmlns="{SVG}"/>', '"><script>alert(1)</script>', "a-")
    assert ElementTree.fromstring(page).get("aria-label") == '"><script>alert(1)</script>'
