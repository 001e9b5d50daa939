"""Side rules of the paths that are counted in grid_paths, and another way to count paths, for the oracle."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ssd_iter.problems.fresh.families.grids import Move
from ssd_iter.problems.fresh.family import Argument

Moves = tuple[Move, ...]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What is asked of a path besides where it leads, with a state that each cell and move changes."""

    noun: str
    phrase: str
    state: str
    first: str
    after: str
    refused: str = ' or grid[r][c] == "#"'
    only: str = ""
    change: str = ""
    answer: str = "1"
    begin: Any = 0
    """The state before the first cell; for the oracle, as are the next two."""
    enter: Callable[[dict[str, int], Any, Any, Move | None], Any]
    """The state on a cell, by constants, the state before, the cell, and the move that led there (None at first)."""
    accepts: Callable[[dict[str, int], Any], bool]
    argument: Argument = "list[str]"


BLOCKED = "Cells with '#' are blocked, all others are free; a path never stands on a blocked one."
COMPARISONS = {"exactly": "==", "at least": ">=", "at most": "<="}


def _compared(comparison: str, name: str, constants: dict[str, int], number: int) -> bool:
    other = constants[name]
    return {"exactly": number == other, "at least": not number < other, "at most": not number > other}[comparison]


STARS = tuple(
    Rule(
        noun="stars",
        phrase=f"{BLOCKED} It must stand on {comparison} {{stars}} of the cells with '*'.",
        state="seen",
        change='    seen += grid[r][c] == "*"\n',
        answer=f"int(seen {operator} stars)",
        after="seen",
        first="0",
        enter=lambda constants, state, cell, move: state + "*".count(cell),
        accepts=functools.partial(_compared, comparison, "stars"),
    )
    for comparison, operator in COMPARISONS.items()
)
LENGTH = tuple(
    Rule(
        noun="moves",
        phrase=f"{BLOCKED} A path must have {comparison} {{size}} moves.",
        state="made",
        answer=f"int(made {operator} size)",
        after="made + 1",
        first="0",
        enter=lambda constants, state, cell, move: state + bool(move),
        accepts=functools.partial(_compared, comparison, "size"),
    )
    for comparison, operator in (("at least", ">="), ("at most", "<="))
)
REPEATS = Rule(
    noun="repeats",
    phrase=f"{BLOCKED} A path must not make the same move twice in a row.",
    state="last",
    only=" if (dr, dc) != last",
    after="(dr, dc)",
    first="None",
    begin=None,
    enter=lambda constants, state, cell, move: "broken" if state in ("broken", move or "") else move,
    accepts=lambda constants, state: state != "broken",
)
REMAINDER = Rule(
    noun="sums",
    phrase="The sum of the numbers on all cells of a path, first and last included, must leave the remainder {rest} "
    "when divided by {m}.",
    state="total",
    refused="",
    change="    total = (total + grid[r][c]) % m\n",
    answer="int(total == rest)",
    after="total",
    first="0",
    enter=lambda constants, state, cell, move: (state + cell) % constants["m"],
    accepts=lambda constants, state: state == constants["rest"],
    argument="list[list[int]]",
)


def arrivals(
    grid: Sequence[Sequence[Any]],
    starts: Iterable[Move],
    moves: Moves,
    begin: Any,
    enter: Callable[[Any, Any, Move | None], Any],
) -> dict[tuple[int, int, Any], int]:
    """How many paths end on each cell in each state: all paths of no moves, then of one move, and so on.

    `enter` is a rule's, without the constants.
    """
    height, width = len(grid), len(grid[0])
    layer = {(r, c, enter(begin, grid[r][c], None)): 1 for r, c in starts if grid[r][c] != "#"}
    found = dict(layer)
    while layer:
        following: dict[tuple[int, int, Any], int] = {}
        for (r, c, state), ways in layer.items():
            for move in moves:
                row, column = r + move[0], c + move[1]
                if row < height and 0 <= column < width and grid[row][column] != "#":
                    place = (row, column, enter(state, grid[row][column], move))
                    following[place] = following.get(place, 0) + ways
        for place, ways in following.items():
            found[place] = found.get(place, 0) + ways
        layer = following
    return found
