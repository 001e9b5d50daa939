"""Family 25: a matrix read in some order, and one answer about the numbers as they were read. Levels 2 and 3."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any

from ssd_iter.problems.fresh.families.grids import MATRIX_NAMES, draw_matrix
from ssd_iter.problems.fresh.family import Arguments, Family, Kind, Operation, Result, Task
from ssd_iter.problems.fresh.random_stream import RandomStream
from ssd_iter.problems.fresh.space import Product

Rows = list[list[int]]


@dataclass(frozen=True, kw_only=True)
class Order:
    """How all cells are visited: written for a walk that starts at the top left and goes right."""

    noun: str
    body: str
    """Makes `seen` of `rows`."""
    phrase: str
    """With {corner}, {along} (the first direction), {back} (its opposite), {on} (towards the next line), {beside}."""
    places: Callable[[int, int], list[tuple[int, int]]]
    """The cells in order, by numbers of rows and columns; for the oracle."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What is asked about the numbers in the order in which they were read."""

    noun: str
    body: str
    phrase: str
    of: Callable[[list[int], int], Any]
    """Of the numbers and the constant k; for the oracle."""
    constants: range = range(0)
    returns: Result = "int"


def _spiral(height: int, width: int) -> list[tuple[int, int]]:
    """By walking until the next cell is off the matrix or seen, then turning."""
    found, r, c, dr, dc = [(0, 0)], 0, 0, 0, 1
    while len(found) < height * width:
        ahead = (r + dr, c + dc)
        if ahead in found or not (0 <= ahead[0] < height and 0 <= ahead[1] < width):
            dr, dc = dc, -dr
        else:
            found.append(ahead)
            r, c = ahead
    return found


LINES = Order(
    noun="lines",
    body="seen = [item for row in rows for item in row]",
    phrase="start at the {corner} corner, go {along} to the end of that line, then read the next line {beside} it "
    "in the same direction, and so on",
    places=lambda height, width: [divmod(place, width) for place in range(height * width)],
)
SNAKE = Order(
    noun="snake",
    body="""
seen = []
for number, row in enumerate(rows):
    seen += row if number % 2 == 0 else row[::-1]""",
    phrase="start at the {corner} corner, go {along} to the end of that line, then read the next line {beside} it "
    "going {back}, and so on, like a snake that turns at the end of each line",
    places=lambda height, width: [(r, width - 1 - c if r % 2 else c) for r, c in product(range(height), range(width))],
)
SPIRAL = Order(
    noun="spiral",
    body="""
seen = []
while rows:
    seen += rows[0]
    rows = [list(column) for column in zip(*rows[1:])][::-1]""",
    phrase="start at the {corner} corner, go {along} first, turn {on} at the end of that line, and continue inwards "
    "in a spiral until every number is read once",
    places=_spiral,
)
DIAGONALS = Order(
    noun="diagonals",
    body="""
height, width = len(rows), len(rows[0])
seen = []
for total in range(height + width - 1):
    seen += [rows[r][total - r] for r in range(height) if 0 <= total - r < width]""",
    phrase="start at the {corner} corner; a diagonal is made of the cells that are equally many steps (along rows and "
    "columns) away from it; read diagonal after diagonal, the nearest first, and each one from its cell that is "
    "farthest {along}, step by step {on} and {back}",
    places=lambda height, width: sorted(product(range(height), range(width)), key=lambda at: (at[0] + at[1], at[0])),
)
ZIGZAG = Order(
    noun="zigzag",
    body="""
height, width = len(rows), len(rows[0])
seen = []
for total in range(height + width - 1):
    diagonal = [rows[r][total - r] for r in range(height) if 0 <= total - r < width]
    seen += diagonal if total % 2 == 0 else diagonal[::-1]""",
    phrase="start at the {corner} corner; a diagonal is made of the cells that are equally many steps (along rows and "
    "columns) away from it, the corner itself is diagonal 0; read diagonal after diagonal, those with even numbers "
    "from the cell farthest {along}, those with odd numbers from the other end",
    places=lambda height, width: sorted(
        product(range(height), range(width)), key=lambda at: (sum(at), at[0] if sum(at) % 2 == 0 else at[1])
    ),
)
ORDERS = (LINES, SNAKE, SPIRAL, DIAGONALS, ZIGZAG)

ANSWERS = (
    Answer(
        noun="list",
        body="seen",
        phrase="the list of all numbers in this order",
        of=lambda seen, k: seen,
        returns="list[int]",
    ),
    Answer(
        noun="every_{k}",
        body="seen[::k]",
        phrase="the list of the first number read and every {k}th one after it",
        of=lambda seen, k: [item for place, item in enumerate(seen) if place % k == 0],
        constants=range(4, 8),
        returns="list[int]",
    ),
    Answer(
        noun="first_{k}_sum",
        body="sum(seen[:k])",
        phrase="the sum of the first {k} numbers read (of all, if there are fewer)",
        of=lambda seen, k: sum(item for place, item in enumerate(seen) if place < k),
        constants=range(3, 9),
    ),
    Answer(
        noun="alternating_sum",
        body="sum(seen[::2]) - sum(seen[1::2])",
        phrase="the first number read minus the second plus the third minus the fourth, and so on",
        of=lambda seen, k: sum(item * (-1) ** place for place, item in enumerate(seen)),
    ),
    Answer(
        noun="sum_of_every_{k}",
        body="sum(seen[k - 1::k])",
        phrase="the sum of the numbers read as number {k}, 2 * {k}, 3 * {k} and so on, counting from 1",
        of=lambda seen, k: sum(item for place, item in enumerate(seen, 1) if place % k == 0),
        constants=range(2, 6),
    ),
    Answer(
        noun="weighted_sum",
        body="sum(place % k * item for place, item in enumerate(seen))",
        phrase="the sum of each number times its weight; the weights are 0 for the first number read, then 1, 2 and so "
        "on, starting at 0 again after every {k} numbers",
        of=lambda seen, k: sum(weight * sum(seen[weight::k]) for weight in range(k)),
        constants=range(2, 7),
    ),
    Answer(
        noun="changes",
        body="[after - before for before, after in zip(seen, seen[1:])]",
        phrase="the list of the differences between each number read and the one read just before it (later minus "
        "earlier)",
        of=lambda seen, k: [seen[place] - seen[place - 1] for place in range(1, len(seen))],
        returns="list[int]",
    ),
    Answer(
        noun="jumps_from_{k}",
        body="sum(abs(after - before) >= k for before, after in zip(seen, seen[1:]))",
        phrase="how many times a number read differs by {k} or more from the one read just before it",
        of=lambda seen, k: len([1 for one, other in pairwise(seen) if not -k < one - other < k]),
        constants=range(2, 6),
    ),
    Answer(
        noun="above_{k}",
        body="[item for item in seen if item > k]",
        phrase="the list, in this order, of the numbers greater than {k}",
        of=lambda seen, k: list(filter(k.__lt__, seen)),
        constants=range(3, 7),
        returns="list[int]",
    ),
    Answer(
        noun="places_below_{k}",
        body="[place for place, item in enumerate(seen) if item < k]",
        phrase="the places in this order, counted from 0, of the numbers less than {k}",
        of=lambda seen, k: [place for place in range(len(seen)) if k > seen[place]],
        constants=range(3, 7),
        returns="list[int]",
    ),
)

NAMES = (
    "{order}_from_{corner}_{answer}",
    "{answer}_in_{order}_from_{corner}",
    "read_{order}_{corner}_{answer}",
    "{order}_walk_{corner}_{answer}",
)
STATEMENTS = (
    "Read the numbers of {{xs}} in this order: {order}. Return {answer}.",
    "Visit all cells of {{xs}} as follows: {order}. From the numbers as they were read, return {answer}.",
    "Given a matrix {{xs}}, return {answer}. The order of reading: {order}.",
    "All numbers of {{xs}} are read, one by one: {order}. Return {answer}.",
    "Walk through {{xs}}.\n- The way: {order}.\n- The answer: return {answer}.",
)


def kinds() -> list[Kind]:
    """1440 points: (order, starts at the bottom, starts at the right, goes along the columns, answer, k)."""
    asked = [(answer, k) for answer in ANSWERS for k in answer.constants or (0,)]
    bits = (False, True)
    return [
        Kind(name=order.noun, level=level, points=Product([order], bits, bits, bits, asked))
        for order, level in zip(ORDERS, (2, 2, 3, 3, 3), strict=True)
    ]


def task(order: Order, is_bottom: bool, is_right: bool, is_down: bool, asked: tuple[Answer, int]) -> Task:
    """Matrices of one-digit numbers with at least one cell."""
    answer, k = asked

    def oracle(xs: Rows) -> Any:
        height, width = len(xs), len(xs[0])
        seen = []
        for place in order.places(width, height) if is_down else order.places(height, width):
            r, c = place[::-1] if is_down else place
            seen.append(xs[height - 1 - r if is_bottom else r][width - 1 - c if is_right else c])
        return answer.of(seen, k)

    return Task(
        operation=_operation(order, is_bottom, is_right, is_down, answer),
        constants={"k": k} if answer.constants else {},
        arguments={"xs": "list[list[int]]"},
        returns=answer.returns,
        edges=EDGES,
        draw=_draw,
        oracle=oracle,
        argument_names=MATRIX_NAMES,
    )


@functools.lru_cache(maxsize=1024)
def _operation(order: Order, is_bottom: bool, is_right: bool, is_down: bool, answer: Answer) -> Operation:
    """The matrix is turned so that the walk starts at the top left and goes right."""
    down, right = ("up" if is_bottom else "down", "left" if is_right else "right")
    upward, leftward = ("down" if is_bottom else "up", "right" if is_right else "left")
    sides = {"down": "below", "up": "above", "right": "right of", "left": "left of"}
    corner = f"{'bottom' if is_bottom else 'top'} {'right' if is_right else 'left'}"
    rows = "xs[::-1]" if is_bottom else "xs"
    if is_down:
        along, back, on = down, upward, right
        rows = f"[list(column) for column in zip(*{rows})]" + ("[::-1]" if is_right else "")
    else:
        along, back, on = right, leftward, down
        rows = f"[row[::-1] for row in {rows}]" if is_right else rows
    phrase = order.phrase.format(corner=corner, along=along, back=back, on=on, beside=sides[on])
    words = {"order": order.noun, "corner": corner.replace(" ", "_"), "answer": answer.noun}
    return Operation(
        body=f"rows = {rows}\n{order.body.strip()}\nreturn {answer.body}",
        names=tuple(name.format(**words) for name in NAMES),
        statements=tuple(text.format(order=phrase, answer=answer.phrase) for text in STATEMENTS),
    )


EDGES: tuple[Arguments, ...] = (
    ([[5]],),
    ([[1, 2, 3, 4]],),
    ([[4], [1], [3]],),
    ([[1, 2], [3, 4]],),
    ([[0, 9, 8], [7, 1, 2]],),
    ([[1, 2, 3], [8, 9, 4], [7, 6, 5]],),
    ([[9, 1, 8], [2, 7, 3], [6, 4, 5], [0, 3, 9]],),
)


def _draw(stream: RandomStream) -> Arguments:
    return (draw_matrix(stream, 0, 9, (2, 4), (2, 4)),)


FAMILY = Family(name="matrix-walk", kinds=kinds, task=task)
