"""Yes-or-no questions about one integer, of which several families make rules and filters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product

from ssd_iter.problems.fresh.random_stream import RandomStream

Constants = dict[str, int]


@dataclass(frozen=True, kw_only=True)
class Condition:
    """A question about an integer, with the constants k and m or fewer."""

    code: str
    """Over `item` and the constants."""
    phrase: str
    """What follows "a number that is" and "numbers that are", as a template over the constants."""
    name: str
    """For function names, likewise."""
    holds: Callable[[int, Mapping[str, int]], bool]
    """The same question, asked in another way: for oracles."""


EVEN = Condition(code="item % 2 == 0", phrase="even", name="even", holds=lambda x, c: str(x)[-1] in "02468")
ODD = Condition(code="item % 2 == 1", phrase="odd", name="odd", holds=lambda x, c: str(x)[-1] in "13579")
POSITIVE = Condition(code="item > 0", phrase="positive", name="positive", holds=lambda x, c: x == abs(x) != 0)
NEGATIVE = Condition(code="item < 0", phrase="negative", name="negative", holds=lambda x, c: str(x)[0] == "-")
GREATER = Condition(
    code="item > k", phrase="greater than {k}", name="greater_than_{k}", holds=lambda x, c: max(x, c["k"]) != c["k"]
)
LESS = Condition(
    code="item < k", phrase="less than {k}", name="less_than_{k}", holds=lambda x, c: min(x, c["k"]) != c["k"]
)
AT_LEAST = Condition(
    code="item >= k",
    phrase="greater than or equal to {k}",
    name="at_least_{k}",
    holds=lambda x, c: max(x, c["k"]) == x,
)
AT_MOST = Condition(
    code="item <= k", phrase="less than or equal to {k}", name="at_most_{k}", holds=lambda x, c: min(x, c["k"]) == x
)
MULTIPLE = Condition(
    code="item % m == 0",
    phrase="divisible by {m}",
    name="divisible_by_{m}",
    holds=lambda x, c: x // c["m"] * c["m"] == x,
)
NO_MULTIPLE = Condition(
    code="item % m != 0",
    phrase="not divisible by {m}",
    name="not_divisible_by_{m}",
    holds=lambda x, c: x // c["m"] * c["m"] != x,
)
REMAINDER = Condition(
    code="item % m == k",
    phrase="{k} more than a multiple of {m}",
    name="{k}_more_than_multiple_of_{m}",
    holds=lambda x, c: (x - c["k"]) // c["m"] * c["m"] + c["k"] == x,
)
BETWEEN = Condition(
    code="k <= item <= m",
    phrase="between {k} and {m} (both included)",
    name="between_{k}_and_{m}",
    holds=lambda x, c: x in range(c["k"], c["m"] + 1),
)
OUTSIDE = Condition(
    code="item < k or item > m",
    phrase="less than {k} or greater than {m}",
    name="less_than_{k}_or_greater_than_{m}",
    holds=lambda x, c: x not in range(c["k"], c["m"] + 1),
)
MULTIPLE_AND_GREATER = Condition(
    code="item % m == 0 and item > k",
    phrase="divisible by {m} and greater than {k}",
    name="divisible_by_{m}_and_greater_than_{k}",
    holds=lambda x, c: MULTIPLE.holds(x, c) and GREATER.holds(x, c),
)
MULTIPLE_AND_LESS = Condition(
    code="item % m == 0 and item < k",
    phrase="divisible by {m} and less than {k}",
    name="divisible_by_{m}_and_less_than_{k}",
    holds=lambda x, c: MULTIPLE.holds(x, c) and LESS.holds(x, c),
)
MULTIPLE_OR_GREATER = Condition(
    code="item % m == 0 or item > k",
    phrase="divisible by {m} or greater than {k}",
    name="divisible_by_{m}_or_greater_than_{k}",
    holds=lambda x, c: MULTIPLE.holds(x, c) or GREATER.holds(x, c),
)
MULTIPLE_OR_LESS = Condition(
    code="item % m == 0 or item < k",
    phrase="divisible by {m} or less than {k}",
    name="divisible_by_{m}_or_less_than_{k}",
    holds=lambda x, c: MULTIPLE.holds(x, c) or LESS.holds(x, c),
)

Asked = tuple[Condition, Constants]
"""A condition with its constants."""

PARITY_AND_SIGN: list[Asked] = [(condition, {}) for condition in (EVEN, ODD, POSITIVE, NEGATIVE)]
# > 4 asks the same as >= 5: one of the two is left out.
THRESHOLDS: list[Asked] = [
    (condition, {"k": k})
    for condition, remainders in ((GREATER, (0, 1)), (AT_LEAST, (3, 0)), (LESS, (0, 1)), (AT_MOST, (1, 2)))
    for k in range(1, 17)
    if k % 4 in remainders
]
MULTIPLES: list[Asked] = [(condition, {"m": m}) for condition in (MULTIPLE, NO_MULTIPLE) for m in range(3, 9)]
REMAINDERS: list[Asked] = [(REMAINDER, {"k": k, "m": m}) for m in range(3, 9) for k in range(1, m)]
RANGES: list[Asked] = [
    (condition, {"k": k, "m": m}) for condition in (BETWEEN, OUTSIDE) for k in range(1, 11) for m in range(k + 3, 18, 2)
]
COMPOUND: list[Asked] = [
    (condition, {"k": k, "m": m})
    for condition in (MULTIPLE_AND_GREATER, MULTIPLE_AND_LESS, MULTIPLE_OR_GREATER, MULTIPLE_OR_LESS)
    for k, m in product(range(5, 21), range(2, 8))
]


def draw_item(stream: RandomStream, constants: Constants) -> int:
    """A small integer: every other one a multiple of m, moved by k now and then, or close to a constant."""
    if not constants or stream.integer(0, 1):
        return stream.integer(-9, 20)
    k, m = constants.get("k", 0), constants.get("m", 1)
    match stream.integer(0, 2):
        case 0:
            return stream.choice((k, m)) + stream.integer(-1, 1)
        case 1:
            return m * stream.integer(-1, 5)
    return m * stream.integer(-1, 3) + k


def draw_items(stream: RandomStream, constants: Constants) -> list[int]:
    """2 to 7 of them."""
    return [draw_item(stream, constants) for _ in range(stream.integer(2, 7))]
