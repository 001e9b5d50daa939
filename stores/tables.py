"""Texts in columns for a person: a table where the columns fit, else a block a row.

Words are wrapped, never cut, so that a number stays whole; and no column is ever left out.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

from rich import box
from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

READABLE = 24
"""Characters: a text no longer than this is not wrapped, and a longer one is given at least as many."""


def as_table(names: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[bool], width: int | None) -> str:
    """Rows of texts below their names, `numeric` columns to the right, in at most `width` characters (None: any).

    Where that is too few for all columns, each row is a block of lines, `name  value`.
    """
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    widths = _widths(names, columns, None if width is None else width - 3 * len(names) - 1)
    if widths is None:
        return _blocks(names, rows, width or 0)
    table = Table(box=box.SIMPLE)
    for name, column_width, right in zip(names, widths, numeric, strict=True):
        justify = "right" if right else "left"
        table.add_column(Text(name), width=column_width, overflow="fold", justify=justify)  # type: ignore[arg-type]
    for row in rows:
        table.add_row(*map(Text, row))
    return _printed(table, sum(widths) + 3 * len(names) + 1)


def _widths(names: Sequence[str], columns: Sequence[Sequence[str]], room: int | None) -> list[int] | None:
    """How wide each column is, the widest narrowed first where there is little room; None where there is too little."""
    whole = [max(map(_breadth, (name, *column))) for name, column in zip(names, columns, strict=True)]
    if room is None or sum(whole) <= room:
        return whole
    least = [max(_longest_word(name), *map(_least, column), 1) for name, column in zip(names, columns, strict=True)]
    if sum(least) > room:
        return None
    levels = (
        [min(most, max(few, level)) for most, few in zip(whole, least, strict=True)] for level in range(room, -1, -1)
    )
    return next(widths for widths in levels if sum(widths) <= room)


def _breadth(text: str) -> int:
    return max(map(cell_len, text.split("\n")))


def _least(text: str) -> int:
    """As narrow as a value may be shown."""
    breadth = _breadth(text)
    return breadth if breadth <= READABLE else max(READABLE, _longest_word(text))


def _longest_word(text: str) -> int:
    return max(map(cell_len, text.split()), default=0)


def _blocks(names: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> str:
    """A numbered block a row; values are indented, so that none passes for a block's head."""
    if not rows:
        return f"no rows of {', '.join(names)}\n"
    indent, widest = 2, max(map(_breadth, names))
    room = max(width - widest - 2 * indent, READABLE)
    parts = []
    for number, row in enumerate(rows, 1):
        block = Table.grid(padding=(0, indent, 0, 0))
        block.add_column(width=widest, no_wrap=True)
        block.add_column(width=room, overflow="fold")
        for name, value in zip(names, row, strict=True):
            block.add_row(Text(name), Text(value))
        head = f"[{number} of {len(rows)}]\n"
        parts.append(head + _printed(Padding(block, (0, 0, 0, indent)), widest + room + 3 * indent))
    return "\n".join(parts)


def _printed(shown: RenderableType, width: int) -> str:
    console = Console(file=io.StringIO(), color_system=None, width=width)
    with console.capture() as capture:
        console.print(shown)
    return "".join(f"{line.rstrip()}\n" for line in capture.get().splitlines())
