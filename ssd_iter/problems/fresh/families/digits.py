"""Family 13: the digits of a number, in base 10 (levels 1 and 2) and in others (level 2). Held out for tests."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import permutations, product
from typing import Any

from ssd_iter.problems.fresh.families.wording import listed, put, worded
from ssd_iter.problems.fresh.family import Arguments, Family, Kind, Operation, Task
from ssd_iter.problems.fresh.random_stream import RandomStream
from ssd_iter.problems.fresh.space import Product

EDGES: tuple[Arguments, ...] = ((1,), (9,), (10,), (99,), (100,), (70605,), (12345678,))


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A number made of digits, or a condition on one digit."""

    body: str
    """Over `digits`, most significant first, or over one `digit`; and over the constants `k` or `base`."""
    noun: str
    phrase: str
    same: Callable[..., Any]
    """The body in other words; the constant is its second argument."""
    least_base: int = 3
    """In smaller bases it has too few answers."""


def _multiplied(digits: list[int]) -> int:
    return functools.reduce(lambda one, other: one * other, digits, 1)


REDUCERS = (
    Rule(body="sum(digits)", noun="sum", phrase="the sum of the {which}", same=sum),
    Rule(body="len(digits)", noun="count", phrase="the number of {which}", same=lambda digits: sum(1 for _ in digits)),
    Rule(
        body="max(digits, default=-1)",
        noun="maximum",
        phrase="the largest of the {which} (-1 if there are none)",
        same=lambda digits: sorted([-1, *digits])[-1],
    ),
    Rule(
        body="math.prod(digits)",
        noun="product",
        phrase="the product of the {which} (1 if there are none)",
        same=_multiplied,
    ),
    Rule(
        body="sum(digit * digit for digit in digits)",
        noun="square_sum",
        phrase="the sum of the squares of the {which}",
        same=lambda digits: sum(digits.count(digit) * digit**2 for digit in range(10)),
    ),
)
EVEN = Rule(
    body="digit % 2 == 0", noun="even", phrase="even digits of {n}", same=lambda digit, _: digit in range(0, 10, 2)
)
ODD = Rule(
    body="digit % 2 == 1", noun="odd", phrase="odd digits of {n}", same=lambda digit, _: digit in range(1, 10, 2)
)
ABOVE = Rule(
    body="digit > k", noun="large", phrase="digits of {n} that are greater than {k}", same=lambda digit, k: k < digit
)
BELOW = Rule(
    body="digit < k",
    noun="small",
    phrase="digits of {n} that are less than {k}",
    same=lambda digit, k: digit in range(k),
)
OTHER = Rule(
    body="digit != k", noun="other", phrase="digits of {n} that are not {k}", same=lambda digit, k: abs(digit - k) > 0
)
STATISTICS = (
    Rule(body="sum(digits)", noun="sum", phrase="the sum of these digits", same=lambda digits, _: sum(digits)),
    Rule(
        body="sum(digits[0::2]) - sum(digits[1::2])",
        noun="alternating_sum",
        phrase="the first of these digits minus the second plus the third minus the fourth and so on",
        same=lambda digits, _: sum(digit * (-1) ** place for place, digit in enumerate(digits)),
    ),
    Rule(
        body="max(digits) - min(digits)",
        noun="spread",
        phrase="the difference between the largest and the smallest of these digits",
        same=lambda digits, _: max(one - other for one in digits for other in digits),
        least_base=6,
    ),
    Rule(
        body="math.prod(digit for digit in digits if digit != 0)",
        noun="product",
        phrase="the product of these digits, leaving out those that are 0",
        same=lambda digits, _: _multiplied([digit or 1 for digit in digits]),
    ),
    Rule(
        body="sum(abs(left - right) for left, right in zip(digits, digits[1:]))",
        noun="step_sum",
        phrase="the sum of the absolute differences between neighbours among these digits (0 if there is only one)",
        same=lambda digits, _: sum(abs(digits[place] - digits[place - 1]) for place in range(1, len(digits))),
    ),
    Rule(
        body="sum(place * digit for place, digit in enumerate(digits, start=1))",
        noun="place_sum",
        phrase="the sum of these digits, each multiplied by its place (1 for the first, 2 for the second)",
        same=lambda digits, _: sum(sum(digits[place:]) for place in range(len(digits))),
    ),
    Rule(
        body="sum(digit * digit for digit in digits)",
        noun="square_sum",
        phrase="the sum of the squares of these digits",
        same=lambda digits, base: sum(digits.count(digit) * digit**2 for digit in range(base)),
    ),
    Rule(
        body="functools.reduce(lambda total, digit: total * base + digit, reversed(digits), 0)",
        noun="reversal",
        phrase="the number that these digits make in the same base when their order is reversed",
        same=lambda digits, base: sum(digit * base**place for place, digit in enumerate(digits)),
    ),
)
MODULI = (7, 9, 10, 11, 13)
ENDING = " {n} is a positive integer."

CHOSEN = (
    ("{what}_of_{which}_digits", "Return {phrase}."),
    ("{which}_digit_{what}", "Compute {phrase} and return it."),
    ("get_{which}_digit_{what}", "Find {phrase}."),
    ("find_{what}_of_{which}_digits", "Look at the digits of {n} and return {phrase}."),
    ("{what}_of_the_{which}_digits", "Work out {phrase} and return the result."),
)
BASE = (
    ("digit_{what}_in_base_{base}", "Write {n} in base {base} and return {phrase}."),
    ("base_{base}_digit_{what}", "Take the digits of {n} in base {base}, most significant first. Return {phrase}."),
    ("{what}_in_base_{base}", "The number {n} is written in base {base}. Return {phrase}."),
    ("{what}_of_base_{base}_digits", "Find the digits of {n} in base {base}, from left to right. Compute {phrase}."),
    ("get_base_{base}_{what}", "Convert {n} to base {base}. Of the digits this gives, return {phrase}."),
)
WEIGHTED = (
    (
        "weighted_digit_sum",
        "Multiply the digits of {n}, {order}, by {weights} in turn, starting again with {start} when these are used"
        " up. Return the sum of the products modulo {m}.",
    ),
    (
        "digit_checksum",
        "Take the digits of {n} {order}. Multiply them by the repeating factors {weights}, add up the products and"
        " return the remainder of the sum divided by {m}.",
    ),
    (
        "check_number",
        "The digits of {n}, {order}, get the weights {weights}, then {start} again and so on. Return the sum of all"
        " digits multiplied by their weights, modulo {m}.",
    ),
    (
        "weighted_checksum",
        "Return a checksum of {n}: its digits, {order}, times {weights}, over and over, added up, modulo {m}.",
    ),
    (
        "weighted_sum_modulo_{m}",
        "Each digit of {n} is multiplied by a factor. Taken {order}, the factors are {weights}, again and again in this"
        " order. Add the products and return what remains when the sum is divided by {m}.",
    ),
)
REPLACED = (
    ("replace_digits", "Replace each digit d of {n} by the last digit of {a} * d + {b}{reverse}. Return {result}."),
    ("change_digits", "In {n}, every digit d becomes ({a} * d + {b}) modulo 10{reverse}. Return {result}."),
    ("map_digits", "Multiply each digit of {n} by {a}, add {b}, and keep the last digit{reverse}. Return {result}."),
    ("encode_digits", "Put ({a} * d + {b}) % 10 in the place of each digit d of {n}{reverse}. Return {result}."),
    (
        "change_each_digit",
        "Change every digit d of {n} into the remainder of {a} * d + {b} divided by 10{reverse}. Return {result}.",
    ),
)


def kinds() -> list[Kind]:
    """6118 points: (what makes the task, two values)."""
    which = [(EVEN, 0), (ODD, 0), *((ABOVE, k) for k in range(2, 6)), *((BELOW, k) for k in range(5, 9))]
    which += [(OTHER, k) for k in range(1, 10)]
    based = [(rule, base) for rule, base in product(STATISTICS, range(3, 17)) if base != 10 and base >= rule.least_base]
    weights = [order for length in (2, 3) for order in permutations(range(1, 10), length)]
    both = (False, True)
    return [
        Kind(name="chosen", level=1, points=Product([_chosen], REDUCERS, which)),
        Kind(name="base", level=2, points=[(_in_base, *pair) for pair in based]),
        Kind(name="weighted", level=2, points=Product([_weighted], weights, [*product(MODULI, both)])),
        Kind(name="replaced", level=2, points=Product([_replaced], [*product(range(1, 10), range(1, 10))], both)),
    ]


def task(make: Callable[[Any, Any], Task], one: Any, other: Any) -> Task:
    """All numbers are positive: people disagree about the digits of zero and of negative numbers."""
    return make(one, other)


def _task(operation: Operation, constants: dict[str, Any], oracle: Callable[[int], int]) -> Task:
    return Task(
        operation=replace(operation, statements=tuple(text + ENDING for text in operation.statements)),
        constants=constants,
        arguments={"n": "int"},
        returns="int",
        edges=EDGES,
        draw=lambda stream: (_number(stream),),
        oracle=oracle,
    )


def _number(stream: RandomStream) -> int:
    """1 to 6 digits, zeros more often than others."""
    more = [stream.integer(-1, 9) for _ in range(stream.integer(0, 5))]
    return int("".join(str(max(0, digit)) for digit in [stream.integer(1, 9), *more]))


def _digits(number: int, base: int = 10) -> list[int]:
    """Most significant first."""
    return [*_digits(number // base, base), number % base] if number >= base else [number]


def _chosen(reducer: Rule, which: tuple[Rule, int]) -> Task:
    condition, k = which
    phrase = put(reducer.phrase, {"which": condition.phrase})
    body = f"""
        digits = [digit for digit in map(int, str(n)) if {condition.body}]
        return {reducer.body}
    """
    return _task(
        worded(body, CHOSEN, what=reducer.noun, which=condition.noun, phrase=phrase),
        {"k": k} if "{k}" in phrase else {},
        lambda n: int(reducer.same([digit for digit in _digits(n) if condition.same(digit, k)])),
    )


def _in_base(statistic: Rule, base: int) -> Task:
    body = f"""
        digits = []
        rest = n
        while rest > 0:
            digits.insert(0, rest % base)
            rest //= base
        return {statistic.body}
    """
    return _task(
        worded(body, BASE, what=statistic.noun, phrase=statistic.phrase),
        {"base": base},
        lambda n: int(statistic.same(_digits(n, base), base)),
    )


def _weighted(weights: tuple[int, ...], how: tuple[int, bool]) -> Task:
    m, backwards = how
    digits = "reversed(str(n))" if backwards else "str(n)"
    body = f"""
        weights = factors
        return sum(int(digit) * weights[place % len(weights)] for place, digit in enumerate({digits})) % m
    """
    order = "from the last to the first" if backwards else "from the first to the last"

    def checksum(n: int) -> int:
        digits = _digits(n)[:: -1 if backwards else 1]
        return sum(sum(digits[place :: len(weights)]) * weight for place, weight in enumerate(weights)) % m

    return _task(
        worded(body, WEIGHTED, order=order, weights=listed(weights), start=str(weights[0])),
        {"factors": list(weights), "m": m},
        checksum,
    )


def _replaced(numbers: tuple[int, int], backwards: bool) -> Task:
    a, b = numbers
    body = f"""
        digits = [(a * int(digit) + b) % 10 for digit in {"reversed(str(n))" if backwards else "str(n)"}]
        return int("".join(map(str, digits)))
    """

    def changed(n: int) -> int:
        digits = [(a * digit + b) % 10 for digit in _digits(n)][:: 1 if backwards else -1]
        return sum(digit * 10**place for place, digit in enumerate(digits))

    return _task(
        worded(
            body,
            REPLACED,
            reverse=", then reverse the order of the digits" if backwards else "",
            result="the resulting integer (zeros at its start are dropped)",
        ),
        {"a": a, "b": b},
        changed,
    )


FAMILY = Family(name="digits", kinds=kinds, task=task, held_out="test")
