from __future__ import annotations

import io

import pytest

from ssd_iter.exceptions import DataError
from ssd_iter.problems.public.columns import column, json_lines


def test_lines_keep_their_numbers_where_some_are_blank():
    assert list(json_lines(io.BytesIO(b'{"a": 1}\n\n  \n{"a": 2}'))) == [(1, {"a": 1}), (4, {"a": 2})]


@pytest.mark.parametrize("line", [b"{", b"[1]", b"1", b"null", b'{"a": "\xff"}', b"{}{}"])
def test_a_line_that_is_no_object_is_named_after_those_before_it(line):
    rows = json_lines(io.BytesIO(b"{}\n" + line + b"\n"))
    assert next(rows) == (1, {})
    with pytest.raises(DataError, match="line 2: "):
        next(rows)


def test_lines_are_read_as_they_are_asked_for():
    file = io.BytesIO(b"{}\n" * 100_000)
    next(json_lines(file))
    assert file.tell() < 100


@pytest.mark.parametrize(("kind", "value"), [(str, ""), (int, 0), (bool, False), (list, []), (dict, {}), (float, 0.5)])
def test_a_value_of_its_kind_is_taken_as_it_is(kind, value):
    assert column({"a": value}, "a", kind, "row 1") is value


@pytest.mark.parametrize(("kind", "value"), [(str, None), (int, True), (int, "1"), (list, "[]"), (str, b"x")])
def test_a_value_of_another_kind_is_named(kind, value):
    with pytest.raises(DataError, match=rf"row 1: column 'a' should be {kind.__name__}, found {type(value).__name__}"):
        column({"a": value}, "a", kind, "row 1")


def test_a_missing_column_is_named_with_those_there_are():
    with pytest.raises(DataError, match="row 1: column 'a' is missing; there are 'b', 'c'"):
        column({"c": 1, "b": 2}, "a", str, "row 1")


def test_a_long_value_is_shortened():
    with pytest.raises(DataError) as error:
        column({"a": "x" * 1000}, "a", int, "row 1")
    assert len(str(error.value)) < 150
