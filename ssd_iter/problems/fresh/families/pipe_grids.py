"""Stages of pipes that take a grid, a list of rows of equal length with at least one row and one column."""

from __future__ import annotations

import functools
import itertools

from ssd_iter.problems.fresh.families.pipe_stages import stage

Grid = list[list[int]]


_stage = functools.partial(stage, takes="grid", gives="numbers")


def _column(grid: Grid, place: int) -> list[int]:
    return [row[place] for row in grid]


def _columns(grid: Grid) -> Grid:
    return [_column(grid, place) for place in range(len(grid[0]))]


def _flat(grid: Grid) -> list[int]:
    return list(itertools.chain.from_iterable(grid))


def _border(grid: Grid) -> list[int]:
    rows, columns = len(grid) - 1, len(grid[0]) - 1
    return [grid[r][c] for r in range(rows + 1) for c in range(columns + 1) if r * c * (rows - r) * (columns - c) == 0]


def _snake(grid: Grid) -> list[int]:
    line: list[int] = []
    forward = True
    for row in grid:
        line.extend(row if forward else reversed(row))
        forward = not forward
    return line


def _checkered(grid: Grid) -> list[int]:
    return [item for place, row in enumerate(grid) for item in row[place % 2 :: 2]]


def _turned(grid: Grid) -> Grid:
    return [[grid[len(grid) - 1 - r][c] for r in range(len(grid))] for c in range(len(grid[0]))]


TO_LISTS = (
    _stage("row_sums", "[sum(line) for line in {it}]",
           lambda g: [sum(column) for column in zip(*_columns(g), strict=True)],
           "take the sum of each row, from top to bottom", "make the list of the row sums, the top row first",
           "list the total of every row, starting with the first one", "add up each row, and list these sums in order",
           local="sums"),
    _stage("column_sums", "[sum(line) for line in zip(*{it})]", lambda g: [sum(column) for column in _columns(g)],
           "take the sum of each column, from left to right", "make the list of the column sums, the left one first",
           "list the total of every column, starting with the first one",
           "add up each column, and list these sums in order", local="sums"),
    _stage("row_maxima", "[max(line) for line in {it}]", lambda g: [sorted(row)[-1] for row in g],
           "take the largest number of each row, from top to bottom", "make the list of the row maxima, top row first",
           "list the maximum of every row, starting with the first one",
           "find the greatest number of each row, and list these in order", local="maxima"),
    _stage("row_minima", "[min(line) for line in {it}]", lambda g: [sorted(row)[0] for row in g],
           "take the smallest number of each row, from top to bottom", "make the list of the row minima, top row first",
           "list the minimum of every row, starting with the first one",
           "find the least number of each row, and list these in order", local="minima"),
    _stage("column_maxima", "[max(line) for line in zip(*{it})]", lambda g: [sorted(c)[-1] for c in _columns(g)],
           "take the largest number of each column, from left to right",
           "make the list of the column maxima, left column first",
           "list the maximum of every column, starting with the first one",
           "find the greatest number of each column, and list these in order", local="maxima"),
    _stage("column_minima", "[min(line) for line in zip(*{it})]", lambda g: [sorted(c)[0] for c in _columns(g)],
           "take the smallest number of each column, from left to right",
           "make the list of the column minima, left column first",
           "list the minimum of every column, starting with the first one",
           "find the least number of each column, and list these in order", local="minima"),
    _stage("flatten", "[item for line in {it} for item in line]", _flat,
           "list all its numbers row by row, each row from left to right",
           "write its rows one after the other as one list",
           "join its rows to one list, the top row first", "flatten it into one list, row after row",
           local="cells_in_line"),
    _stage("flatten_columns", "[item for line in zip(*{it}) for item in line]", lambda g: _flat(_columns(g)),
           "list all its numbers column by column, each column from top to bottom",
           "write its columns one after the other as one list", "join its columns to one list, the left column first",
           "flatten it into one list, column after column", local="cells_in_line"),
    _stage("first_column", "[line[0] for line in {it}]", lambda g: _column(g, 0),
           "take its first column, from top to bottom", "make the list of the first number of each row",
           "keep only the leftmost column, as a list from the top down", "list the number that each row starts with",
           local="edge"),
    _stage("last_column", "[line[-1] for line in {it}]", lambda g: _columns(g)[-1],
           "take its last column, from top to bottom", "make the list of the last number of each row",
           "keep only the rightmost column, as a list from the top down", "list the number that each row ends with",
           local="edge"),
    _stage("diagonal", "[line[place] for place, line in enumerate({it}) if place < len(line)]",
           lambda g: [item for r, row in enumerate(g) for c, item in enumerate(row) if r == c],
           "list the numbers whose row index equals their column index, from top to bottom",
           "take the diagonal that starts at the top left corner and goes one down and one right, as far as it goes",
           "list the first number of row 1, the second of row 2 and so on, while there are such cells",
           "keep only cells with equal row and column indices, listed from the top left one down",
           local="diagonal", hard=True),
    _stage("border", "[item for row_index, line in enumerate({it}) for place, item in enumerate(line)"
           " if row_index in (0, len({it}) - 1) or place in (0, len(line) - 1)]", _border,
           "list the numbers in the first or last row or the first or last column, row by row, from left to right",
           "take the cells on the border, each once, in reading order (row by row, left to right)",
           "drop all cells that touch no edge of the grid and list the others row by row",
           "list what stands at the edge of the grid, each cell once, row after row and left to right",
           local="edge", hard=True),
    _stage("snake", "[item for place, line in enumerate({it}) for item in (line[::-1] if place % 2 else line)]", _snake,
           "list all its numbers row by row, the first row from left to right, the second from right to left, and so on"
           " by turns",
           "walk through it like a snake: first row to the right, second row to the left, third to the right and so on",
           "list its rows one after the other, turning around every second row, beginning with the second",
           "flatten it row by row, where rows at odd indices (from 0) are read from right to left",
           local="path", hard=True),
    _stage("checkered", "[item for row_index, line in enumerate({it}) for place, item in enumerate(line)"
           " if (row_index + place) % 2 == 0]", _checkered,
           "list the numbers where row index plus column index is even, row by row, from left to right",
           "take the cells that have the colour of the top left one on a chessboard, in reading order",
           "color it like a chessboard and list the cells of the top left cell's color row by row",
           "list every second cell in checkerboard fashion, starting at the top left, row by row",
           local="picked", hard=True),
)  # fmt: skip
TO_GRIDS = (
    _stage("transpose", "[list(line) for line in zip(*{it})]", _columns,
           "transpose it (rows become columns)", "turn its rows into columns", "swap its rows and columns",
           "mirror it at the diagonal from the top left", local="transposed", gives="grid", group="turn"),
    _stage("flip_rows", "{it}[::-1]", lambda g: [row for _, row in sorted(enumerate(g), key=lambda pair: -pair[0])],
           "reverse the order of its rows", "put its last row first, and so on", "turn it upside down, row by row",
           "list its rows from the bottom to the top", local="flipped", gives="grid", group="turn"),
    _stage("mirror_rows", "[line[::-1] for line in {it}]", lambda g: [list(reversed(row)) for row in g],
           "reverse each row", "mirror it from left to right", "write every row backwards",
           "reverse the order of its columns", local="mirrored", gives="grid", group="turn"),
    _stage("turn_right", "[list(line) for line in zip(*{it}[::-1])]", _turned,
           "rotate it by 90 degrees clockwise", "turn it a quarter to the right",
           "rotate it clockwise by a quarter turn",
           "turn it by 90 degrees to the right", local="turned", gives="grid", hard=True, group="turn"),
    _stage("sort_rows", "[sorted(line) for line in {it}]", lambda g: [sorted(row, key=lambda x: -x)[::-1] for row in g],
           "sort each row in ascending order", "order the numbers of every row from smallest to largest",
           "sort every row, smallest number first", "arrange each row from its smallest number to its largest",
           local="ordered", gives="grid", group="sort"),
    _stage("add_to_cells", "[[item + {k} for item in line] for line in {it}]",
           lambda g, k: [list(map(k.__add__, row)) for row in g],
           "add {k} to every number", "increase each cell by {k}", "make every number larger by {k}",
           "add {k} to each of its cells", local="raised", gives="grid", group="shift", k=range(1, 11)),
    _stage("scale_cells", "[[item * {k} for item in line] for line in {it}]",
           lambda g, k: [list(map(k.__mul__, row)) for row in g],
           "multiply every number by {k}", "take each cell times {k}", "replace every number by {k} times it",
           "multiply each of its cells by {k}", local="scaled", gives="grid", group="scale", k=range(2, 8)),
    _stage("cells_modulo", "[[item % {k} for item in line] for line in {it}]",
           lambda g, k: [[x - x // k * k for x in row] for row in g],
           "replace every number by its remainder when divided by {k} (never negative)",
           "take each cell modulo {k} (results go from 0 up to, but not including, {k})",
           "reduce every number modulo {k}, to a number that is not negative",
           "take the remainder modulo {k} of each cell (never negative)",
           local="remainders", gives="grid", group="remainder", k=range(3, 9)),
    _stage("cap_cells", "[[min(item, {k}) for item in line] for line in {it}]",
           lambda g, k: [[x if x < k else k for x in row] for row in g],
           "replace every number greater than {k} by {k}", "lower each cell above {k} to {k}",
           "turn every number that is larger than {k} into {k}", "put {k} in place of each number above {k}",
           local="capped", gives="grid", group="limit", k=range(3, 9)),
    _stage("weigh_rows", "[[item * row_number for item in line] for row_number, line in enumerate({it}, 1)]",
           lambda g: [[x * (r + 1) for x in g[r]] for r in range(len(g))],
           "multiply every number by its row's number, counting rows from 1",
           "take the first row times 1, the second row times 2, and so on",
           "multiply each cell by the place of its row (the top row has place 1)",
           "replace each number by itself times its row's index, where indices start at 1",
           local="weighted", gives="grid", hard=True),
    _stage("subtract_column_index", "[[item - place for place, item in enumerate(line)] for line in {it}]",
           lambda g: [[row[c] - c for c in range(len(row))] for row in g],
           "subtract from every number its column's index, counting columns from 0",
           "leave the first column, subtract 1 from the second, 2 from the third, and so on",
           "decrease each cell by the number of cells to the left of it in its row",
           "replace each number by itself minus its column's index, where indices start at 0",
           local="lowered", gives="grid", hard=True),
)  # fmt: skip
