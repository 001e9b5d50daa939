"""What the families about grids share: names for a grid, draws, and ways to say moves and numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from ssd_iter.problems.fresh.random_stream import RandomStream

T = TypeVar("T")

GRID_NAMES = (("grid",), ("board",), ("field",), ("plan",), ("area",))
MATRIX_NAMES = (("matrix",), ("table",), ("grid",), ("numbers",), ("board",))

Move = tuple[int, int]
"""Rows down and columns to the right."""


def draw_texts(stream: RandomStream, cells: Sequence[str], rows: Move = (3, 4), columns: Move = (3, 4)) -> list[str]:
    """A grid of characters, each one of `cells`; the numbers of rows and columns are in the given ranges."""
    return ["".join(row) for row in _drawn(stream, cells, rows, columns)]


def draw_matrix(
    stream: RandomStream, low: int, high: int, rows: Move = (3, 4), columns: Move = (3, 4)
) -> list[list[int]]:
    """A matrix of integers in [low, high]; the numbers of rows and columns are in the given ranges."""
    return _drawn(stream, range(low, high + 1), rows, columns)


def _drawn(stream: RandomStream, items: Sequence[T], rows: Move, columns: Move) -> list[list[T]]:
    """One draw a row, whose digits choose the cells: several times as fast as a draw a cell."""
    height, width = stream.integer(*rows), stream.integer(*columns)
    found = []
    for _ in range(height):
        number = stream.integer(0, len(items) ** width - 1)
        found.append([items[number // len(items) ** place % len(items)] for place in range(width)])
    return found


def listed(items: Iterable[object], word: str) -> str:
    """The items as in "1, 2 or 3"; `word` stands before the last one."""
    *first, last = map(str, items)
    return f"{', '.join(first)} {word} {last}" if first else last


def said(move: Move) -> str:
    """A move in words, such as "1 row down and 2 columns to the left"."""
    rows, columns = move
    parts = []
    if rows:
        parts.append(f"{abs(rows)} {'row' if abs(rows) == 1 else 'rows'} {'down' if rows > 0 else 'up'}")
    if columns:
        parts.append(
            f"{abs(columns)} {'column' if abs(columns) == 1 else 'columns'} to the {'right' if columns > 0 else 'left'}"
        )
    return " and ".join(parts)
