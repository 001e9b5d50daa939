"""Rows as text: exact for programs, safe for people and for LaTeX."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stores.formats import CELL_LIMIT, NOTHING, QueryResult, format_rows

COMMANDS = re.compile(r"\\text[a-z]+\{\}|\\symbol\{34\}|\\[{}$&#%_]|-\{\}|\{\[\}|\{\]\}")
"""What LaTeX's special characters are written as."""


def cells(*values: object) -> QueryResult:
    return QueryResult(tuple(f"c{i}" for i in range(len(values))), [values])


def test_a_table_shows_numbers_to_four_digits():
    assert "0.3047" in format_rows(cells(0.3046875), "table")


@pytest.mark.parametrize(("format", "dash"), [("table", NOTHING), ("latex", "--")])
def test_no_value_is_a_dash_never_zero(format, dash):
    shown = format_rows(cells(None), format)
    assert dash in shown and "0\n" not in shown.replace("c0", "")


def test_columns_of_one_name_stay_apart_in_json():
    assert json.loads(format_rows(QueryResult(("a", "a_1"), [(1, 2)]), "json")) == [{"a": 1, "a_1": 2}]


def test_json_is_a_list_of_objects_with_values_of_its_own_kinds():
    values = (None, True, 3, float("nan"), Decimal("1.5"), "=x", datetime(2026, 1, 2), {"k": [1, float("inf")]})
    (row,) = json.loads(format_rows(cells(*values), "json"))
    assert list(row.values()) == [None, True, 3, None, 1.5, "=x", "2026-01-02T00:00:00", {"k": [1, None]}]


def test_csv_leaves_numbers_alone():
    assert format_rows(cells(-1, -0.5), "csv") == "c0,c1\n-1,-0.5\n"


@given(st.text())
def test_csv_reads_back_as_it_was(text):
    rows = list(csv.reader(io.StringIO(format_rows(cells(text, 1), "csv"), newline="")))
    assert rows[1] == [text, "1"]


@given(st.text())
def test_a_table_holds_no_control_characters(text):
    shown = format_rows(QueryResult((text,), [(text,)]), "table")
    assert not {chr(code) for code in (*range(10), *range(11, 32), *range(127, 160), 0x202E, 0x2066)} & set(shown)


def test_a_table_shows_markup_and_escapes_as_they_are():
    shown = format_rows(cells("[bold]x[/bold]\x1b[31m"), "table")
    assert "[bold]x[/bold]␣001b[31m" in shown


def test_a_table_cuts_a_text_of_a_megabyte_and_says_so():
    shown = format_rows(cells("x" * 1_000_000), "table")
    assert f"[{1_000_000 - CELL_LIMIT:,} more characters; --format json or csv has them all]" in shown
    assert shown.count("x") == CELL_LIMIT
    assert len(json.loads(format_rows(cells("x" * 1_000_000), "json"))[0]["c0"]) == 1_000_000


@given(st.text())
def test_latex_holds_no_character_that_means_something_to_it(text):
    line = format_rows(cells(text), "latex").splitlines()[5]
    assert line.endswith(r" \\")
    assert not set(COMMANDS.sub("", line.removesuffix(r" \\")).replace("$-$", "")) & set("\\{}$&#^_%~<>|\"'`[]")


def test_latex_sets_columns_of_numbers_to_the_right():
    shown = format_rows(QueryResult(("problem_set", "gained"), [("a&b", -0.25), ("c", None)]), "latex")
    assert r"\begin{tabular}{lr}" in shown
    assert r"problem\_set & gained \\" in shown
    assert r"a\&b & $-$0.25 \\" in shown and r"c & -- \\" in shown


def test_latex_tells_a_minus_from_a_hyphen():
    assert "$-$0.1 to 3, pass-{}at-{}1" in format_rows(cells("-0.1 to 3, pass-at-1"), "latex")


@pytest.mark.parametrize("format", ["table", "csv", "json", "latex"])
def test_no_rows_are_still_a_document(format):
    assert format_rows(QueryResult(("a", "b"), []), format)
