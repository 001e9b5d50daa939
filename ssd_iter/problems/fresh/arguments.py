"""Arguments by type: names to call them, edge values, typical draws, and the batteries that identify functions."""

from __future__ import annotations

import functools
from collections.abc import Iterable

from ssd_iter.problems.fresh.family import Argument, Arguments
from ssd_iter.problems.fresh.random_stream import RandomStream

BATTERY_SIZE = 64

ARGUMENT_NAMES: dict[tuple[Argument, ...], tuple[tuple[str, ...], ...]] = {
    ("int",): (("x",), ("n",), ("number",), ("num",), ("value",)),
    ("int", "int"): (("a", "b"), ("x", "y"), ("first", "second"), ("m", "n"), ("left", "right")),
    ("str",): (("text",), ("s",), ("string",), ("line",), ("message",)),
    ("list[int]",): (("numbers",), ("values",), ("nums",), ("items",), ("data",)),
}
"""By signature; the first choice is for the test split, the second for dev, the others for train."""

INT_EDGES: tuple[Arguments, ...] = ((0,), (1,), (-1,), (100,), (-100,), (12345,))
TEXT_EDGES: tuple[Arguments, ...] = (("",), ("a",), ("Z",), (" ",), ("42",), ("aa",), ("a B c",))
RARE_LETTERS: tuple[Arguments, ...] = (("Quick Jack",), ("Xylophone Kit",), ("jazz quiz box",), ("Zoo",))
LIST_EDGES: tuple[Arguments, ...] = (([0],), ([-1],), ([5, 5, 5],), ([-3, 0, 3],), ([100, -100],), (list(range(20)),))
EMPTY_LIST: Arguments = ([],)
GRID_EDGES: tuple[Arguments, ...] = (
    ([[7]],),
    ([[3, -2, 8, 0]],),
    ([[4], [9], [-6]],),
    ([[5, 5], [5, 5]],),
    ([[1, 2, 3], [4, 5, 6], [7, 8, 9]],),
)

WORDS = (  # noqa: SIM905 - a list would take 66 lines
    "apple banana bread bridge candle castle cat chair cloud coffee dog door dragon egg farm fish flower forest "
    "garden grape hello honey house island kitchen lemon light moon morning mountain music night ocean orange paper "
    "pencil planet Python queen rabbit rain river rocket salt school shadow silver snow spring star stone story "
    "summer table tiger train tree violet water window winter world yellow zebra"
).split()


def draw_text(stream: RandomStream) -> str:
    """One or two everyday words, sometimes capitalised, sometimes with a number behind."""
    word = stream.choice(WORDS)
    match stream.integer(0, 5):
        case 0:
            return word.capitalize()
        case 1:
            return word.upper()
        case 2:
            return f"{word.capitalize()} {stream.choice(WORDS)}"
        case 3:
            return f"{word}{stream.integer(1, 99)}"
    return word


def draw_list(stream: RandomStream) -> list[int]:
    """2 to 7 small integers."""
    return [stream.integer(-9, 20) for _ in range(stream.integer(2, 7))]


def draw_grid(stream: RandomStream) -> list[list[int]]:
    """2 to 4 rows of 2 to 4 small integers."""
    columns = stream.integer(2, 4)
    return [[stream.integer(-4, 9) for _ in range(columns)] for _ in range(stream.integer(2, 4))]


@functools.cache
def battery(types: tuple[Argument, ...]) -> tuple[Arguments, ...]:
    """The 64 calls by which functions of this signature are told apart. Part of the version: never change them."""
    stream = RandomStream("battery", *types)
    match types:
        case ("int",):
            calls: list[Arguments] = [(x,) for x in [*range(-24, 33), 47, 100, 101, 255, 1000, 9973, 123456]]
        case ("int", "int"):
            near = [(a, b) for a in range(-3, 4) for b in range(-3, 4)]
            calls = [*near, *((stream.integer(-30, 30), stream.integer(-30, 30)) for _ in range(BATTERY_SIZE))]
        case ("str",):
            calls = [*TEXT_EDGES, *RARE_LETTERS, *((draw_text(stream),) for _ in range(2 * BATTERY_SIZE))]
        case ("list[int]",):
            calls = [*LIST_EDGES, *((draw_list(stream),) for _ in range(BATTERY_SIZE))]
        case ("list[list[int]]",):
            calls = [*GRID_EDGES, *((draw_grid(stream),) for _ in range(BATTERY_SIZE))]
        case _:
            raise ValueError(f"no battery for the signature {types}; add one here")
    return tuple(distinct(calls)[:BATTERY_SIZE])


def distinct(calls: Iterable[Arguments]) -> list[Arguments]:
    """Each call once, at its first place."""
    return list({repr(call): call for call in calls}.values())
