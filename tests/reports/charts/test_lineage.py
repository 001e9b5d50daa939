from __future__ import annotations

from xml.etree import ElementTree

import pytest

from reports.changes import WORDS
from reports.charts.lineage import DASHES, MARKS, PAPER, lineage_svg
from reports.charts.style import SVG
from reports.lineage import lineage

KINDS = ["base", "improved", "worse", "unclear", "ended"]


@pytest.fixture(scope="module")
def draw(facts_of):
    """Draws the lineage of a run of rounds alone, the verdicts taken in turn; its parsed SVG."""

    def make(rounds, width, rollbacks=None, **knobs):
        verdicts = {round: KINDS[round % 5] for round in range(rounds + 1)}
        verdicts = {round: {"kind": kind, "word": WORDS[kind]} for round, kind in verdicts.items()}
        told = lineage(facts_of(rounds, rollbacks or {}, **knobs), verdicts)
        return ElementTree.fromstring(lineage_svg(told, width, "a-"))

    return make


@pytest.fixture(scope="module")
def back(draw):
    """Four rounds of which the last follows the first, samples drawn by the base, older ones kept."""
    return draw(4, 1000, {4: 1}, sample_from="base", data="accumulate")


def marks(drawing):
    """Each round's mark by its hover title."""
    titled = [(element.find(f"{{{SVG}}}title"), element) for element in drawing.iter(f"{{{SVG}}}path")]
    return {title.text: element for title, element in titled if title is not None}


def place(mark):
    x, y = mark.get("transform").removeprefix("translate(").removesuffix(")").split(",")
    return float(x), float(y)


def labels(drawing):
    texts = [element.text for element in drawing.iter(f"{{{SVG}}}text") if element.text]
    return [text for text in texts if text not in (*WORDS.values(), "–")]


def test_every_kind_of_verdict_has_a_shape_and_a_colour_of_its_own():
    assert MARKS.keys() == WORDS.keys()
    assert len({shape for shape, _ in MARKS.values()}) == len({colour for _, colour in MARKS.values()}) == len(MARKS)


def test_every_round_says_on_hover_what_it_is(back):
    titles = list(marks(back))
    assert len(titles) == 5
    assert titles[-1].startswith("Round 3: No clear change, pass@1 –. Follows round 2. Trained from round 2's weights")
    assert any(title.startswith("Round 4: Ended, pass@1 –. Follows round 1, after a rollback.") for title in titles)


def test_a_rollback_is_a_branch_below(back):
    found = {title.split(":")[0]: place(mark) for title, mark in marks(back).items()}
    assert found["Round 4"][1] > found["Round 3"][1] == found["Base model"][1]
    assert found["Round 1"][0] < found["Round 2"][0] < found["Round 3"][0] < found["Round 4"][0]


def test_abandoned_rounds_are_hollow(back):
    hollow = {title.split(":")[0] for title, mark in marks(back).items() if mark.get("fill") == PAPER}
    assert hollow == {"Round 2", "Round 3"}


def test_kinds_of_lines_differ_by_dashes(back):
    dashes = {element.get("stroke-dasharray") for element in back.iter()} - {None}
    assert dashes == {",".join(map(str, dash)) for dash in DASHES.values()}


def test_colours_come_from_the_page_and_nothing_is_styled_inline(back):
    painted = {element.get(name) for element in back.iter() for name in ("fill", "stroke")}
    assert all(paint.startswith("var(--") for paint in painted - {None, "none", "transparent"})
    assert not any(element.get("style") for element in back.iter())


@pytest.mark.parametrize(
    ("rounds", "width", "names"),
    [
        (2, 350, ["Base", "Round 1", "Round 2"]),
        (6, 350, ["Base", *"123456"]),
        (12, 350, ["Base", "2", "4", "6", "8", "10", "12"]),
        (12, 1000, ["Base", *(f"Round {round}" for round in range(1, 13))]),
        (40, 350, ["Base", "6", "12", "18", "24", "30", "40"]),
    ],
)
def test_labels_thin_out_but_the_base_and_the_latest_round_keep_theirs(draw, rounds, width, names):
    drawing = draw(rounds, width)
    assert labels(drawing) == names
    assert float(drawing.get("viewBox").split()[2]) <= width + 5
