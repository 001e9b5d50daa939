"""Family 27: how many paths lead through a grid with a set of moves, with side rules. Levels 3 and 4."""

from __future__ import annotations

import functools
from collections.abc import Callable
from itertools import combinations
from typing import Any

from ssd_iter.problems.fresh.arguments import BATTERY_SIZE
from ssd_iter.problems.fresh.families.grid_path_rules import (
    LENGTH,
    REMAINDER,
    REPEATS,
    STARS,
    Moves,
    Rule,
    arrivals,
)
from ssd_iter.problems.fresh.families.grids import GRID_NAMES, MATRIX_NAMES, Move, draw_matrix, draw_texts, listed, said
from ssd_iter.problems.fresh.family import Argument, Arguments, Family, Kind, Operation, Task
from ssd_iter.problems.fresh.random_stream import RandomStream
from ssd_iter.problems.fresh.space import Product

RIGHT, DOWN = (0, 1), (1, 0)
FURTHER = ((1, 1), (0, 2), (2, 0), (1, 2), (2, 1), (1, -1), (2, -1), (1, -2))
MOVES: tuple[Moves, ...] = tuple(
    (*basis, *more)
    for basis in ((RIGHT, DOWN), (RIGHT, (1, 1), (2, 1)), (DOWN, (1, 1), (1, 2)))
    for size in range(5 if len(basis) == 2 else 4)
    for more in combinations(FURTHER, size)
    if not {*basis} & {*more}
)
"""Sets of moves that never lead back, so that there are finitely many paths."""

STARTS = {"corner": ("(r, c) == (0, 0)", "the top left cell"), "row": ("r == 0", "any cell of the top row")}
ENDS = {
    "corner": ("ways[-1][-1]", "the bottom right cell"),
    "row": ("sum(ways[-1])", "any cell of the bottom row"),
    "column": ("sum(row[-1] for row in ways)", "any cell of the rightmost column"),
}
PLAIN = """
ways = [[0 for _ in row] for row in grid]
for r, row in enumerate(grid):
    for c, cell in enumerate(row):
        if cell == "#":
            continue
        if {start}:
            ways[r][c] = 1
        for dr, dc in moves:
            if r >= dr and {inside}:
                ways[r][c] += ways[r - dr][c - dc]
return {end}
"""
PLAIN_STATEMENTS = (
    "Count the paths in {{grid}} from {start} to {end}. One move is one of these: {moves}.{jumps} Cells with '#' are "
    "blocked, all others are free; a path never stands on a blocked one. A path that starts where it ends, without any "
    "move, counts too. Return how many such paths there are{modulo}.",
    "{{grid}} is a grid in which cells with '#' are blocked and all others free. A path starts on {start}, ends on "
    "{end}, stands on free cells only, and may have no moves at all. Each of its moves is one of these: {moves}.{jumps}"
    " Return the number of such paths{modulo}.",
    "In how many ways can one walk through {{grid}} from {start} to {end}?\n- one move is one of these: {moves}."
    "{jumps}\n- one never stands on a cell with '#'; all others are free\n- a way without moves counts, if it starts "
    "where it ends\nReturn the number of ways{modulo}.",
    "A token starts on {start} of {{grid}} and must come to {end}. One move takes it {listed}.{jumps} It never "
    "stands on a cell with '#' (all others are free), and it may be at the end already at the start. Return how many "
    "ways the token can go{modulo}.",
)
SIDED = """
from functools import cache

@cache
def paths(r, c, {state}):
    if r >= len(grid) or {outside}:
        return 0
{change}    if r == len(grid) - 1 and c == len(grid[r]) - 1:
        return {answer}
    return sum(paths(r + dr, c + dc, {after}) for dr, dc in moves{only})

return paths(0, 0, {first})
"""
SIDED_NAMES = ("count_paths_by_{noun}", "paths_with_{noun}", "{noun}_limited_routes", "ways_by_{noun}")
SIDED_STATEMENTS = (
    "Count the paths in {{grid}} from the top left cell to the bottom right cell. One move is one of these: {moves}."
    "{jumps} {rule} Return how many such paths there are.",
    "A path in {{grid}} starts on the top left cell, ends on the bottom right cell, and each of its moves is one of "
    "these: {moves}.{jumps} {rule} Return the number of such paths.",
    "In how many ways can one walk through {{grid}} from the top left cell to the bottom right cell?\n- one move is "
    "one of these: {moves}.{jumps}\n- {rule}\nReturn the number of ways.",
    "A token starts on the top left cell of {{grid}} and must come to the bottom right cell. One move takes it "
    "{listed}.{jumps} {rule} Return how many such paths of the token there are.",
)


def kinds() -> list[Kind]:
    """About 20 000 points: moves, then start, end and modulus (1 for none), or a rule and its constants."""
    few = [moves for moves in MOVES if RIGHT in moves and 3 <= len(moves) <= 5]
    many = [moves for moves in few if len(moves) >= 4]
    remainders = [{"m": m, "rest": rest} for m in range(3, 6) for rest in range(1, m) if 2 * rest != m]
    return [
        Kind(name="plain", level=3, points=Product([_plain], MOVES, [*STARTS], [*ENDS], (1,))),
        Kind(name="modulo", level=3, points=Product([_plain], MOVES, [*STARTS], [*ENDS], range(5, 17))),
        Kind(
            name="stars",
            level=4,
            points=Product([_sided], few, STARS, [{"stars": 1}, {"stars": 2}]),
        ),
        Kind(name="length", level=4, points=Product([_sided], few, LENGTH, [{"size": 4}])),
        Kind(name="repeats", level=4, points=Product([_sided], many, [REPEATS], [{}])),
        Kind(name="sums", level=4, points=Product([_sided], many, [REMAINDER], remainders)),
    ]


def task(make: Callable[..., Task], moves: Moves, *values: Any) -> Task:
    """Grids have at least one cell."""
    return make(moves, *values)


def _plain(moves: Moves, start: str, end: str, m: int) -> Task:
    inside = "0 <= c - dc < len(row)" if _leads_left(moves) else "c >= dc"
    words = _words(moves) | {"start": STARTS[start][1], "end": ENDS[end][1]}
    words["modulo"] = ", modulo {m}" if m > 1 else ""
    answer = ENDS[end][0] + (" % m" if m > 1 else "")
    operation = Operation(
        body=PLAIN.format(start=STARTS[start][0], inside=inside, end=answer),
        names=("count_paths", "number_of_paths", "grid_routes", "ways_through"),
        statements=tuple(text.format(**words) for text in PLAIN_STATEMENTS),
    )

    def oracle(grid: list[str]) -> int:
        height, width = len(grid), len(grid[0])
        starts = [(0, c) for c in range(width if start == "row" else 1)]
        found = arrivals(grid, starts, moves, 0, lambda state, cell, move: 0)
        ends = {"corner": {(height - 1, width - 1)}, "row": {(height - 1, c) for c in range(width)}}
        ends["column"] = {(r, width - 1) for r in range(height)}
        number = sum(ways for (r, c, _), ways in found.items() if (r, c) in ends[end])
        return number % m if m > 1 else number

    return _task(operation, {"moves": list(moves)} | ({"m": m} if m > 1 else {}), "list[str]", oracle, _draw_texts)


def _sided(moves: Moves, rule: Rule, constants: dict[str, int]) -> Task:
    outside = "not 0 <= c < len(grid[r])" if _leads_left(moves) else "c >= len(grid[r])"
    parts = {name: getattr(rule, name) for name in ("state", "first", "after", "only", "change", "answer")}
    operation = Operation(
        body=SIDED.format(outside=outside + rule.refused, **parts),
        names=tuple(name.format(noun=rule.noun) for name in SIDED_NAMES),
        statements=tuple(text.format(rule=rule.phrase, **_words(moves)) for text in SIDED_STATEMENTS),
    )

    def oracle(grid: list[Any]) -> int:
        found = arrivals(grid, [(0, 0)], moves, rule.begin, functools.partial(rule.enter, constants))
        end = (len(grid) - 1, len(grid[0]) - 1)
        return sum(ways for (r, c, state), ways in found.items() if (r, c) == end and rule.accepts(constants, state))

    return _task(
        operation,
        {"moves": list(moves), **constants},
        rule.argument,
        oracle,
        _draw_stars if rule.argument == "list[str]" else _draw_numbers,
    )


def _task(
    operation: Operation,
    constants: dict[str, Any],
    argument: Argument,
    oracle: Callable[..., int],
    draw: Callable[[RandomStream], Arguments],
) -> Task:
    is_text = argument == "list[str]"
    return Task(
        operation=operation,
        constants=constants,
        arguments={"grid": argument},
        returns="int",
        edges=EDGES[argument],
        draw=draw,
        oracle=oracle,
        argument_names=GRID_NAMES if is_text else MATRIX_NAMES,
        battery=_battery(argument),
    )


def _leads_left(moves: Moves) -> bool:
    return any(columns < 0 for _, columns in moves)


def _words(moves: Moves) -> dict[str, str]:
    """What statements say about the moves."""
    is_far = any(max(map(abs, move)) > 1 for move in moves)
    jumps = " A move goes straight to its last cell; the cells in between do not matter." if is_far else ""
    steps = [said(move) for move in moves]
    return {"moves": "; ".join(steps), "listed": listed(steps, "or"), "jumps": jumps}


EDGES: dict[Argument, tuple[Arguments, ...]] = {
    "list[str]": (
        (["."],),
        (["#"],),
        (["...."],),
        ([".", ".", "."],),
        (["#..", "...", "..."],),
        (["...", "...", "..#"],),
        (["....", "....", "....", "...."],),
        (["*.*", ".#.", "*.*"],),
    ),
    "list[list[int]]": (
        ([[0]],),
        ([[7]],),
        ([[1, 2, 3]],),
        ([[4], [5]],),
        ([[1, 1, 1], [1, 1, 1], [1, 1, 1]],),
        ([[0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]],),
    ),
}


def _draw_texts(stream: RandomStream, cells: str = "......#", columns: Move = (3, 4)) -> Arguments:
    """The first and the last cell are free."""
    grid = draw_texts(stream, cells, (3, 4), columns)
    return ([f".{grid[0][1:]}", *grid[1:-1], f"{grid[-1][:-1]}."],)


def _draw_stars(stream: RandomStream) -> Arguments:
    """Small, as paths with a state take longer to count; without a rule about stars, these are free cells."""
    return _draw_texts(stream, "....**#", (3, 3))


def _draw_numbers(stream: RandomStream) -> Arguments:
    return (draw_matrix(stream, 0, 9, (3, 3), (3, 4)),)


@functools.cache
def _battery(argument: Argument) -> tuple[Arguments, ...]:
    stream = RandomStream("battery", "grid-paths", argument)
    draw = _draw_stars if argument == "list[str]" else _draw_numbers
    return (*EDGES[argument], *(draw(stream) for _ in range(BATTERY_SIZE - 8 - len(EDGES[argument]))))


FAMILY = Family(name="grid-paths", kinds=kinds, task=task)
