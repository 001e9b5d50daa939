"""Family 11: one number about those elements of a list that meet a condition. Level 1."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from ssd_iter.problems.fresh.arguments import EMPTY_LIST, LIST_EDGES
from ssd_iter.problems.fresh.families.conditions import (
    MULTIPLES,
    PARITY_AND_SIGN,
    RANGES,
    REMAINDERS,
    THRESHOLDS,
    Asked,
    Condition,
    draw_items,
)
from ssd_iter.problems.fresh.family import Arguments, Family, Kind, Operation, Task
from ssd_iter.problems.fresh.random_stream import RandomStream
from ssd_iter.problems.fresh.space import Product


@dataclass(frozen=True, kw_only=True)
class Reducer:
    """One number about the elements that are kept, with the constant c or none."""

    code: str
    """A template in which {test} is the condition on `item`; e is the answer for no elements."""
    phrase: str
    """For sentences, with {kept} for the elements that are kept."""
    noun: str
    """For function names."""
    empty: str = ""
    """What is said of no elements, where the answer is not plain."""


NONE = " Return {e} if there are none."

COUNT = Reducer(code="sum(1 for item in xs if {test})", phrase="the count of {kept}", noun="count")
SUM = Reducer(code="sum(item for item in xs if {test})", phrase="the sum of {kept}", noun="sum")
SQUARES = Reducer(
    code="sum(item * item for item in xs if {test})", phrase="the sum of the squares of {kept}", noun="sum_of_squares"
)
PRODUCT = Reducer(
    code="product = 1\nfor item in xs:\n    if {test}:\n        product *= item\nreturn product",
    phrase="the product of {kept}",
    noun="product",
    empty=" Return 1 if there are none.",
)
LARGEST = Reducer(
    code="max((item for item in xs if {test}), default=e)", phrase="the largest of {kept}", noun="largest", empty=NONE
)
SMALLEST = Reducer(
    code="min((item for item in xs if {test}), default=e)", phrase="the smallest of {kept}", noun="smallest", empty=NONE
)
RANGE = Reducer(
    code="kept = [item for item in xs if {test}]\nreturn max(kept) - min(kept) if kept else e",
    phrase="the difference between the largest and the smallest of {kept}",
    noun="range",
    empty=NONE,
)
FIRST = Reducer(code="next((item for item in xs if {test}), e)", phrase="the first of {kept}", noun="first", empty=NONE)
LAST = Reducer(
    code="next((item for item in reversed(xs) if {test}), e)", phrase="the last of {kept}", noun="last", empty=NONE
)
INDEX = Reducer(
    code="next((i for i, item in enumerate(xs) if {test}), e)",
    phrase="the index, counted from 0, of the first of {kept}",
    noun="index_of_first",
    empty=NONE,
)


def _then(reducer: Reducer, code: str, phrase: str, name: str) -> Reducer:
    return Reducer(code=reducer.code + code, phrase=phrase.format(reducer.phrase), noun=reducer.noun + name)


SHIFTED = [
    changed
    for reducer in (COUNT, SUM)
    for changed in (
        _then(reducer, " * c", "{{c}} times {}", "_times_{c}"),
        _then(reducer, " + c", "{}, plus {{c}}", "_plus_{c}"),
        _then(reducer, " - c", "{}, minus {{c}}", "_minus_{c}"),
    )
]
EMPTY_ANSWERS = [{"e": e} for e in (0, 1, 50, 99, 100, 500, 1000, -1, -50, -100)]


def kinds() -> list[Kind]:
    """21,700 points: (condition, reducer, its constants)."""
    asked = [*PARITY_AND_SIGN, *THRESHOLDS, *MULTIPLES, *REMAINDERS, *RANGES]
    return [
        Kind(name="count", level=1, points=Product(asked, [COUNT], [{}])),
        Kind(name="sum", level=1, points=Product(asked, [SUM, SQUARES], [{}])),
        Kind(name="product", level=1, points=Product(asked, [PRODUCT], [{}])),
        Kind(name="shifted", level=1, points=Product(asked, SHIFTED, [{"c": c} for c in range(2, 12)])),
        Kind(name="extreme", level=1, points=Product(asked, [LARGEST, SMALLEST], EMPTY_ANSWERS)),
        Kind(name="range", level=1, points=Product(asked, [RANGE], EMPTY_ANSWERS)),
        Kind(name="position", level=1, points=Product(asked, [FIRST, LAST], EMPTY_ANSWERS)),
        Kind(name="index", level=1, points=Product(asked, [INDEX], EMPTY_ANSWERS)),
    ]


def task(asked: Asked, reducer: Reducer, constants: dict[str, int]) -> Task:
    """Every list is allowed, the empty one too."""
    condition, values = asked

    def draw(stream: RandomStream) -> Arguments:
        items = draw_items(stream, values)
        if reducer is not INDEX:
            return (items,)
        # Put last, so that the answers are not nearly all 0 and 1.
        late = [item for item in items if condition.holds(item, values)]
        return ([item for item in items if item not in late] * stream.integer(1, 2) + late,)

    return Task(
        operation=_operation(condition, reducer),
        constants={**values, **constants},
        arguments={"xs": "list[int]"},
        returns="int",
        edges=(EMPTY_LIST, *LIST_EDGES),
        draw=draw,
    )


@functools.cache
def _operation(condition: Condition, reducer: Reducer) -> Operation:
    kept = f"the elements of {{xs}} that are {condition.phrase}"
    phrase, few = reducer.phrase.replace("{kept}", kept), reducer.phrase.replace("{kept}", "these")
    name = f"{reducer.noun}_{condition.name}"
    return Operation(
        body=reducer.code.replace("{test}", condition.code),
        names=(name, f"get_{name}", f"compute_{name}", f"find_{name}", f"calculate_{name}"),
        statements=(
            f"Return {phrase}.{reducer.empty}",
            f"Compute {phrase}, and return it.{reducer.empty}",
            f"Look only at {kept}. Return {few}.{reducer.empty}",
            f"Find {phrase}.{reducer.empty}",
            f"Out of {{xs}}, take the numbers that are {condition.phrase}. Return {few}.{reducer.empty}",
        ),
    )


FAMILY = Family(name="filter-reduce", kinds=kinds, task=task)
