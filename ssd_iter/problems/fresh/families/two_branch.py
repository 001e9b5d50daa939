"""Family 4: one arithmetic rule where a condition holds, another where it does not. Levels 1 and 2."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

from ssd_iter.problems.fresh.families.conditions import (
    COMPOUND,
    MULTIPLE,
    MULTIPLES,
    PARITY_AND_SIGN,
    RANGES,
    REMAINDERS,
    THRESHOLDS,
    Asked,
    Condition,
    draw_item,
)
from ssd_iter.problems.fresh.family import Arguments, Family, Kind, Operation, Task
from ssd_iter.problems.fresh.random_stream import RandomStream
from ssd_iter.problems.fresh.space import Product


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What a branch returns: arithmetic on x with up to two constants, p and q."""

    code: str
    """A template: {p} and {q} are put in, by the names their values get."""
    phrase: str
    """Likewise, over {x} too."""
    apply: Callable[..., int]
    """(x, p, q) to the answer, for oracles."""


ITSELF = Rule(code="x", phrase="{x} unchanged", apply=lambda x: abs(x) if x > 0 else -abs(x))
NEGATED = Rule(code="-x", phrase="{x} with its sign changed", apply=lambda x: 0 - x)
SQUARE = Rule(code="x * x", phrase="the square of {x}", apply=lambda x: x**2)
TIMES = Rule(code="x * {p}", phrase="{p} times {x}", apply=lambda x, p: sum([x] * p))
PLUS = Rule(code="x + {p}", phrase="{x} plus {p}", apply=lambda x, p: sum((p, x)))
MINUS = Rule(code="x - {p}", phrase="{x} minus {p}", apply=lambda x, p: sum((-p, x)))
FROM = Rule(code="{p} - x", phrase="{p} minus {x}", apply=lambda x, p: sum((p, -x)))
DIVIDED = Rule(code="x // {p}", phrase="{x} divided by {p} as a whole number", apply=lambda x, p: round(x / p))
TIMES_PLUS = Rule(code="x * {p} + {q}", phrase="{p} times {x} plus {q}", apply=lambda x, p, q: sum([q, *[x] * p]))
TIMES_MINUS = Rule(code="x * {p} - {q}", phrase="{p} times {x} minus {q}", apply=lambda x, p, q: sum([-q, *[x] * p]))
FROM_TIMES = Rule(code="{q} - x * {p}", phrase="{q} minus {p} times {x}", apply=lambda x, p, q: sum([q, *[-x] * p]))
SQUARE_PLUS = Rule(code="x * x + {p}", phrase="{x} squared plus {p}", apply=lambda x, p: x**2 + p)

Step = tuple[Rule, tuple[int, ...]]
"""A rule with its constants."""

SIMPLE: list[Step] = [
    *((rule, ()) for rule in (ITSELF, NEGATED, SQUARE)),
    *((TIMES, (p,)) for p in range(2, 11)),
    *((rule, (p,)) for rule in (PLUS, MINUS, FROM) for p in range(1, 13)),
]
AFFINE: list[Step] = [
    *((SQUARE_PLUS, (p,)) for p in range(1, 13)),
    *((rule, pair) for rule in (TIMES_PLUS, TIMES_MINUS, FROM_TIMES) for pair in product(range(2, 8), range(1, 13))),
]


def kinds() -> list[Kind]:
    """28.8 million points: (condition, rule where it holds, rule where it does not)."""
    # "When it is not" would be hard to read after "not divisible".
    multiples = [asked for asked in MULTIPLES if asked[0] is MULTIPLE]
    divisions = [(asked, (DIVIDED, (asked[1]["m"],)), other) for asked, other in product(multiples, SIMPLE)]
    return [
        Kind(name="parity-and-sign", level=1, points=Product(PARITY_AND_SIGN, SIMPLE, SIMPLE)),
        Kind(name="threshold", level=1, points=Product(THRESHOLDS, SIMPLE, SIMPLE)),
        Kind(name="multiple", level=1, points=Product(multiples, SIMPLE, SIMPLE)),
        Kind(name="divided-multiple", level=1, points=divisions),
        Kind(name="threshold-affine", level=2, points=Product([*PARITY_AND_SIGN, *THRESHOLDS], AFFINE, AFFINE)),
        Kind(name="range-affine", level=2, points=Product(RANGES, AFFINE, AFFINE)),
        Kind(name="remainder-affine", level=2, points=Product([*REMAINDERS, *multiples], AFFINE, AFFINE)),
        Kind(name="compound-affine", level=2, points=Product(COMPOUND, AFFINE, AFFINE)),
    ]


def task(asked: Asked, then: Step, other: Step) -> Task | None:
    """All integers are allowed; None where both rules are the same."""
    if then == other:
        return None
    condition, constants = asked
    borders = [value + step for value in constants.values() for step in (-1, 0, 1)]
    edges: list[Arguments] = [(x,) for x in dict.fromkeys([0, 1, -1, 100, *borders])][:8]

    def draw(stream: RandomStream) -> Arguments:
        return (draw_item(stream, constants),)

    def oracle(x: int) -> int:
        rule, values = then if condition.holds(x, constants) else other
        return rule.apply(x, *values)

    return Task(
        operation=_operation(condition, then[0], other[0]),
        constants={**constants, **dict(zip("ab", then[1], strict=False)), **dict(zip("cd", other[1], strict=False))},
        arguments={"x": "int"},
        returns="int",
        edges=tuple(edges),
        draw=draw,
        oracle=oracle,
    )


@functools.cache
def _operation(condition: Condition, then: Rule, other: Rule) -> Operation:
    code = condition.code.replace("item", "x")
    asked = condition.phrase
    first, second = then.phrase.format(x="{x}", p="{a}", q="{b}"), other.phrase.format(x="{x}", p="{c}", q="{d}")
    return Operation(
        body=f"if {code}:\n    return {then.code.format(p='a', q='b')}\nreturn {other.code.format(p='c', q='d')}",
        names=tuple(f"{verb}_if_{condition.name}" for verb in ("change", "adjust", "convert", "transform", "branch")),
        statements=(
            f"If {{x}} is {asked}, return {first}. Otherwise, return {second}.",
            f"Return {first} if {{x}} is {asked}, otherwise return {second}.",
            f"When {{x}} is {asked}, return {first}; when it is not, return {second}.",
            f"Check whether {{x}} is {asked}. If so, return {first}, and if not, return {second}.",
            f"Return {second}, unless {{x}} is {asked}: then return {first}.",
        ),
    )


FAMILY = Family(name="two-branch", kinds=kinds, task=task)
