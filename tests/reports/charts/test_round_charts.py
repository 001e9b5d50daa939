"""The charts of a round's blocks: what they say on hover, in which colours, and that odd data can be drawn."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from reports.charts import CHARTS
from reports.charts.style import SVG

HOVER = "what it is"


def point(x, series="now", value=0.3, low=None, high=None):
    return {"x": x, "series": series, "value": value, "low": low, "high": high, "hover": HOVER}


def line(name="now"):
    return {"name": name, "line": True, "marks": True}


PASSES = {
    "x": {"title": "k", "ticks": [1, 2]},
    "series": [line(), line("before")],
    "points": [point(1, low=0.2, high=0.4), point(2), point(1, "before", value=0.0)],
}
LOSSES = {
    "x": {"title": "step"},
    "unit": "nats",
    "format": "~g",
    "series": [line()],
    "points": [point(1), point(2, value=None), point(3)],
}
FOREST = [
    {"label": name, "value": value, "low": value - 0.1, "high": value + 0.1, "kind": kind, "hover": HOVER}
    for name, value, kind in (("all", 0.2, "improved"), ("level 1", -0.3, "worse"), ("a name " * 9, 0.0, "unclear"))
]
GRID = {
    "labels": ["0", "1", "2"],
    "unit": "of 2",
    "most": 7,
    "cells": [{"before": "0", "now": "2", "count": 7, "hover": HOVER}],
}
LENGTHS = {
    "title": "samples",
    "before": "round 1",
    "bins": [
        {"start": 5 * number, "end": 5 * number + 5, "now": share, "before": 0.5, "hover": HOVER}
        for number, share in enumerate((0.4, 0.6))
    ],
}
DRAWN = {
    "passes": ("lines", PASSES, "pass@k"),
    "losses": ("lines", LOSSES, "loss"),
    "forest": ("forest", FOREST),
    "rates": ("rates", GRID),
    "lengths": ("lengths", LENGTHS),
}


@pytest.fixture(scope="module")
def drawings():
    return {name: ElementTree.fromstring(CHARTS[form](*parts, "a-")) for name, (form, *parts) in DRAWN.items()}


def test_every_mark_says_what_it_is_on_hover(drawings):
    titles = {name: [each.text for each in root.iter(f"{{{SVG}}}title")] for name, root in drawings.items()}
    counts = {name: texts.count(HOVER) for name, texts in titles.items()}
    assert counts == {"passes": 3, "losses": 2, "forest": 3, "rates": 1, "lengths": 2}


def test_all_colours_come_from_the_page(drawings):
    for root in drawings.values():
        paints = {each.get(name) for each in root.iter() for name in ("fill", "stroke")}
        assert all(paint.startswith("var(--") for paint in paints - {None, "none", "transparent"})
        assert not any(each.get("style") for each in root.iter())


def test_every_drawing_is_labelled_once(drawings):
    for root in drawings.values():
        assert root.get("role") == "img" and root.get("aria-label")
        assert not any(each.get("aria-label") for each in root.iter() if each is not root)


def test_steps_without_any_finite_number_can_be_drawn():
    nothing = LOSSES | {"points": [point(1, value=None)]}
    assert CHARTS["lines"](nothing, "loss", "a-").startswith("<svg")


def test_lengths_without_a_round_before_have_no_outline(drawings):
    bins = [each | {"before": None} for each in LENGTHS["bins"]]
    alone = ElementTree.fromstring(CHARTS["lengths"](LENGTHS | {"before": None, "bins": bins}, "a-"))
    dashed = [sum(bool(each.get("stroke-dasharray")) for each in root.iter()) for root in (drawings["lengths"], alone)]
    assert dashed == [1, 0]
