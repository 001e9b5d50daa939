"""Rows of a Parquet file, a few at a time, with only the columns asked for read and their types checked up front."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from ssd_iter.exceptions import DataError
from ssd_iter.problems.public.columns import column, json_lines
from ssd_iter.run.shards import UNREADABLE

_KINDS: dict[type, tuple[str, Callable[[Any], bool]]] = {
    str: ("text", lambda kind: pa.types.is_string(kind) or pa.types.is_large_string(kind)),
    int: ("whole numbers", pa.types.is_integer),
    float: ("floats", pa.types.is_floating),
    bool: ("booleans", pa.types.is_boolean),
    list: ("lists", lambda kind: pa.types.is_list(kind) or pa.types.is_large_list(kind)),
    dict: ("structs", pa.types.is_struct),
}


def parquet_rows(
    file: BinaryIO, columns: Mapping[str, type], *, batch_rows: int = 16
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Number (from 1) and the named columns of each row, in the file's order; other columns are not read.

    `columns` names what each is made of: str, int, float, bool, list or dict (a struct); what is in lists and structs
    is for the caller to check. A value that is null comes as None. In memory at a time are `batch_rows` rows, and one
    page of each column as the writer made it. The file must be seekable, and stays open. DataError where a column is
    missing or of another type, before the first row; and where the file is no whole Parquet file.
    """
    try:
        # Column chunks are read a mebibyte at a time: one of them can be as large as the file.
        parquet = pq.ParquetFile(file, buffer_size=1 << 20, pre_buffer=False)
        _check(parquet.schema_arrow, columns)
        batches = parquet.iter_batches(batch_size=batch_rows, columns=list(columns), use_threads=False)
    except UNREADABLE as error:
        raise DataError(f"no Parquet file ({error}); is the download whole?") from None
    number = 0
    while True:
        try:
            batch = next(batches, None)
            rows = [] if batch is None else batch.to_pylist()
        except UNREADABLE as error:
            raise DataError(f"after row {number}: cannot be read ({error}); is the download whole?") from None
        if batch is None:
            return
        for row in rows:
            number += 1
            yield number, row


def table_rows(file: BinaryIO, columns: Mapping[str, type]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Place ("row 3", "line 3") and content of each row of a Parquet file, or of JSON lines of the same columns.

    Which of them a file is, its first bytes say. DataError as `parquet_rows` and `json_lines` have it.
    """
    magic = file.read(4)
    file.seek(0)
    kind, rows = ("row", parquet_rows(file, columns)) if magic == b"PAR1" else ("line", json_lines(file))
    for number, row in rows:
        yield f"{kind} {number}", row


def texts(row: dict[str, Any], name: str, where: str) -> list[str]:
    """A column that is a list of texts. DataError names column, what was found, and `where`."""
    values: list[str] = column(row, name, list, where)
    for value in values:
        if not isinstance(value, str):
            raise DataError(f"{where}: column {name!r} should hold texts, found {type(value).__name__}")
    return values


def _check(schema: Any, columns: Mapping[str, type]) -> None:
    for name, kind in columns.items():
        if schema.names.count(name) != 1:
            there = ", ".join(map(repr, sorted(schema.names))) or "none"
            what = "is there more than once" if name in schema.names else "is missing"
            raise DataError(f"column {name!r} {what}; there are {there}")
        expected, fits = _KINDS[kind]
        if not fits(schema.field(name).type):
            raise DataError(f"column {name!r} should be {expected}, found {schema.field(name).type}")
