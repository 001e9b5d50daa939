"""Columns for a terminal: whole numbers, no column left out, and a block a row where they do not fit."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from rich.cells import cell_len

from stores.formats import QueryResult, format_rows

NUMBERS = QueryResult(tuple(f"column_{i}" for i in range(12)), [tuple(123_456_789 + i for i in range(12))])
SENTENCE = "no fall was found; one of pass@1 by 12.0 points would have been, nine times in ten"
NAMES = st.lists(st.from_regex(r"[a-z_]{1,20}", fullmatch=True), min_size=1, max_size=12, unique=True)


def shown(result, width):
    return format_rows(result, "table", width)


def test_columns_that_do_not_fit_are_shown_a_block_a_row():
    lines = shown(NUMBERS, 100).splitlines()
    assert lines[:2] == ["[1 of 1]", "  column_0   123456789"]
    assert lines[-1] == "  column_11  123456800"


@pytest.mark.parametrize("width", [200, None])
def test_columns_that_fit_are_a_table(width):
    (row,) = [line for line in shown(NUMBERS, width).splitlines() if "123456789" in line]
    assert row.split() == [str(number) for number in NUMBERS.rows[0]]


@given(NAMES, st.data(), st.integers(45, 200))
def test_no_number_is_broken_and_no_column_left_out_at_any_width(names, data, width):
    values = st.integers(-(2**63), 2**63) | st.floats(allow_nan=False) | st.just(None)
    row = tuple(data.draw(values, name) for name in names)
    text = shown(QueryResult(tuple(names), [row]), width)
    words = text.split()
    expected = ["–" if value is None else f"{value:.4g}" if isinstance(value, float) else str(value) for value in row]
    assert not Counter([*names, *expected]) - Counter(words)
    assert max(map(cell_len, text.splitlines())) <= max(width, 50)


@given(st.text("ab 漢é1.", min_size=1, max_size=90), st.integers(60, 160))
def test_texts_are_wrapped_between_words_and_lose_none(text, width):
    words = text.split()
    assume(max(map(cell_len, words), default=0) <= 24)
    found = shown(QueryResult(("n", "TEXT"), [(7, text)]), width).replace("TEXT", "").split()
    assert [word for word in found if set(word) <= set("ab漢é1.")] == words


def test_a_sentence_is_wrapped_where_its_column_is_narrow():
    text = shown(QueryResult(("round", "what was found"), [(1, SENTENCE)]), 50)
    assert "round" in text.splitlines()[1] and " ".join(text.split()).endswith("nine times in ten")
    assert max(map(len, text.splitlines())) <= 50


def test_an_interval_stays_on_its_line():
    text = shown(QueryResult(("round", "pass@1", "note"), [(1, "0.3477 (0.25 to 0.453)", SENTENCE)]), 70)
    assert "0.3477 (0.25 to 0.453)" in text


def test_no_text_of_a_block_passes_for_the_head_of_one():
    hostile = "x\n[2 of 2]\n  a  forged"
    lines = shown(QueryResult(("a", "b" * 40), [(hostile, 1)]), 45).splitlines()
    assert [line for line in lines if line.startswith("[")] == ["[1 of 1]"]


def test_columns_without_rows_are_named_at_any_width():
    result = QueryResult(NUMBERS.columns, [])
    for width in (60, 300, None):
        assert all(name in shown(result, width) for name in NUMBERS.columns)


def test_numbers_stand_to_the_right_and_texts_to_the_left():
    lines = shown(QueryResult(("n", "t"), [(1, "a"), (100, "bb")]), None).rstrip().splitlines()
    first, second = lines[-2:]
    assert first == "    1   a" and second == "  100   bb"
