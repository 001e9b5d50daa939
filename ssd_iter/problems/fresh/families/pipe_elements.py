"""Stages of pipes that look at each element of a list of integers by itself."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence

from ssd_iter.problems.fresh.families.pipe_stages import Stage


def _map(
    name: str, code: str, oracle: Callable[..., int], *phrases: str, local: str, group: str = "", **k: Sequence[int]
) -> Stage:
    """A stage that replaces each `item`."""
    listed = f"[{code} for item in {{it}}]"

    def all_of(numbers: list[int], *constants: int) -> list[int]:
        return [oracle(number, *constants) for number in numbers]

    return Stage(
        name=name,
        takes="numbers",
        gives="numbers",
        code=listed,
        oracle=all_of,
        phrases=phrases,
        local=local,
        constants=k,
        group=group,
        effect="pointwise",
    )


def _keep(name: str, code: str, oracle: Callable[..., bool], *whom: str, group: str = "", **k: Sequence[int]) -> Stage:
    """A stage that keeps those `item` that a condition holds for; `whom` names them in two wordings."""
    listed = f"[item for item in {{it}} if {code}]"
    plain, other = whom
    phrases = (
        f"keep only the {plain}",
        f"drop everything but the {other}",
        f"remove all elements except the {plain}",
        f"select the {other}, in their order",
    )

    def kept(numbers: list[int], *constants: int) -> list[int]:
        return list(filter(lambda number: oracle(number, *constants), numbers))

    return Stage(
        name=name,
        takes="numbers",
        gives="numbers",
        code=listed,
        oracle=kept,
        phrases=phrases,
        local="kept",
        constants=k,
        group=group,
        effect="pointwise",
    )


MAPS = (
    _map("add_to_each", "item + {k}", operator.add,
         "add {k} to every number", "increase each element by {k}", "make every number larger by {k}",
         "add {k} to each of the numbers", local="shifted", group="shift", k=range(1, 21)),
    _map("subtract_from_each", "item - {k}", operator.sub,
         "subtract {k} from every number", "decrease each element by {k}", "make every number smaller by {k}",
         "take {k} away from each of the numbers", local="shifted", group="shift", k=range(1, 21)),
    _map("multiply_each", "item * {k}", operator.mul,
         "multiply every number by {k}", "take each element times {k}", "replace every number by {k} times that number",
         "multiply each of the numbers by {k}", local="scaled", group="scale", k=range(2, 16)),
    _map("complement_each", "{k} - item", lambda x, k: -(x - k),
         "replace every number by {k} minus that number", "subtract each element from {k}",
         "turn every number x into {k} - x", "take each of the numbers away from {k}",
         local="complements", group="shift", k=range(1, 21)),
    _map("remainder_of_each", "item % {k}", lambda x, k: x - x // k * k,
         "replace every number by its remainder when divided by {k} (never negative)",
         "take each element modulo {k} (results go from 0 up to, but not including, {k})",
         "reduce every number modulo {k}, to a number that is not negative",
         "take the remainder modulo {k} of each of the numbers (never negative)",
         local="remainders", group="remainder", k=range(3, 13)),
    _map("divide_each", "item // {k}", lambda x, k: (x - x % k) // k,
         "divide every number by {k}, rounding down (toward minus infinity)",
         "floor divide each element by {k} (round toward minus infinity)",
         "replace every number by the floor of that number divided by {k}",
         "divide each of the numbers by {k} and round down, to the next integer that is not larger",
         local="quotients", group="divide", k=range(2, 7)),
    _map("distance_of_each", "abs(item - {k})", lambda x, k: max(x, k) - min(x, k),
         "replace every number by its absolute difference from {k}", "take the distance of each element from {k}",
         "turn every number into how far it is from {k}", "replace each of the numbers by its distance from {k}",
         local="distances", group="absolute", k=range(1, 13)),
    _map("raise_each_to", "max(item, {k})", lambda x, k: x if x > k else k,
         "replace every number less than {k} by {k}", "raise each element below {k} to {k}",
         "turn every number that is smaller than {k} into {k}", "put {k} in place of each number below {k}",
         local="raised", group="limit", k=range(-4, 9)),
    _map("lower_each_to", "min(item, {k})", lambda x, k: x if x < k else k,
         "replace every number greater than {k} by {k}", "lower each element above {k} to {k}",
         "turn every number that is larger than {k} into {k}", "put {k} in place of each number above {k}",
         local="lowered", group="limit", k=range(3, 16)),
    _map("square_each", "item * item", lambda x: x**2,
         "square every number", "multiply each element by itself", "replace every number by its square",
         "take the square of each of the numbers", local="squares"),
    _map("negate_each", "-item", operator.neg,
         "negate every number", "flip the sign of each element", "multiply every number by -1",
         "change the sign of each of the numbers", local="negated", group="scale"),
    _map("absolute_of_each", "abs(item)", lambda x: max(x, -x),
         "replace every number by its absolute value", "drop the minus sign of each negative element",
         "make every negative number positive", "take the absolute value of each of the numbers",
         local="sizes", group="absolute"),
)  # fmt: skip
FILTERS = (
    _keep("keep_above", "item > {k}", lambda x, k: not x <= k,
          "numbers greater than {k}", "numbers that are larger than {k}", group="above", k=range(-5, 10)),
    _keep("keep_below", "item < {k}", lambda x, k: not x >= k,
          "numbers less than {k}", "numbers that are smaller than {k}", group="below", k=range(3, 18)),
    _keep("keep_even", "item % 2 == 0", lambda x: not x & 1, "even numbers", "numbers that are even", group="parity"),
    _keep("keep_odd", "item % 2 == 1", lambda x: x & 1 == 1, "odd numbers", "numbers that are odd", group="parity"),
    _keep("keep_multiples", "item % {k} == 0", lambda x, k: x // k * k == x,
          "multiples of {k}", "numbers that are divisible by {k}", k=range(3, 5)),
    _keep("keep_not_multiples", "item % {k} != 0", lambda x, k: x // k * k < x,
          "numbers that are not multiples of {k}", "numbers that {k} does not divide", k=range(3, 8)),
    _keep("keep_other_than", "item != {k}", lambda x, k: x > k or x < k,
          "numbers that are not equal to {k}", "numbers other than {k}", group="other", k=range(0, 5)),
    _keep("keep_between", "{low} <= item <= {high}", lambda x, low, high: x in range(low, high + 1),
          "numbers from {low} to {high}, both included", "numbers that are at least {low} and at most {high}",
          group="between", low=range(-4, 3), high=range(8, 16)),
)  # fmt: skip
