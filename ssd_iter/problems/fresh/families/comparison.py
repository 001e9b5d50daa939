"""Family 3: one yes-or-no question about one integer or two. Level 0."""

from __future__ import annotations

from collections.abc import Callable

from ssd_iter.problems.fresh.family import Arguments, Family, Kind, Operation, Task
from ssd_iter.problems.fresh.random_stream import RandomStream

Calls = tuple[tuple[Arguments, ...], Callable[[RandomStream], Arguments]]
"""A task's edges and its draw."""

GREATER = Operation(
    body="x > k",
    names=("is_greater_than_{k}", "greater_than_{k}", "is_above_{k}", "exceeds_{k}", "is_more_than_{k}"),
    statements=(
        "Return True if {x} is greater than {k}, otherwise False.",
        "Check whether {x} is greater than {k}.",
        "Return whether {x} is above {k}.",
        "Return True if {x} exceeds {k} and False if it does not.",
        "Return True when {x} is more than {k}, and False when it is not.",
    ),
)
LESS = Operation(
    body="x < k",
    names=("is_less_than_{k}", "less_than_{k}", "is_below_{k}", "is_under_{k}", "is_smaller_than_{k}"),
    statements=(
        "Return True if {x} is less than {k}, otherwise False.",
        "Check whether {x} is less than {k}.",
        "Return whether {x} is below {k}.",
        "Return True if {x} is under {k} and False if it is not.",
        "Return True when {x} is smaller than {k}, and False when it is not.",
    ),
)
AT_LEAST = Operation(
    body="x >= k",
    names=("is_at_least_{k}", "at_least_{k}", "is_{k}_or_more", "reaches_{k}", "is_not_less_than_{k}"),
    statements=(
        "Return True if {x} is at least {k}, otherwise False.",
        "Check whether {x} is at least {k}.",
        "Return whether {x} is {k} or more.",
        "Return True if {x} is equal to {k} or above it, and False if it is not.",
        "Return True when {x} is greater than or equal to {k}, and False when it is not.",
    ),
)
AT_MOST = Operation(
    body="x <= k",
    names=("is_at_most_{k}", "at_most_{k}", "is_{k}_or_less", "is_up_to_{k}", "is_not_more_than_{k}"),
    statements=(
        "Return True if {x} is at most {k}, otherwise False.",
        "Check whether {x} is at most {k}.",
        "Return whether {x} is {k} or less.",
        "Return True if {x} is equal to {k} or below it, and False if it is not.",
        "Return True when {x} is less than or equal to {k}, and False when it is not.",
    ),
)
DIVISIBLE = Operation(
    body="x % k == 0",
    names=("is_divisible_by_{k}", "divisible_by_{k}", "is_multiple_of_{k}", "can_divide_by_{k}", "multiple_of_{k}"),
    statements=(
        "Return True if {x} is divisible by {k}, otherwise False.",
        "Check whether {x} is divisible by {k}.",
        "Return whether {x} is a multiple of {k}.",
        "Return True if {k} divides {x} without a remainder, and False if it does not.",
        "Return True when {x} is a multiple of {k}, and False when it is not.",
    ),
)
REMAINDER_IS = Operation(
    body="x % k == m",
    names=(
        "remainder_by_{k}_is_{m}",
        "has_remainder_{m}_by_{k}",
        "leaves_remainder_{m}_by_{k}",
        "is_{m}_modulo_{k}",
        "divided_by_{k}_leaves_{m}",
    ),
    statements=(
        "Return True if the remainder of {x} divided by {k} is {m}, otherwise False.",
        "Check whether dividing {x} by {k} leaves a remainder of {m}.",
        "Return whether {x} modulo {k} is equal to {m}.",
        "Return True if {x} has the remainder {m} after division by {k}, and False if it does not.",
        "Return True when {x} divided by {k} leaves {m}, and False when it does not.",
    ),
)
BETWEEN = Operation(
    body="k <= x <= m",
    names=(
        "is_between_{k}_and_{m}",
        "between_{k}_and_{m}",
        "is_in_range_{k}_to_{m}",
        "is_from_{k}_to_{m}",
        "lies_between_{k}_and_{m}",
    ),
    statements=(
        "Return True if {x} is between {k} and {m}, both included, otherwise False.",
        "Check whether {x} is between {k} and {m} (both included).",
        "Return whether {x} is in the range from {k} to {m}, including both ends.",
        "Return True if {x} is at least {k} and at most {m}, and False if it is not.",
        "Return True when {x} lies from {k} to {m}, ends included, and False when it does not.",
    ),
)
OUTSIDE = Operation(
    body="x < k or x > m",
    names=(
        "is_outside_{k}_to_{m}",
        "outside_{k}_and_{m}",
        "is_not_between_{k}_and_{m}",
        "is_out_of_range_{k}_to_{m}",
        "lies_outside_{k}_to_{m}",
    ),
    statements=(
        "Return True if {x} is less than {k} or greater than {m}, otherwise False.",
        "Check whether {x} is below {k} or above {m}.",
        "Return whether {x} is smaller than {k} or larger than {m}.",
        "Return True if {x} is under {k} or over {m}, and False if it is not.",
        "Return True when {x} is either less than {k} or more than {m}, and False when it is neither.",
    ),
)
SAME_SIGN = Operation(
    body="x * y > 0",
    names=("same_sign", "have_same_sign", "has_same_sign", "signs_agree", "signs_match"),
    statements=(
        "Return True if {x} and {y} are both positive or both negative, otherwise False.",
        "Check whether {x} and {y} are both positive or both negative.",
        "Return whether {x} and {y} are either both positive or both negative.",
        "Return True if {x} and {y} are both above zero or both below zero, and False if they are not.",
        "Return True when {x} and {y} are both less than 0 or both more than 0, and False when they are not.",
    ),
)
OPPOSITE_SIGNS = Operation(
    body="x * y < 0",
    names=("opposite_signs", "have_opposite_signs", "has_opposite_signs", "signs_differ", "signs_are_opposite"),
    statements=(
        "Return True if one of {x} and {y} is positive and the other is negative, otherwise False.",
        "Check whether one of {x} and {y} is positive and the other negative.",
        "Return whether {x} and {y} are one positive and one negative number.",
        "Return True if one of {x} and {y} is above zero and the other below zero, and False if not.",
        "Return True when one of {x} and {y} is less than 0 and the other more than 0, and False when not.",
    ),
)
FIRST_LARGER = Operation(
    body="x > y",
    names=("is_first_greater", "first_is_greater", "is_greater", "is_first_larger", "first_is_larger"),
    statements=(
        "Return True if {x} is greater than {y}, otherwise False.",
        "Check whether {x} is greater than {y}.",
        "Return whether {x} is above {y}.",
        "Return True if {x} exceeds {y} and False if it does not.",
        "Return True when {x} is more than {y}, and False when it is not.",
    ),
)


def kinds() -> list[Kind]:
    """2183 points: (operation, constants...). The battery tells all these constants apart."""
    intervals = [(k, m) for k in range(-20, 23) for m in range(k + 8, 31)]
    remainders = [(k, m) for k in range(2, 12) for m in range(1, k)]
    points: dict[str, list[tuple[Operation | int, ...]]] = {
        "greater": [(GREATER, k) for k in range(-20, 31)],
        "less": [(LESS, k) for k in range(-20, 31)],
        "at-least": [(AT_LEAST, k) for k in range(-20, 31)],
        "at-most": [(AT_MOST, k) for k in range(-20, 31)],
        "divisible": [(DIVISIBLE, k) for k in range(2, 31)],
        "remainder-is": [(REMAINDER_IS, *pair) for pair in remainders],
        "between": [(BETWEEN, *pair) for pair in intervals],
        "outside": [(OUTSIDE, *pair) for pair in intervals],
        "same-sign": [(SAME_SIGN,)],
        "opposite-signs": [(OPPOSITE_SIGNS,)],
        "first-larger": [(FIRST_LARGER,)],
    }
    return [Kind(name=name, level=0, points=choices) for name, choices in points.items()]


def task(operation: Operation, *constants: int) -> Task:
    """Calls are drawn so that both answers are frequent."""
    match constants:
        case ():
            edges, draw = _pairs()
        case (k, m) if operation is REMAINDER_IS:
            edges, draw = _divisions(k, m)
        case (k,) if operation is DIVISIBLE:
            edges, draw = _divisions(k, 0)
        case _:
            edges, draw = _around(constants[0], constants[-1])
    return Task(
        operation=operation,
        constants=dict(zip("km", constants, strict=False)),
        arguments={"x": "int"} if constants else {"x": "int", "y": "int"},
        returns="bool",
        edges=edges,
        draw=draw,
    )


def _pairs() -> Calls:
    edges = ((0, 0), (0, 5), (-5, 0), (1, 1), (-1, -1), (100, -100))
    return edges, lambda stream: (stream.integer(-20, 20), stream.integer(-20, 20))


def _around(low: int, high: int) -> Calls:
    edges = ((0,), (low - 1,), (low,), (high,), (high + 1,), (1000,), (-1000,))
    return edges, lambda stream: (stream.integer(low - 12, high + 12),)


def _divisions(divisor: int, remainder: int) -> Calls:
    """Every other number leaves the remainder. None is negative: what a remainder is then, people disagree on."""

    def draw(stream: RandomStream) -> Arguments:
        quotient = stream.integer(1, 12)
        return (quotient * divisor + stream.choice((remainder, stream.integer(0, divisor - 1))),)

    return ((0,), (1,), (divisor,), (divisor + 1,), (divisor + remainder,), (100,), (12345,)), draw


FAMILY = Family(name="comparison", kinds=kinds, task=task)
