"""Family 8: one number about a list, as it is (level 0) or multiplied and shifted (level 1)."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from itertools import product

from ssd_iter.problems.fresh.arguments import EMPTY_LIST, LIST_EDGES, draw_list
from ssd_iter.problems.fresh.family import Family, Kind, Operation, Task
from ssd_iter.problems.fresh.space import Product


@dataclass(frozen=True, kw_only=True)
class Aggregate:
    """One number about a list."""

    body: str
    noun: str
    """For function names."""
    phrase: str
    """For sentences."""
    allows_empty: bool


SUM = Aggregate(body="sum(xs)", noun="sum", phrase="the sum of the numbers in {xs}", allows_empty=True)
LENGTH = Aggregate(body="len(xs)", noun="length", phrase="the number of elements in {xs}", allows_empty=True)
MAXIMUM = Aggregate(body="max(xs)", noun="maximum", phrase="the largest number in {xs}", allows_empty=False)
MINIMUM = Aggregate(body="min(xs)", noun="minimum", phrase="the smallest number in {xs}", allows_empty=False)
RANGE = Aggregate(
    body="(max(xs) - min(xs))",
    noun="range",
    phrase="the difference between the largest and the smallest number in {xs}",
    allows_empty=False,
)
AGGREGATES = (SUM, LENGTH, MAXIMUM, MINIMUM, RANGE)

BARE = Operation(
    body="aggregate",
    names=("{noun}_of_list", "list_{noun}", "get_{noun}", "compute_{noun}", "find_{noun}"),
    statements=(
        "Return {aggregate}.",
        "Compute {aggregate} and return it.",
        "Find {aggregate}.",
        "Calculate {aggregate}.",
        "Work out {aggregate} and return it.",
    ),
)
TIMES = Operation(
    body="aggregate * a",
    names=(
        "{noun}_times_{a}",
        "multiply_{noun}_by_{a}",
        "scale_{noun}_by_{a}",
        "compute_{noun}_times_{a}",
        "find_{noun}_times_{a}",
    ),
    statements=(
        "Return {aggregate}, multiplied by {a}.",
        "Compute {aggregate}, multiply it by {a} and return the result.",
        "Find {aggregate} and return it times {a}.",
        "Calculate {a} times {aggregate}.",
        "Work out {aggregate} and return the product of it and {a}.",
    ),
)
PLUS = Operation(
    body="aggregate + b",
    names=(
        "{noun}_plus_{b}",
        "add_{b}_to_{noun}",
        "increase_{noun}_by_{b}",
        "compute_{noun}_plus_{b}",
        "find_{noun}_plus_{b}",
    ),
    statements=(
        "Return {aggregate}, plus {b}.",
        "Compute {aggregate}, add {b} to it and return the result.",
        "Find {aggregate} and return it plus {b}.",
        "Calculate {aggregate}, increased by {b}.",
        "Work out {aggregate} and return the number that is {b} more.",
    ),
)
MINUS = Operation(
    body="aggregate - b",
    names=(
        "{noun}_minus_{b}",
        "subtract_{b}_from_{noun}",
        "decrease_{noun}_by_{b}",
        "compute_{noun}_minus_{b}",
        "find_{noun}_minus_{b}",
    ),
    statements=(
        "Return {aggregate}, minus {b}.",
        "Compute {aggregate}, subtract {b} from it and return the result.",
        "Find {aggregate} and return it minus {b}.",
        "Calculate {aggregate}, decreased by {b}.",
        "Work out {aggregate} and return the number that is {b} less.",
    ),
)
TIMES_PLUS = Operation(
    body="aggregate * a + b",
    names=(
        "{noun}_times_{a}_plus_{b}",
        "multiply_{noun}_and_add",
        "scale_{noun}_and_add_{b}",
        "compute_{noun}_times_{a}_plus_{b}",
        "find_{noun}_times_{a}_plus_{b}",
    ),
    statements=(
        "Return {aggregate}, multiplied by {a} and then increased by {b}.",
        "Compute {aggregate}, multiply it by {a}, add {b} and return the result.",
        "Find {aggregate}. Return {a} times that number, plus {b}.",
        "Calculate {aggregate}, times {a}, plus {b}.",
        "Work out {aggregate}, take it {a} times, and return the number that is {b} more.",
    ),
)
TIMES_MINUS = Operation(
    body="aggregate * a - b",
    names=(
        "{noun}_times_{a}_minus_{b}",
        "multiply_{noun}_and_subtract",
        "scale_{noun}_and_subtract_{b}",
        "compute_{noun}_times_{a}_minus_{b}",
        "find_{noun}_times_{a}_minus_{b}",
    ),
    statements=(
        "Return {aggregate}, multiplied by {a} and then decreased by {b}.",
        "Compute {aggregate}, multiply it by {a}, subtract {b} and return the result.",
        "Find {aggregate}. Return {a} times that number, minus {b}.",
        "Calculate {aggregate}, times {a}, minus {b}.",
        "Work out {aggregate}, take it {a} times, and return the number that is {b} less.",
    ),
)


def kinds() -> list[Kind]:
    """5099 points: (operation, aggregate, constants)."""
    both = [{"a": a, "b": b} for a, b in product(range(2, 21), range(1, 26))]
    one = [{"b": b} for b in range(1, 26)]
    plain = [aggregate for aggregate in AGGREGATES if aggregate is not LENGTH]  # `len` itself solves it
    return [
        Kind(name="plain", level=0, points=Product([BARE], plain, [{}])),
        Kind(name="times", level=1, points=Product([TIMES], AGGREGATES, [{"a": a} for a in range(2, 21)])),
        Kind(name="plus", level=1, points=Product([PLUS], AGGREGATES, one)),
        Kind(name="minus", level=1, points=Product([MINUS], AGGREGATES, one)),
        Kind(name="times-plus", level=1, points=Product([TIMES_PLUS], AGGREGATES, both)),
        Kind(name="times-minus", level=1, points=Product([TIMES_MINUS], AGGREGATES, both)),
    ]


def task(operation: Operation, aggregate: Aggregate, constants: dict[str, int]) -> Task:
    """The empty list is tested where the statement allows it."""
    return Task(
        operation=_about(aggregate, operation),
        constants=constants,
        arguments={"xs": "list[int]"},
        returns="int",
        edges=(EMPTY_LIST, *LIST_EDGES) if aggregate.allows_empty else LIST_EDGES,
        draw=lambda stream: (draw_list(stream),),
    )


@functools.cache
def _about(aggregate: Aggregate, operation: Operation) -> Operation:
    """The operation with the aggregate put in."""
    ending = "" if aggregate.allows_empty else " The list is never empty."
    return Operation(
        body=operation.body.replace("aggregate", aggregate.body),
        names=tuple(name.replace("{noun}", aggregate.noun) for name in operation.names),
        statements=tuple(text.replace("{aggregate}", aggregate.phrase) + ending for text in operation.statements),
    )


FAMILY = Family(name="list-aggregate", kinds=kinds, task=task)
