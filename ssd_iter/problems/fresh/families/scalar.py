"""Family 1: one arithmetic operation with a constant on one integer. Level 0."""

from __future__ import annotations

from ssd_iter.problems.fresh.arguments import INT_EDGES
from ssd_iter.problems.fresh.family import Family, Kind, Operation, Task
from ssd_iter.problems.fresh.space import Product

MULTIPLY = Operation(
    body="x * k",
    names=("multiply_by_{k}", "times_{k}", "scale_by_{k}", "product_with_{k}", "multiplied_by_{k}"),
    statements=(
        "Return {x} multiplied by {k}.",
        "Multiply {x} by {k} and return the result.",
        "Return the product of {x} and {k}.",
        "Compute {k} times {x}.",
        "Return {k} times the value of {x}.",
    ),
)
ADD = Operation(
    body="x + k",
    names=("add_{k}", "plus_{k}", "increase_by_{k}", "sum_with_{k}", "increment_by_{k}"),
    statements=(
        "Return the sum of {x} and {k}.",
        "Add {k} to {x} and return the result.",
        "Return {x} plus {k}.",
        "Compute {x} increased by {k}.",
        "Return the number that is {k} more than {x}.",
    ),
)
SUBTRACT = Operation(
    body="x - k",
    names=("subtract_{k}", "minus_{k}", "decrease_by_{k}", "take_away_{k}", "reduce_by_{k}"),
    statements=(
        "Return {x} minus {k}.",
        "Subtract {k} from {x} and return the result.",
        "Return {x} decreased by {k}.",
        "Compute the result of taking {k} away from {x}.",
        "Return the number that is {k} less than {x}.",
    ),
)
REMAINDER = Operation(
    body="x % k",
    names=("remainder_by_{k}", "modulo_{k}", "mod_{k}", "remainder_after_{k}", "remainder_modulo_{k}"),
    statements=(
        "Return the remainder when {x} is divided by {k}.",
        "Return {x} modulo {k}.",
        "Divide {x} by {k} and return the remainder.",
        "Compute the remainder of dividing {x} by {k}.",
        "Return what is left over after dividing {x} by {k}.",
    ),
)
DIVIDE = Operation(
    body="x // k",
    names=("divide_by_{k}", "floor_divide_by_{k}", "integer_divide_by_{k}", "quotient_by_{k}", "divided_by_{k}"),
    statements=(
        "Return {x} divided by {k}, rounded down to a whole number.",
        "Divide {x} by {k} and round the result down to an integer.",
        "Return the integer quotient of {x} and {k}, rounded down.",
        "Compute the floor division of {x} by {k}.",
        "Return the floor of {x} divided by {k}.",
    ),
)
SQUARE_PLUS = Operation(
    body="x * x + k",
    names=("square_plus_{k}", "squared_plus_{k}", "square_and_add_{k}", "add_{k}_to_square", "square_then_add_{k}"),
    statements=(
        "Return the square of {x} plus {k}.",
        "Square {x}, add {k} and return the result.",
        "Return {x} squared plus {k}.",
        "Compute {x} times {x}, plus {k}.",
        "Return the number that is {k} more than the square of {x}.",
    ),
)
SUBTRACT_FROM = Operation(
    body="k - x",
    names=("subtract_from_{k}", "take_from_{k}", "difference_from_{k}", "taken_from_{k}", "remove_from_{k}"),
    statements=(
        "Return {k} minus {x}.",
        "Subtract {x} from {k} and return the result.",
        "Return the difference {k} - {x}.",
        "Compute the result of taking {x} away from {k}.",
        "Return what is left of {k} after subtracting {x}.",
    ),
)


def kinds() -> list[Kind]:
    """694 points: (operation, constant). Remainders start at 5: fewer answers tell too little."""
    constants = {
        ("multiply", MULTIPLY): range(2, 101),
        ("add", ADD): range(1, 101),
        ("subtract", SUBTRACT): range(1, 101),
        ("remainder", REMAINDER): range(5, 101),
        ("divide", DIVIDE): range(2, 101),
        ("square-plus", SQUARE_PLUS): range(1, 101),
        ("subtract-from", SUBTRACT_FROM): range(1, 101),
    }
    return [
        Kind(name=name, level=0, points=Product([operation], values)) for (name, operation), values in constants.items()
    ]


def task(operation: Operation, k: int) -> Task:
    """Division draws numbers around multiples of k; the remainder is asked of non-negative numbers only."""
    edges = INT_EDGES
    low, high = -20, 50
    if operation in (REMAINDER, DIVIDE):
        low, high = 0, 12 * k
        edges = (*INT_EDGES, (k - 1,), (k,), (k + 1,))
    if operation is REMAINDER:
        edges = tuple(call for call in edges if call[0] >= 0)
    return Task(
        operation=operation,
        constants={"k": k},
        arguments={"x": "int"},
        returns="int",
        edges=edges,
        draw=lambda stream: (stream.integer(low, high),),
    )


FAMILY = Family(name="scalar", kinds=kinds, task=task)
