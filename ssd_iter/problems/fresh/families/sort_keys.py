"""Numbers by which integers, words and pairs can be sorted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from string import ascii_lowercase
from typing import Any


@dataclass(frozen=True, kw_only=True)
class SortKey:
    """A number to sort by."""

    body: str
    """Over `x`, one item, and {c}, a constant."""
    noun: str
    phrase: str
    same: Callable[[Any, Any, list[Any]], Any]
    """The body in other words: of an item, the constant and all items."""
    values: tuple[Any, ...] = (None,)
    """What the constant can be."""
    ways: tuple[str, str] = ("smallest first", "largest first")
    """Up and down."""
    total: bool = False
    """No two different items are equal by it, so that it comes last."""
    monotone: bool = False
    """Numbers sorted by value are sorted by this."""


VALUE = SortKey(body="x", noun="value", phrase="value", same=lambda x, _, __: 2 * x, total=True)
INTEGER_KEYS = (
    VALUE,
    SortKey(
        body="x % {c}",
        noun="remainder",
        phrase="the remainder when divided by {c}",
        same=lambda x, c, _: x - x // c * c,
        values=(2, 3, 4, 5, 6, 7),
    ),
    SortKey(
        body="x // {c}",
        noun="quotient",
        phrase="the quotient when divided by {c} (rounded down)",
        same=lambda x, c, _: sum(multiple <= x for multiple in range(c, 200, c)),
        values=(5, 8, 10),
        monotone=True,
    ),
    SortKey(
        body="abs(x - {c})",
        noun="distance",
        phrase="the distance from {c}",
        same=lambda x, c, _: max(x, c) - min(x, c),
        values=(10, 15, 20, 25),
    ),
    SortKey(
        body="sum(map(int, str(x)))",
        noun="digit_sum",
        phrase="the sum of the decimal digits",
        same=lambda x, _, __: x // 100 + x // 10 % 10 + x % 10,
    ),
    SortKey(
        body="len(str(x))",
        noun="digits",
        phrase="the number of decimal digits",
        same=lambda x, _, __: 1 + (x > 9) + (x > 99),
        monotone=True,
    ),
    SortKey(
        body="bin(x).count('1')",
        noun="ones",
        phrase="the number of ones in binary notation",
        same=lambda x, _, __: sum(x >> place & 1 for place in range(8)),
    ),
    SortKey(
        body="xs.count(x)",
        noun="frequency",
        phrase="how often the number occurs in {xs}",
        same=lambda x, _, items: sum(item == x for item in items),
    ),
)
TEXT_KEYS = (
    SortKey(body="len(x)", noun="length", phrase="length", same=lambda x, _, __: sum(1 for _ in x)),
    SortKey(
        body="sum(letter in 'aeiou' for letter in x)",
        noun="vowels",
        phrase="the number of vowels (a, e, i, o, u)",
        same=lambda x, _, __: sum(map(x.count, "aeiou")),
    ),
    SortKey(
        body="x.count({c})",
        noun="letter_count",
        phrase='how often the letter "{c}" occurs in the word',
        same=lambda x, c, _: len(x.split(c)),
        values=tuple("aeonrlt"),
    ),
    SortKey(
        body="len(set(x))",
        noun="variety",
        phrase="the number of different letters",
        same=lambda x, _, __: len([place for place, letter in enumerate(x) if letter not in x[:place]]),
    ),
    SortKey(
        body="ord(x[-1])",
        noun="last_letter",
        phrase="the last letter",
        same=lambda x, _, __: ascii_lowercase.index(x[-1]),
        ways=("a to z", "z to a"),
    ),
    SortKey(
        body="ord(x[0])",
        noun="first_letter",
        phrase="the first letter",
        same=lambda x, _, __: ascii_lowercase.index(x[0]),
        ways=("a to z", "z to a"),
    ),
    SortKey(
        body="ord(x[1])",
        noun="second_letter",
        phrase="the second letter",
        same=lambda x, _, __: ascii_lowercase.index(x[1]),
        ways=("a to z", "z to a"),
    ),
)
PAIR_KEYS = (
    SortKey(body="x[0]", noun="first", phrase="the first number", same=lambda x, _, __: x[0]),
    SortKey(body="x[1]", noun="second", phrase="the second number", same=lambda x, _, __: x[-1]),
    SortKey(body="sum(x)", noun="sum", phrase="the sum of both numbers", same=lambda x, _, __: x[0] + x[1]),
    SortKey(body="max(x)", noun="larger", phrase="the larger number", same=lambda x, _, __: sorted(x)[1]),
    SortKey(body="min(x)", noun="smaller", phrase="the smaller number", same=lambda x, _, __: sorted(x)[0]),
    SortKey(
        body="abs(x[0] - x[1])",
        noun="difference",
        phrase="the absolute difference of both numbers",
        same=lambda x, _, __: max(x) - min(x),
    ),
    SortKey(
        body="x[0] * x[1]",
        noun="product",
        phrase="the product of both numbers",
        same=lambda x, _, __: sum([x[0]] * x[1]),
    ),
    SortKey(
        body="sum(x) % {c}",
        noun="sum_remainder",
        phrase="the remainder of the sum of both numbers divided by {c}",
        same=lambda x, c, _: (x[0] % c + x[1] % c) % c,
        values=(2, 3, 4, 5),
    ),
)
