"""Rows of other people's files, read with their types checked: a file is what its schema says, or the row is named."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO, TypeVar

from ssd_iter.exceptions import DataError

T = TypeVar("T")


def json_lines(file: BinaryIO) -> Iterator[tuple[int, dict[str, Any]]]:
    """Line number (from 1) and object of each line that is not blank, one line in memory at a time.

    DataError names a line that is no JSON object.
    """
    for number, line in enumerate(file, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:  # a broken line, or bytes that are no UTF-8
            raise DataError(f"line {number}: no JSON ({error}); is the download whole?") from None
        if not isinstance(row, dict):
            raise DataError(f"line {number}: expected an object, found {type(row).__name__}")
        yield number, row


def column(row: dict[str, Any], name: str, kind: type[T], where: str) -> T:
    """The value of a column. DataError names column, what was expected and what was found, and `where`."""
    if name not in row:
        raise DataError(f"{where}: column {name!r} is missing; there are {', '.join(map(repr, sorted(row))) or 'none'}")
    value = row[name]
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise DataError(f"{where}: column {name!r} should be {kind.__name__}, found {_short(value)}")
    return value


def _short(value: object) -> str:
    text = repr(value)
    return f"{type(value).__name__} {text if len(text) <= 60 else text[:57] + '...'}"
