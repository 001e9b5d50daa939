"""Family 26: a grid changed once or a few times by a rule about each cell's neighbours. Level 3."""

from __future__ import annotations

import functools
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from ssd_iter.problems.fresh.arguments import BATTERY_SIZE
from ssd_iter.problems.fresh.families.grids import GRID_NAMES, MATRIX_NAMES, draw_matrix, draw_texts, listed
from ssd_iter.problems.fresh.family import Argument, Arguments, Family, Kind, Operation, Result, Task
from ssd_iter.problems.fresh.random_stream import RandomStream
from ssd_iter.problems.fresh.space import Product

Counts = tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Neighbourhood:
    """Which cells are neighbours of a cell."""

    noun: str
    body: str
    """Their places around row r and column c, as Python."""
    offsets: tuple[tuple[int, int], ...]
    """The same, relative to the cell, for the oracle."""
    phrase: str
    most: int


AROUND = tuple((dr, dc) for dr in (-1, 0, 1) for dc in (-1, 0, 1))
EIGHT = Neighbourhood(
    noun="eight",
    body="(i, j) for i in (r - 1, r, r + 1) for j in (c - 1, c, c + 1) if (i, j) != (r, c)",
    offsets=tuple(sorted(set(AROUND) - {(0, 0)})),
    phrase="the cells that touch it, also diagonally",
    most=8,
)
CROSS = Neighbourhood(
    noun="cross",
    body="(i, j) for i, j in ((r - 1, c), (r + 1, c), (r, c - 1), (r, c + 1))",
    offsets=tuple(at for at in AROUND if abs(at[0]) + abs(at[1]) == 1),
    phrase="the cells directly above, below, left and right of it",
    most=4,
)
CORNERS = Neighbourhood(
    noun="corners",
    body="(i, j) for i in (r - 1, r + 1) for j in (c - 1, c + 1)",
    offsets=tuple(at for at in AROUND if abs(at[0]) + abs(at[1]) == 2),
    phrase="the cells that touch it diagonally, at its corners",
    most=4,
)

NEIGHBOURS = """
def neighbours(r, c):
    return [{neighbours}]

"""
PLACES = "places = [(r, c) for r, row in enumerate(grid) for c, _ in enumerate(row)]\n"
LIVE = 'live = {(r, c) for r, c in places if grid[r][c] == "#"}\n'
LIFE_STEP = """
counts = Counter(near for place in live for near in neighbours(*place))
live = {place for place in places if counts[place] in (survive if place in live else birth)}
"""
LIFE_ANSWERS: dict[str, tuple[str, str, Result]] = {
    "grid": (
        '["".join("#" if (r, c) in live else "." for c, _ in enumerate(row)) for r, row in enumerate(grid)]',
        "the new grid",
        "list[str]",
    ),
    "count": ("len(live)", "how many live cells there are", "int"),
    "rows": (
        "[sum((r, c) in live for c, _ in enumerate(row)) for r, row in enumerate(grid)]",
        "the list of the numbers of live cells in each row",
        "list[int]",
    ),
    "depth": ("sum(r for r, c in live)", "the sum of the row numbers, counted from 0, of the live cells", "int"),
}
LIFE_NAMES = ("{shape}_cells_{answer}", "evolve_{shape}_{answer}", "{shape}_rule_{answer}", "{answer}_of_{shape}_life")
LIFE_STATEMENTS = (
    "In {{grid}}, '#' is a live cell and '.' is a dead one. The neighbours of a cell are {shape}{edge}. In one step, "
    "all at once, a live cell stays live if exactly {survive} of its neighbours are live and dies otherwise, and a "
    "dead cell becomes live if exactly {birth} of its neighbours are live. Return {answer} after {steps}.",
    "{{grid}} shows live cells as '#' and dead ones as '.'. A cell's neighbours are {shape}{edge}. All cells change "
    "at the same time: a dead cell with exactly {birth} live neighbours becomes live, a live cell with exactly "
    "{survive} live neighbours stays live, and every other cell is dead. Return {answer} after {steps} like this.",
    "Cells of {{grid}} are live ('#') or dead ('.'), and change in steps, all at the same time:\n- the neighbours of a "
    "cell are {shape}{edge}\n- a live cell remains live with exactly {survive} live neighbours\n- a dead cell becomes "
    "live with exactly {birth} live neighbours\n- all other cells are dead after the step\nReturn {answer} after "
    "{steps}.",
    "Simulate {steps} of this rule on {{grid}} ('#' is live, '.' is dead). For each cell, count the live ones among "
    "its neighbours, which are {shape}{edge}. Where a live cell has exactly {survive} of them, it stays live; where a "
    "dead cell has exactly {birth}, it becomes live; any other cell is dead in the next grid. Return {answer} then.",
)

NUMBERS = "state = {(r, c): number for r, row in enumerate(grid) for c, number in enumerate(row)}\n"
SUM_STEP = """
state = {{
    (r, c): ({own}sum({near} for near in neighbours(r, c))) % m
    for r, c in state
}}
"""
SUM_ANSWERS: dict[str, tuple[str, str, Result]] = {
    "matrix": (
        "[[state[r, c] for c, _ in enumerate(row)] for r, row in enumerate(grid)]",
        "the new matrix",
        "list[list[int]]",
    ),
    "total": ("sum(state.values())", "the sum of all numbers", "int"),
    "rows": (
        "[sum(state[r, c] for c, _ in enumerate(row)) for r, row in enumerate(grid)]",
        "the list of the sums of the rows",
        "list[int]",
    ),
}
SUM_NAMES = ("{shape}_sums_{answer}", "spread_{shape}_{answer}", "{shape}_mixing_{answer}", "{answer}_of_{shape}_sums")
SUM_STATEMENTS = (
    "The neighbours of a cell of {{grid}} are {shape}{edge}. In one step, all at once, each number is replaced by "
    "{value}, modulo {{m}}. Return {answer} after {steps}.",
    "In {{grid}}, a cell's neighbours are {shape}{edge}. All numbers change at the same time: each becomes {value}, "
    "and of this the remainder after division by {{m}}. Return {answer} after {steps} like this.",
    "The numbers of {{grid}} change in steps, all at the same time:\n- the neighbours of a cell are {shape}{edge}\n"
    "- the new number of a cell is {value}, modulo {{m}}\nReturn {answer} after {steps}.",
    "Simulate {steps} on {{grid}}: every cell gets the remainder, when divided by {{m}}, of {value} (all cells at the "
    "same time). Its neighbours are {shape}{edge}. Return {answer} then.",
)


def kinds() -> list[Kind]:
    """About 110 000 points: (what makes the task, neighbourhood, whether edges are joined, rule, answer, steps)."""
    bits = (False, True)
    eight = Product(_subsets(range(7), 3), _subsets(range(7), 4))
    four = Product(_subsets(range(5), 2), _subsets(range(5), 3))
    rules = Product(range(4), range(3, 12))
    return [
        Kind(name="life", level=3, points=Product([_life], [EIGHT], bits, eight, [*LIFE_ANSWERS], (1,))),
        Kind(name="life-steps", level=3, points=Product([_life], [EIGHT], bits, eight, [*LIFE_ANSWERS], (2,))),
        Kind(name="life-four", level=3, points=Product([_life], [CROSS, CORNERS], bits, four, [*LIFE_ANSWERS], (1, 2))),
        Kind(
            name="sums", level=3, points=Product([_sums], [EIGHT, CROSS, CORNERS], bits, rules, [*SUM_ANSWERS], (1, 2))
        ),
    ]


def task(
    make: Callable[..., Task], shape: Neighbourhood, is_torus: bool, rule: tuple[Any, ...], answer: str, steps: int
) -> Task:
    """A joined grid has at least 3 rows and columns, so that a cell meets each neighbour once."""
    return make(shape, is_torus, *rule, answer, steps)


def _life(shape: Neighbourhood, is_torus: bool, birth: Counts, survive: Counts, answer: str, steps: int) -> Task:
    code, phrase, returns = LIFE_ANSWERS[answer]
    words = {"birth": listed(birth, "or"), "survive": listed(survive, "or"), "answer": phrase}
    start = f"from collections import Counter\n\n{PLACES}{_neighbours(shape, is_torus, 'places')}{LIVE}"
    operation = Operation(
        body=f"{start}{_repeated(LIFE_STEP, steps)}\nreturn {code}",
        names=tuple(name.format(shape=shape.noun, answer=answer) for name in LIFE_NAMES),
        statements=tuple(text.format(**words, **_words(shape, is_torus, steps)) for text in LIFE_STATEMENTS),
    )

    def oracle(grid: list[str]) -> Any:
        cells = [[int(cell == "#") for cell in row] for row in grid]
        for _ in range(steps):
            counts = _neighbour_sums(cells, shape, is_torus)
            cells = [
                [int(count in (survive if cell else birth)) for cell, count in zip(row, numbers, strict=True)]
                for row, numbers in zip(cells, counts, strict=True)
            ]
        if answer == "grid":
            return ["".join(".#"[cell] for cell in row) for row in cells]
        rows = [sum(row) for row in cells]
        return {"rows": rows, "count": sum(rows), "depth": sum(r * number for r, number in enumerate(rows))}[answer]

    return Task(
        operation=operation,
        constants={"birth": list(birth), "survive": list(survive)},
        arguments={"grid": "list[str]"},
        returns=returns,
        edges=LIFE_EDGES if is_torus else (*LIFE_EDGES, (["#"],), (["##.#"],)),
        draw=_draw_life,
        oracle=oracle,
        argument_names=GRID_NAMES,
        battery=_battery("list[str]"),
    )


def _sums(shape: Neighbourhood, is_torus: bool, own: int, m: int, answer: str, steps: int) -> Task:
    code, phrase, returns = SUM_ANSWERS[answer]
    form = min(own, 2)
    step = SUM_STEP.format(
        own=("", "state[r, c] + ", "own * state[r, c] + ")[form],
        near="state[near]" if is_torus else "state.get(near, 0)",
    )
    value = ("", "itself plus ", "{own} times itself plus ")[form] + "the sum of its neighbours"
    words = {"value": value, "answer": phrase, **_words(shape, is_torus, steps)}
    operation = Operation(
        body=f"{NUMBERS}{_neighbours(shape, is_torus, 'state')}{_repeated(step, steps)}\nreturn {code}",
        names=tuple(name.format(shape=shape.noun, answer=answer) for name in SUM_NAMES),
        statements=tuple(text.format(**words) for text in SUM_STATEMENTS),
    )

    def oracle(grid: list[list[int]]) -> Any:
        cells = grid
        for _ in range(steps):
            sums = _neighbour_sums(cells, shape, is_torus)
            cells = [
                [(cell * own + number) % m for cell, number in zip(row, numbers, strict=True)]
                for row, numbers in zip(cells, sums, strict=True)
            ]
        return {"matrix": cells, "total": sum(map(sum, cells)), "rows": [sum(row) for row in cells]}[answer]

    return Task(
        operation=operation,
        constants={"own": own, "m": m} if form == 2 else {"m": m},
        arguments={"grid": "list[list[int]]"},
        returns=returns,
        edges=SUM_EDGES if is_torus else (*SUM_EDGES, ([[4]],), ([[5, 1, 7, 2]],)),
        draw=_draw_sums,
        oracle=oracle,
        argument_names=MATRIX_NAMES,
        battery=_battery("list[list[int]]"),
    )


def _neighbours(shape: Neighbourhood, is_torus: bool, places: str) -> str:
    """The function neighbours. The width is not len(grid[0]), as that has mutants which mean the same."""
    if not is_torus:
        return NEIGHBOURS.format(neighbours=shape.body)
    sizes = f"height, width = len(grid), len({places}) // len(grid)\n"
    return sizes + NEIGHBOURS.format(neighbours=shape.body.replace("(i, j)", "(i % height, j % width)", 1))


def _repeated(step: str, steps: int) -> str:
    return step.strip() if steps == 1 else f"for _ in range({steps}):\n{textwrap.indent(step.strip(), '    ')}"


def _words(shape: Neighbourhood, is_torus: bool, steps: int) -> dict[str, str]:
    edge = "; the left and right edges of the grid are joined, and so are the top and bottom edges"
    return {
        "shape": f"{shape.phrase} ({shape.most if is_torus else f'up to {shape.most}'})",
        "edge": edge if is_torus else "; there are none outside the grid",
        "steps": "1 step" if steps == 1 else f"{steps} steps",
    }


def _neighbour_sums(cells: list[list[int]], shape: Neighbourhood, is_torus: bool) -> list[list[int]]:
    """For the oracles: the grid is framed with what lies beyond its edges, and shifted copies are added up."""
    if is_torus:
        framed = [[row[-1], *row, row[0]] for row in (cells[-1], *cells, cells[0])]
    else:
        empty = [0] * (len(cells[0]) + 2)
        framed = [empty, *([0, *row, 0] for row in cells), empty]
    return [
        [sum(column) for column in zip(*(framed[r + dr][1 + dc :] for dr, dc in shape.offsets), strict=False)][
            : len(cells[0])
        ]
        for r in range(1, len(cells) + 1)
    ]


def _subsets(numbers: Sequence[int], most: int) -> list[Counts]:
    return [chosen for size in range(1, most + 1) for chosen in combinations(numbers, size)]


LIFE_EDGES: tuple[Arguments, ...] = (
    (["...", "...", "..."],),
    (["###", "###", "###"],),
    (["...", ".#.", "..."],),
    (["####", "####", "####", "####"],),
    ([".....", "..#..", "..##.", "..#.."],),
)
SUM_EDGES: tuple[Arguments, ...] = (
    ([[0, 0, 0], [0, 0, 0], [0, 0, 0]],),
    ([[0, 0, 0], [0, 1, 0], [0, 0, 0]],),
    ([[9, 9, 9], [9, 9, 9], [9, 9, 9]],),
    ([[1, 2, 3, 4], [5, 6, 7, 8], [9, 8, 7, 6]],),
)


def _draw_life(stream: RandomStream) -> Arguments:
    """Sparse and dense grids, so that all numbers of neighbours come up."""
    return (draw_texts(stream, stream.choice(("#.", "#.", "##.", "###.", "#..")), (3, 3)),)


def _draw_sums(stream: RandomStream) -> Arguments:
    return (draw_matrix(stream, 0, 9, (3, 3), (3, 4)),)


@functools.cache
def _battery(argument: Argument) -> tuple[Arguments, ...]:
    stream = RandomStream("battery", "cellular", argument)
    draw, edges = (_draw_life, LIFE_EDGES) if argument == "list[str]" else (_draw_sums, SUM_EDGES)
    return (*edges, *(draw(stream) for _ in range(BATTERY_SIZE - 16 - len(edges))))


FAMILY = Family(name="cellular", kinds=kinds, task=task)
