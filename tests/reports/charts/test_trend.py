from __future__ import annotations

from xml.etree import ElementTree

import pytest

from reports.charts.style import SVG
from reports.charts.trend import PAPER, trend_svg


def point(round, value=0.3, on_line=True, interval="20.0% to 40.0%"):
    low, high = (None, None) if value is None or not interval else (value - 0.1, value + 0.1)
    shown = {"round": round, "label": str(round) if round else "base", "value": value, "low": low, "high": high}
    return shown | {"on_line": on_line, "text": "–" if value is None else "30.0%", "interval": interval, "n": 8}


def drawing(points, unit="fraction", base=0.3):
    panel = {"title": "pass@1", "question": "Does it solve more?", "unit": unit, "base": base, "points": points}
    return ElementTree.fromstring(trend_svg(panel, [{"label": each["label"]} for each in points], "a-"))


def titles(root):
    return [title.text for title in root.iter(f"{{{SVG}}}title")]


def texts(root):
    return [text.text for text in root.iter(f"{{{SVG}}}text")]


@pytest.fixture(scope="module")
def chart():
    return drawing([point(0), point(1, None), point(2, on_line=False), point(3)])


def test_every_number_is_a_mark_and_says_its_value_on_hover(chart):
    assert titles(chart).count("Base model: 30.0% (95% interval 20.0% to 40.0%)") >= 1
    assert any(title.startswith("Round 2, abandoned: 30.0%") for title in titles(chart))
    assert not any(title.startswith("Round 1") for title in titles(chart))


def test_all_rounds_stand_on_the_axis_though_one_has_no_number(chart):
    assert {"base", "1", "2", "3"} <= set(texts(chart))


def test_abandoned_rounds_are_hollow(chart):
    hollow = [element for element in chart.iter(f"{{{SVG}}}path") if element.get("fill") == PAPER]
    assert len(hollow) == 1


def test_the_base_is_a_dashed_line_across(chart):
    assert "4,3" in {element.get("stroke-dasharray") for element in chart.iter()}
    without = drawing([point(0, None), point(1)], base=None)
    assert "4,3" not in {element.get("stroke-dasharray") for element in without.iter()}


def test_colours_come_from_the_page_and_nothing_is_styled_inline(chart):
    painted = {element.get(name) for element in chart.iter() for name in ("fill", "stroke")}
    assert all(paint.startswith("var(--") for paint in painted - {None, "none", "transparent"})
    assert not any(element.get("style") for element in chart.iter())


@pytest.mark.parametrize(("seconds", "unit"), [(40, "seconds"), (1800, "minutes"), (90_000, "hours")])
def test_times_are_drawn_in_a_unit_that_fits(seconds, unit):
    assert unit in texts(drawing([point(0, seconds, interval=""), point(1, seconds)], "seconds", seconds))


def test_a_number_that_is_0_in_every_round_can_be_drawn():
    root = drawing([point(0, 0.0, interval=""), point(1, 0.0, interval="")], base=0.0)
    assert len(titles(root)) == 2
