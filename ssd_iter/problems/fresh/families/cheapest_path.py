"""Family 28: the cheapest path through a grid of terrain, or of heights, with a limited number of jumps. Level 4."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from ssd_iter.problems.fresh.arguments import BATTERY_SIZE
from ssd_iter.problems.fresh.families.grids import GRID_NAMES, Move, draw_matrix, draw_texts, listed
from ssd_iter.problems.fresh.family import Argument, Arguments, Family, Kind, Operation, Task
from ssd_iter.problems.fresh.random_stream import RandomStream
from ssd_iter.problems.fresh.space import Product


@dataclass(frozen=True, kw_only=True)
class Steps:
    """Where one step may lead."""

    body: str
    """The places one step away from row r and column c, as Python."""
    moves: tuple[Move, ...]
    """The same, for the oracle."""
    phrase: str


FOUR = Steps(
    body="(r - 1, c), (r + 1, c), (r, c - 1), (r, c + 1)",
    moves=((-1, 0), (1, 0), (0, -1), (0, 1)),
    phrase="up, down, left or right",
)
TWO = Steps(body="(r + 1, c), (r, c + 1)", moves=((1, 0), (0, 1)), phrase="right or down")
SLANTED = Steps(
    body="(r + 1, c), (r, c + 1), (r + 1, c + 1)",
    moves=((1, 0), (0, 1), (1, 1)),
    phrase="right, down or diagonally down and right",
)

SEARCH = """
from heapq import heappop, heappush

queue = [({first}, 0, 0{most})]
done = set()
while queue:
    cost, r, c{left} = heappop(queue)
    if r == len(grid) - 1 and c == len(grid[r]) - 1:
        return cost
    if (r, c{left}) in done:
        continue
    done.add((r, c{left}))
{reached}
        if {outside}:
            continue
{entered}
return -1
"""
STEPPED = "    for row, column in [{places}]:"
JUMPED = """\
    steps = [(*place, left, 0) for place in [{places}]]
    if left:
        steps += [(r + 2, c, left - 1, toll), (r, c + 2, left - 1, toll)]
    for row, column, then, extra in steps:"""
INTO_TERRAIN = """\
        cell = grid[row][column]
        if cell != "#":
            heappush(queue, (cost + costs[cell]{extra}, row, column{then}))"""
UP_AND_DOWN = """\
        rise = grid[row][column] - grid[r][c]
        if rise <= limit:
            price = base + max(rise, 0) * up{fall}
            heappush(queue, (cost + price{extra}, row, column{then}))"""

TERRAIN = "Entering a cell costs {costs}; cells with '#' can not be entered."
PAID_FIRST = " The first cell must be paid for too."
FREE_FIRST = " The first cell costs nothing."
HEIGHTS = (
    "A step from height a to height b costs {base}, plus {up} times (b - a) if b is higher{fall}. A step may not go up "
    "by more than {limit}."
)
JUMPS = (
    " At most {most} times on the way, a step may be a jump instead: two cells right or two cells down, over any "
    "cell, at an extra cost of {toll}; apart from that it costs what a step from its first cell to its last one costs."
)
NAMES = ("cheapest_{noun}_path", "least_cost_{noun}_route", "{noun}_travel_cost", "minimal_{noun}_trip")
STATEMENTS = (
    "A path through {{grid}} leads from the top left cell to the bottom right cell. One step goes one cell {steps}. "
    "{rule}{jumps} Return the least total cost of such a path, or -1 if there is none.",
    "Find the cheapest way through {{grid}} from the top left cell to the bottom right cell, going {steps} by one cell "
    "with each step. {rule}{jumps} Return its total cost, or -1 if there is no way.",
    "Return the least cost of travelling from the top left cell of {{grid}} to the bottom right one, or -1 if that can "
    "not be done.\n- one step goes one cell {steps}\n- {rule}{jumps}",
    "A traveller on the top left cell of {{grid}} wants to get to the bottom right cell, step by step; one step leads "
    "one cell {steps}. {rule}{jumps} What does it cost at least? Return that number, or -1 if there is no way.",
)


def kinds() -> list[Kind]:
    """About 13 000 points: what makes the task, steps, costs or constants, jumps (how many, extra cost)."""
    costs = [dict(zip(".~^", three, strict=True)) for three in product(range(1, 4), range(2, 9), range(3, 12))]
    costs = [each for each in costs if len({*each.values()}) == 3]
    climbs = [
        {"base": base, "up": up, "down": down, "limit": limit}
        for base, up, down, limit in product(range(1, 4), range(1, 5), range(3), range(3, 6))
    ]
    jumps = list(product((1, 2), range(7)))
    return [
        Kind(name="terrain", level=4, points=Product([_terrain], [FOUR, TWO, SLANTED], costs, [False, True], [(0, 0)])),
        Kind(name="terrain-jumps", level=4, points=Product([_terrain], [TWO, SLANTED], costs, [False, True], jumps)),
        Kind(name="heights", level=4, points=Product([_heights], [FOUR, TWO, SLANTED], climbs, [(0, 0)])),
        Kind(name="heights-jumps", level=4, points=Product([_heights], [TWO, SLANTED], climbs, jumps)),
    ]


def task(make: Callable[..., Task], *values: Any) -> Task:
    """Grids have at least one cell; a path may have no steps."""
    return make(*values)


def _terrain(steps: Steps, costs: dict[str, int], is_first_paid: bool, jumps: tuple[int, int]) -> Task:
    first = "costs[grid[0][0]]" if is_first_paid else "0"
    said = listed((f"{cost} for '{cell}'" for cell, cost in costs.items()), "and")
    rule = TERRAIN.format(costs=said) + (PAID_FIRST if is_first_paid else FREE_FIRST)

    def oracle(grid: list[str]) -> int:
        begin = costs[grid[0][0]] if is_first_paid else 0
        return _least(grid, steps.moves, jumps, begin, lambda before, after: costs.get(after))

    return Task(
        operation=_operation(steps, jumps, first, INTO_TERRAIN, rule, "terrain"),
        constants={"costs": costs} | _jump_constants(jumps),
        arguments={"grid": "list[str]"},
        returns="int",
        edges=TERRAIN_EDGES,
        draw=_draw_terrain,
        oracle=oracle,
        argument_names=GRID_NAMES,
        battery=_battery("list[str]"),
    )


def _heights(steps: Steps, climb: dict[str, int], jumps: tuple[int, int]) -> Task:
    constants = {name: value for name, value in climb.items() if value}
    fall = ", or plus {down} times (a - b) if b is lower" if "down" in constants else ""
    entered = UP_AND_DOWN.replace("{fall}", " + max(-rise, 0) * down" if "down" in constants else "")
    rule = HEIGHTS.replace("{fall}", fall)

    def price(before: int, after: int) -> int | None:
        if after - before > climb["limit"]:
            return None
        return climb["base"] + (climb["up"] * (after - before) if after > before else climb["down"] * (before - after))

    return Task(
        operation=_operation(steps, jumps, "0", entered, rule, "climbing"),
        constants=constants | _jump_constants(jumps),
        arguments={"grid": "list[list[int]]"},
        returns="int",
        edges=HEIGHT_EDGES,
        draw=_draw_heights,
        oracle=lambda grid: _least(grid, steps.moves, jumps, 0, price),
        argument_names=(("heights",), ("grid",), ("land",), ("table",), ("field",)),
        battery=_battery("list[list[int]]"),
    )


def _operation(steps: Steps, jumps: tuple[int, int], first: str, entered: str, rule: str, noun: str) -> Operation:
    can_jump = jumps[0] > 0
    state = {"most": ", most", "left": ", left"} if can_jump else {"most": "", "left": ""}
    end = {"extra": " + extra", "then": ", then"} if can_jump else {"extra": "", "then": ""}
    reached = (JUMPED if can_jump else STEPPED).format(places=steps.body)
    outside = "row >= len(grid) or column >= len(grid[row])"
    if steps is FOUR:
        outside = "not (0 <= row < len(grid) and 0 <= column < len(grid[row]))"
    words = {"steps": steps.phrase, "rule": rule, "jumps": JUMPS if can_jump else ""}
    return Operation(
        body=SEARCH.format(first=first, reached=reached, outside=outside, entered=entered.format(**end), **state),
        names=tuple(name.format(noun=noun) for name in NAMES),
        statements=tuple(text.format(**words) for text in STATEMENTS),
    )


def _jump_constants(jumps: tuple[int, int]) -> dict[str, int]:
    return {"most": jumps[0], "toll": jumps[1]} if jumps[0] else {}


def _least(
    grid: Sequence[Sequence[Any]],
    moves: Sequence[Move],
    jumps: tuple[int, int],
    begin: int,
    price: Callable[[Any, Any], int | None],
) -> int:
    """For the oracles: costs are lowered, in any order, until none can be; -1 where the end has none."""
    height, width = len(grid), len(grid[0])
    best = {(0, 0, 0): begin}
    changed = [(0, 0, 0)]
    while changed:
        r, c, used = place = changed.pop(0)
        for dr, dc in (*moves, (0, 2), (2, 0)) if used < jumps[0] else moves:
            row, column, is_jump = r + dr, c + dc, 2 in (dr, dc)
            if 0 <= row < height and 0 <= column < width:
                cost = price(grid[r][c], grid[row][column])
                after = (row, column, used + is_jump)
                total = best[place] + (cost or 0) + jumps[1] * is_jump
                if cost is not None and total < best.get(after, total + 1):
                    best[after] = total
                    changed.append(after)
    return min((cost for (r, c, _), cost in best.items() if (r, c) == (height - 1, width - 1)), default=-1)


TERRAIN_EDGES: tuple[Arguments, ...] = (
    (["."],),
    (["^"],),
    (["~.^"],),
    ([".", "#", "."],),
    (["..", ".#"],),
    ([".#.", "##.", "..."],),
    (["...", "...", "..."],),
    (["^^^", "~#~", "..."],),
)
HEIGHT_EDGES: tuple[Arguments, ...] = (
    ([[5]],),
    ([[0, 1, 2]],),
    ([[3], [2], [0]],),
    ([[0, 9], [9, 0]],),
    ([[1, 1, 1], [1, 1, 1], [1, 1, 1]],),
    ([[0, 9, 0], [0, 9, 0], [0, 0, 0]],),
)


WALLS = (
    (".#...", ".#.#.", "...#."),
    ("...", "##.", "...", ".##", "..."),
    (".#.", ".#.", "..."),
    ("...", "##.", "..."),
    (".#.#.", ".#.#."),
    (".#.#.#.", ".#.#.#."),
)
"""Grids with winding ways, so that steps up and left, and jumps, make a difference."""


def _draw_terrain(stream: RandomStream) -> Arguments:
    """The first and the last cell can be entered."""
    if stream.integer(0, 2) == 0:
        walls = stream.choice(WALLS)
        grid = draw_texts(stream, "..~^", (len(walls),) * 2, (len(walls[0]),) * 2)
        return (
            [
                "".join("#" if one == "#" else cell for cell, one in zip(row, wall, strict=True))
                for row, wall in zip(grid, walls, strict=True)
            ],
        )
    grid = draw_texts(stream, "..~~^^#", (3, 3), (3, 4))
    return ([grid[0].replace("#", ".", int(grid[0][0] == "#")), *grid[1:-1], f"{grid[-1][:-1]}~"],)


def _draw_heights(stream: RandomStream) -> Arguments:
    if stream.integer(0, 2) == 0:
        walls = stream.choice(WALLS)
        grid = draw_matrix(stream, 0, 3, (len(walls),) * 2, (len(walls[0]),) * 2)
        return (
            [
                [9 if wall == "#" else one for one, wall in zip(*pair, strict=True)]
                for pair in zip(grid, walls, strict=True)
            ],
        )
    return (draw_matrix(stream, 0, 7, (3, 3), (3, 4)),)


@functools.cache
def _battery(argument: Argument) -> tuple[Arguments, ...]:
    stream = RandomStream("battery", "cheapest-path", argument)
    is_text = argument == "list[str]"
    draw, edges = (_draw_terrain, TERRAIN_EDGES) if is_text else (_draw_heights, HEIGHT_EDGES)
    return (*edges, *(draw(stream) for _ in range(BATTERY_SIZE - 24 - len(edges))))


FAMILY = Family(name="cheapest-path", kinds=kinds, task=task)
