from __future__ import annotations

from xml.etree import ElementTree

import pytest

from reports.charts.heat import FAINTEST, WIDTH, heat_svg
from reports.charts.style import SVG
from reports.heat import MEANINGS


def drawing(rows, rounds=("base", "1", "2")):
    """The strip of rows: class and rates each."""
    counts = {kind: sum(each == kind for each, _ in rows) for kind in MEANINGS}
    made = [
        {
            "kind": kind,
            "size": 1,
            "name": f"toy/{i}",
            "rates": rates,
            "texts": ["–" if r is None else str(r) for r in rates],
        }
        for i, (kind, rates) in enumerate(rows)
    ]
    classes = [{"kind": kind, "count": count} for kind, count in counts.items()]
    found = {"rounds": list(rounds), "num_problems": len(rows), "classes": classes, "rows": made}
    return ElementTree.fromstring(heat_svg(found, "a-"))


def cells(root):
    """Opacity of each cell by its hover title."""
    titled = [(path.find(f"{{{SVG}}}title"), path) for path in root.iter(f"{{{SVG}}}path")]
    return {title.text: float(path.get("fill-opacity", 1)) for title, path in titled if title is not None}


@pytest.fixture(scope="module")
def strip():
    return drawing([("always", [1, 1, 0.5]), ("learned", [0, None, 1])])


def test_every_graded_cell_says_what_it_is_and_gaps_are_empty(strip):
    found = cells(strip)
    assert len(found) == 5 and "toy/1, round 1: –" not in found
    assert {"toy/0, base model: 1", "toy/0, round 2: 0.5", "toy/1, round 2: 1"} <= found.keys()


def test_the_more_is_solved_the_darker_and_0_can_be_told_from_a_gap(strip):
    found = cells(strip)
    assert found["toy/0, base model: 1"] == 1 > found["toy/0, round 2: 0.5"] > found["toy/1, base model: 0"] >= FAINTEST


def test_classes_are_named_with_their_numbers_and_the_shades_explained(strip):
    texts = [text.text for text in strip.iter(f"{{{SVG}}}text")]
    assert texts == ["always 1", "learned 1", "solved: 0%", "100%", "base", "1", "2"]


def test_colours_come_from_the_page_and_nothing_is_styled_inline(strip):
    painted = {element.get(name) for element in strip.iter() for name in ("fill", "stroke")}
    assert all(paint.startswith("var(--") for paint in painted - {None, "none", "transparent"})
    assert not any(element.get("style") for element in strip.iter())


@pytest.mark.parametrize("rounds", [2, 12, 60])
def test_it_is_as_wide_as_a_phone_however_many_rounds(rounds):
    root = drawing([(kind, [0.5] * rounds) for kind in MEANINGS], ["base", *map(str, range(1, rounds))])
    assert float(root.get("viewBox").split()[2]) <= WIDTH + 10
    names = [text.text for text in root.iter(f"{{{SVG}}}text")][len(MEANINGS) + 2 :]
    assert names[0] == "base" and len(names) <= min(rounds, 8)
