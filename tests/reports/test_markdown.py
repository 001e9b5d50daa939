from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.markdown import inline, markdown_of, table
from reports.render import write_index, write_round_report
from stores.visible import is_hidden

SPAN = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")


def outside_code(text):
    """What a Markdown reader looks for markup in."""
    return SPAN.sub("", text)


@pytest.mark.parametrize(
    "text",
    [
        "Round 1 raised pass@1 from 6.1% to 7.2%: +1.1 points against the base model (95% interval +0.2 to +2.0).",
        "pass@5 fell by 5.2 points against round 2 (3.1 to 7.3, p < 0.0003)",
        "fresh-v1/test-in/affine-689de1764e2a",
        "−3.3 to +13.1",
    ],
)
def test_plain_words_stand_as_they_are(text):
    assert inline(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<img src=x>", "`<img src=x>`"),
        ("@somebody", "`@somebody`"),
        ("https://example.invalid", "`https://example.invalid`"),
        ("# heading", "`# heading`"),
        ("a ` b `` c", "```a ` b `` c```"),
        ("`", "`` ` ``"),
        ("a | b", "`a ␣007c b`"),
        ("one\n\n- two", "one - two"),
        ("- one", "`- one`"),
        ("1. one", "`1. one`"),
        ("evil\u202e\x1b[31m", "`evil␣202e␣001b[31m`"),
        ("", "–"),
    ],
)
def test_all_else_stands_in_a_code_span(text, shown):
    assert inline(text) == shown


@given(st.text(alphabet=st.sampled_from("`|\\<>@#*_[]()!&~\n\t x1.:/-+\u202e\x00"), max_size=30))
def test_no_markup_is_left_outside_a_code_span(text):
    shown = inline(text)
    assert "\n" not in shown and "|" not in shown and not any(map(is_hidden, map(ord, shown)))
    assert not re.search(r"[`<>@#*\[\]!&~\\]", outside_code(shown).replace("< ", ""))


def test_a_cell_cannot_end_its_table():
    rows = [[inline(r"\| </td> ` |"), inline("b\nc")]]
    assert [line.count("|") for line in table(["a", "b"], rows).splitlines()] == [3, 3, 3]


def test_a_round_and_a_run_have_a_twin_of_the_same_document(hand_run_reports):
    text = hand_run_reports.round_markdown(1).read_text()
    assert text.startswith(
        "# Round 1: Improved\n\nRun hand-1, model smollm2.\n\nRound 1 raised pass@1 from 37.5% to 75.0%:"
    )
    assert re.search(r"\| pass@1 \| 75\.0% \(.+ to .+\) \| \+37\.5 points \(\+.+ to \+.+\), Improved \|", text)
    text = hand_run_reports.report_markdown.read_text()
    assert text.startswith("# demo: Best: the base model\n") and "| Round 1 | Improved | 75.0% (" in text
    assert "**Go on.** `ssd-iter resume hand-1`" in text
    assert "Problems: always 4, learned 4, forgotten 0, flickering 0, never 0." in text


@pytest.fixture(scope="module")
def hand_run_reports(hand_run):
    write_round_report(hand_run, 1)
    write_index(hand_run)
    return hand_run


def test_hostile_texts_are_nowhere_but_in_code(hostile_run):
    for file in (hostile_run.report_markdown, hostile_run.round_markdown(2)):
        text = file.read_text()
        assert not any(map(is_hidden, set(map(ord, text))))
        assert "onerror" in text and "onerror" not in outside_code(text)
        assert not re.search(r"<\w|://", outside_code(text))


def test_making_it_again_gives_the_same_bytes(hostile_run):
    assert markdown_of(json.loads(hostile_run.report.read_text())) == hostile_run.report_markdown.read_text()


def test_a_run_without_a_round_has_a_twin(new_rows):
    rows = new_rows("bare-1")
    rows.run()
    write_index(rows.write())
    text = rows.paths.report_markdown.read_text()
    assert text.startswith("# demo\n\nRun bare-1, model smollm2. Not finished: no round has ended yet.\n\nThe whole")
