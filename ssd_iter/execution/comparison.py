"""Whether an answer is the right one. Answers are plain data by now (`inside.encoding`): `==` can be trusted."""

from __future__ import annotations

import math
from decimal import Decimal, InvalidOperation
from typing import Any

from ssd_iter.problems.base import Comparison

ABSOLUTE, RELATIVE = 1e-6, 1e-7
"""Tolerances of `close`, as EvalPlus has them."""


def matches(answer: Any, expected: Any, comparison: Comparison = "exact") -> bool:
    """Whether an answer is the expected JSON value.

    Numbers compare by value, but a bool is no number; a tuple will do for a list. `close`: a float may be off by
    1e-6 or a 1e-7th of itself.
    """
    if expected is None or isinstance(expected, bool):
        return answer is expected
    if isinstance(expected, (int, float)):
        if type(answer) not in (int, float):
            return False
        if comparison == "close" and isinstance(expected, float):
            return _close(answer, expected)
        return bool(answer == expected)
    if isinstance(expected, str):
        return type(answer) is str and answer == expected
    if isinstance(expected, list):
        if type(answer) not in (list, tuple) or len(answer) != len(expected):
            return False
        return all(matches(*pair, comparison) for pair in zip(answer, expected, strict=True))
    if type(answer) is not dict or len(answer) != len(expected):
        return False
    return all(
        type(key) is str and key in expected and matches(value, expected[key], comparison)
        for key, value in answer.items()
    )


def prints(printed: str, expected: str, comparison: Comparison = "exact") -> bool:
    """Whether a program printed what it should.

    `exact`: but for white space at the ends of lines and of the text. `tokens`: the same words, however they are
    spaced. `close`: the same words, numbers among them as in `matches`. `livecodebench`: as its own grader has it.
    """
    if comparison == "livecodebench":
        return _prints_livecodebench(printed, expected)
    if comparison == "exact":
        return _lines(printed) == _lines(expected)
    one, other = printed.split(), expected.split()
    if comparison == "tokens":
        return one == other
    return len(one) == len(other) and all(map(_same_word, one, other))


def matches_livecodebench(answer: Any, expected: Any) -> bool:
    """As LiveCodeBench's own grader has it: the outermost tuple is a list, then Python's `==`."""
    try:
        return bool((list(answer) if type(answer) is tuple else answer) == expected)
    except ArithmeticError:  # a signalling NaN
        return False


def _close(answer: float, expected: float) -> bool:
    if math.isnan(expected):
        return math.isnan(answer)
    try:
        return math.isclose(answer, expected, rel_tol=RELATIVE, abs_tol=ABSOLUTE)
    except OverflowError:  # an integer beyond all floats
        return False


def _same_word(one: str, other: str) -> bool:
    if one == other:
        return True
    try:
        return _close(float(one), float(other))
    except ValueError:
        return False


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.rstrip().split("\n")]


def _prints_livecodebench(printed: str, expected: str) -> bool:
    """Lines, stripped, are the same, or the same row of decimal numbers."""
    one, other = ([line.strip() for line in text.strip().split("\n")] for text in (printed, expected))
    return len(one) == len(other) and all(a == b or _same_decimals(a, b) for a, b in zip(one, other, strict=True))


def _same_decimals(one: str, other: str) -> bool:
    try:
        return [Decimal(word) for word in one.split()] == [Decimal(word) for word in other.split()]
    except InvalidOperation:
        return False
