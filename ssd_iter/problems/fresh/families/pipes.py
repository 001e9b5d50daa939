"""Families P1-P6: pipes of two to four typed stages. Levels 1 to 3.

Two plain stages are level 1, with a harder one or three plain stages 2, and three with harder ones or four stages 3.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from ssd_iter.problems.fresh.arguments import (
    ARGUMENT_NAMES,
    EMPTY_LIST,
    GRID_EDGES,
    INT_EDGES,
    LIST_EDGES,
    TEXT_EDGES,
    WORDS,
    draw_grid,
    draw_text,
)  # fmt: skip
from ssd_iter.problems.fresh.families import (
    pipe_counters,
    pipe_elements,
    pipe_grids,
    pipe_lists,
    pipe_numbers,
    pipe_reducers,
    pipe_texts,
)  # fmt: skip
from ssd_iter.problems.fresh.families.pipe_stages import (
    Kept,
    Step,
    constants_of,
    is_dull,
    is_idle,
    operation_of,
    oracle_of,
    steps,
)  # fmt: skip
from ssd_iter.problems.fresh.family import Argument, Arguments, Family, Kind, Task
from ssd_iter.problems.fresh.random_stream import RandomStream
from ssd_iter.problems.fresh.space import Product

TYPES: dict[Kept, Argument] = {"number": "int", "numbers": "list[int]", "text": "str", "grid": "list[list[int]]"}
NAMES = {argument: ARGUMENT_NAMES[argument,] for argument in ("int", "list[int]")} | {
    "str": (("s",), ("line",), ("string",), ("message",), ("phrase",)),
    "list[list[int]]": (("rows",), ("matrix",), ("table",), ("board",), ("field",)),
}
EDGES: dict[Kept, tuple[Arguments, ...]] = {
    "number": INT_EDGES,
    "numbers": (EMPTY_LIST, *LIST_EDGES),
    "text": TEXT_EDGES,
    "grid": GRID_EDGES,
}

NUMBERS = steps(pipe_numbers.STAGES)
PLAIN_NUMBERS, RULES = steps(pipe_numbers.STAGES, hard=False), steps(pipe_numbers.RULES)
NUMBER_LISTS = steps(pipe_numbers.TO_LISTS)
MAPS, FILTERS = steps(pipe_elements.MAPS), steps(pipe_elements.FILTERS)
SLICES, ORDERS = steps(pipe_lists.SLICES), steps(pipe_lists.ORDERS)
PLAIN_LISTS = [*MAPS, *FILTERS, *SLICES, *ORDERS]
HARD_LISTS = steps(pipe_lists.HARD)
LISTS = [*PLAIN_LISTS, *HARD_LISTS]
PLAIN_REDUCERS, HARD_REDUCERS = steps(pipe_reducers.EASY), steps(pipe_reducers.HARD)
REDUCERS = [*PLAIN_REDUCERS, *HARD_REDUCERS]
PLAIN_TEXTS, HARD_TEXTS = steps(pipe_texts.EASY), steps(pipe_texts.HARD)
TEXTS = [*PLAIN_TEXTS, *HARD_TEXTS]
COUNTERS, HARD_COUNTERS = steps(pipe_counters.COUNTS), steps(pipe_counters.HARD)
ALL_COUNTERS = [*COUNTERS, *HARD_COUNTERS]
TEXT_LISTS = steps(pipe_counters.TO_LISTS)
GRID_LISTS, PLAIN_GRID_LISTS = steps(pipe_grids.TO_LISTS), steps(pipe_grids.TO_LISTS, hard=False)
GRIDS, PLAIN_GRIDS = steps(pipe_grids.TO_GRIDS), steps(pipe_grids.TO_GRIDS, hard=False)


def task(*pipe: Step) -> Task | None:
    """None for a pipe in which some stage does nothing, or that gives too few different answers."""
    takes, gives = pipe[0].stage.takes, pipe[-1].stage.gives
    if is_idle(pipe) or is_dull(pipe, _samples(takes)):
        return None
    argument = TYPES[takes]
    return Task(
        operation=operation_of(pipe, "given"),
        constants=constants_of(pipe),
        arguments={"given": argument},
        returns=TYPES[gives],
        edges=EDGES[takes],
        draw=DRAWS[takes],
        oracle=oracle_of(pipe),
        argument_names=NAMES[argument],
    )


def _draw_number(stream: RandomStream) -> Arguments:
    return (stream.integer(-30, 60) if stream.integer(0, 2) else stream.integer(61, 999),)


def _draw_list(stream: RandomStream) -> Arguments:
    """A third of the lists repeat few numbers, so that there are runs and ties."""
    low, high = (-9, 20) if stream.integer(0, 2) else (1, 4 + stream.integer(0, 4))
    return ([stream.integer(low, high) for _ in range(stream.integer(4, 9))],)


def _draw_text(stream: RandomStream) -> Arguments:
    match stream.integer(0, 4):
        case 0:
            return (f"{stream.choice(WORDS).capitalize()} {stream.choice(WORDS)}{stream.integer(1, 99)}",)
        case 1:
            return (f"{stream.choice(WORDS)} {stream.choice(WORDS).upper()}",)
        case 2:
            return ("".join(stream.choice("aeTrs1") * stream.integer(1, 3) for _ in range(stream.integer(3, 5))),)
    return (draw_text(stream),)


def _draw_grid(stream: RandomStream) -> Arguments:
    return (draw_grid(stream),)


DRAWS: dict[Kept, Callable[[RandomStream], Arguments]] = {
    "number": _draw_number,
    "numbers": _draw_list,
    "text": _draw_text,
    "grid": _draw_grid,
}


@functools.cache
def _samples(takes: Kept) -> list[Any]:
    """Typical values, by which dull pipes are known."""
    stream = RandomStream("samples", takes)
    return [DRAWS[takes](stream)[0] for _ in range(40)]


def _kind(name: str, level: int, *dimensions: Sequence[Step]) -> Kind:
    return Kind(name=name, level=level, points=Product(*dimensions))


def _number_kinds() -> list[Kind]:
    plain = PLAIN_NUMBERS
    return [
        _kind("ending-in-arithmetic", 1, plain, steps(pipe_numbers.ARITHMETIC)),
        _kind("ending-in-limit", 1, plain, steps(pipe_numbers.LIMITS)),
        _kind("ending-in-division", 1, plain, steps(pipe_numbers.DIVISION)),
        _kind("rule-last", 2, plain, RULES),
        _kind("rule-first", 2, RULES, plain),
        _kind("three", 2, plain, plain, plain),
        _kind("reduced-list", 2, NUMBER_LISTS, REDUCERS),
        _kind("three-with-rule", 3, NUMBERS, RULES, NUMBERS),
        _kind("changed-list", 3, NUMBER_LISTS, LISTS, REDUCERS),
        _kind("four", 3, plain, plain, plain, plain),
    ]


def _list_number_kinds() -> list[Kind]:
    plain, reducers = PLAIN_LISTS, PLAIN_REDUCERS
    return [
        _kind("reduced-map", 1, MAPS, reducers),
        _kind("reduced-filter", 1, FILTERS, reducers),
        _kind("reduced-slice", 1, [*SLICES, *ORDERS], reducers),
        _kind("hard-first", 2, HARD_LISTS, reducers),
        _kind("hard-last", 2, plain, HARD_REDUCERS),
        _kind("three", 2, plain, plain, reducers),
        _kind("three-with-number", 2, plain, reducers, PLAIN_NUMBERS),
        _kind("three-with-hard", 3, LISTS, HARD_LISTS, REDUCERS),
        _kind("three-ending-hard", 3, LISTS, LISTS, HARD_REDUCERS),
        _kind("four", 3, plain, plain, plain, reducers),
        _kind("four-with-number", 3, plain, plain, reducers, PLAIN_NUMBERS),
    ]


def _list_kinds() -> list[Kind]:
    plain = PLAIN_LISTS
    return [
        _kind("ending-in-map", 1, plain, MAPS),
        _kind("ending-in-filter", 1, plain, FILTERS),
        _kind("ending-in-slice", 1, plain, SLICES),
        _kind("ending-in-order", 1, plain, ORDERS),
        _kind("hard-first", 2, HARD_LISTS, plain),
        _kind("hard-last", 2, plain, HARD_LISTS),
        _kind("three", 2, plain, plain, plain),
        _kind("three-with-hard", 3, LISTS, HARD_LISTS, LISTS),
        _kind("four", 3, plain, plain, plain, LISTS),
    ]


def _text_kinds() -> list[Kind]:
    plain = PLAIN_TEXTS
    return [
        _kind("ending-in-case-or-affix", 1, plain, steps([*pipe_texts.CASES, *pipe_texts.AFFIXES])),
        _kind("ending-in-slice", 1, plain, steps(pipe_texts.SLICES)),
        _kind("ending-in-letters", 1, plain, steps(pipe_texts.LETTERWISE)),
        _kind("hard-first", 2, HARD_TEXTS, plain),
        _kind("hard-last", 2, plain, HARD_TEXTS),
        _kind("three", 2, plain, plain, plain),
        _kind("three-with-hard", 3, TEXTS, HARD_TEXTS, TEXTS),
        _kind("four", 3, plain, plain, plain, TEXTS),
    ]


def _text_number_kinds() -> list[Kind]:
    plain = PLAIN_TEXTS
    return [
        _kind("counted", 1, plain, COUNTERS),
        _kind("hard-first", 2, HARD_TEXTS, COUNTERS),
        _kind("hard-last", 2, plain, HARD_COUNTERS),
        _kind("three", 2, plain, plain, COUNTERS),
        _kind("three-with-number", 2, plain, COUNTERS, PLAIN_NUMBERS),
        _kind("reduced-list", 2, TEXT_LISTS, REDUCERS),
        _kind("three-with-hard", 3, TEXTS, HARD_TEXTS, ALL_COUNTERS),
        _kind("changed-list", 3, TEXT_LISTS, LISTS, REDUCERS),
        _kind("four", 3, plain, plain, ALL_COUNTERS, PLAIN_NUMBERS),
    ]


def _grid_kinds() -> list[Kind]:
    reducers = PLAIN_REDUCERS
    return [
        _kind("reduced", 1, PLAIN_GRID_LISTS, reducers),
        _kind("reduced-hard", 2, GRID_LISTS, HARD_REDUCERS),
        _kind("changed-grid", 2, PLAIN_GRIDS, PLAIN_GRID_LISTS, reducers),
        _kind("changed-list", 2, PLAIN_GRID_LISTS, PLAIN_LISTS, reducers),
        _kind("changed-grid-hard", 3, GRIDS, GRID_LISTS, REDUCERS),
        _kind("changed-list-hard", 3, GRID_LISTS, HARD_LISTS, REDUCERS),
        _kind("four", 3, GRIDS, PLAIN_GRID_LISTS, PLAIN_LISTS, REDUCERS),
    ]


FAMILIES = (
    Family(name="pipe-int", kinds=_number_kinds, task=task),
    Family(name="pipe-list-number", kinds=_list_number_kinds, task=task),
    Family(name="pipe-list", kinds=_list_kinds, task=task),
    Family(name="pipe-text", kinds=_text_kinds, task=task),
    Family(name="pipe-text-number", kinds=_text_number_kinds, task=task),
    Family(name="pipe-grid-number", kinds=_grid_kinds, task=task),
)
