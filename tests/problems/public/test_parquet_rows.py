"""Parquet files row by row."""

from __future__ import annotations

import io
import tracemalloc
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ssd_iter.exceptions import DataError
from ssd_iter.problems.public.parquet_rows import parquet_rows

ROWS: list[dict[str, Any]] = [
    {"text": "a", "n": 1, "x": 0.5, "b": True, "l": ["p", None], "d": {"k": 2}},
    {"text": None, "l": []},
]
KINDS = {"text": str, "n": int, "x": float, "b": bool, "l": list, "d": dict}


def packed(rows: list[dict[str, Any]], **options: Any) -> io.BytesIO:
    file = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), file, **options)
    file.seek(0)
    return file


def test_rows_come_in_order_numbered_from_one_and_null_is_none() -> None:
    (_, first), (number, second) = parquet_rows(packed(ROWS), KINDS)
    assert (first, number) == (ROWS[0], 2)
    assert second == {"text": None, "n": None, "x": None, "b": None, "l": [], "d": None}


def test_only_the_columns_asked_for_come() -> None:
    assert [row for _, row in parquet_rows(packed(ROWS), {"n": int})] == [{"n": 1}, {"n": None}]


def test_numbers_go_on_over_batches_and_row_groups() -> None:
    file = packed([{"n": n} for n in range(10)], row_group_size=4)
    assert list(parquet_rows(file, {"n": int}, batch_rows=3)) == [(n + 1, {"n": n}) for n in range(10)]


def test_large_text_and_lists_are_text_and_lists() -> None:
    file = io.BytesIO()
    table = pa.table({"t": pa.array(["a"], pa.large_string()), "l": pa.array([["b"]], pa.large_list(pa.string()))})
    pq.write_table(table, file)
    assert list(parquet_rows(file, {"t": str, "l": list})) == [(1, {"t": "a", "l": ["b"]})]


def test_the_file_stays_open() -> None:
    file = packed(ROWS)
    list(parquet_rows(file, {"n": int}))
    assert not file.closed


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"m": int}, "column 'm' is missing; there are 'b', 'd'"),
        ({"n": str}, "column 'n' should be text, found int64"),
        ({"text": int}, "column 'text' should be whole numbers, found string"),
        ({"b": int}, "column 'b' should be whole numbers, found bool"),
        ({"n": float}, "column 'n' should be floats, found int64"),
        ({"n": bool}, "column 'n' should be booleans"),
        ({"d": list}, "column 'd' should be lists, found struct"),
        ({"l": dict}, "column 'l' should be structs, found list"),
    ],
)
def test_a_wrong_column_is_named_before_the_first_row(columns: dict[str, type], said: str) -> None:
    with pytest.raises(DataError, match=said):
        next(parquet_rows(packed(ROWS), columns))


def test_a_column_that_is_there_twice_is_refused() -> None:
    file = io.BytesIO()
    pq.write_table(pa.table([pa.array([1]), pa.array([2])], names=["n", "n"]), file)
    with pytest.raises(DataError, match="column 'n' is there more than once"):
        next(parquet_rows(file, {"n": int}))


@pytest.mark.parametrize("data", [b"", b'{"n": 1}\n', b"PAR1" + b"\0" * 40 + b"PAR1"])
def test_what_is_no_parquet_is_refused(data: bytes) -> None:
    with pytest.raises(DataError, match="no Parquet file"):
        next(parquet_rows(io.BytesIO(data), {"n": int}))


def test_a_cut_file_is_refused() -> None:
    with pytest.raises(DataError, match="whole"):
        list(parquet_rows(io.BytesIO(packed(ROWS).getvalue()[:-20]), {"n": int}))


def test_a_damaged_page_is_refused_with_the_rows_that_were_good() -> None:
    rows = [{"t": str(n) * 50} for n in range(8)]
    data = bytearray(packed(rows, row_group_size=4, use_dictionary=False, compression="none").getvalue())
    position = data.index(b"4" * 50)
    data[position - 4 : position] = b"\xff" * 4  # the length of the fifth text
    with pytest.raises(DataError, match="after row 4"):
        list(parquet_rows(io.BytesIO(bytes(data)), {"t": str}, batch_rows=4))


def test_a_large_row_group_is_not_read_at_once() -> None:
    row = {"t": "x" * 100_000}
    layout = {"use_dictionary": False, "compression": "none", "data_page_size": 1 << 18, "write_batch_size": 2}
    file = packed([row | {"n": n} for n in range(400)], **layout)
    before = pa.total_allocated_bytes()
    tracemalloc.start()
    most = max(pa.total_allocated_bytes() - before for _ in parquet_rows(file, {"t": str}, batch_rows=4))
    python = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert file.getbuffer().nbytes > 40_000_000
    assert most < 8_000_000 and python < 8_000_000
