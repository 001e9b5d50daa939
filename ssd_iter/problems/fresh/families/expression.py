"""Family 30: arithmetic with operators of its own, odd precedence and associativity. Level 4."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from ssd_iter.problems.fresh.family import Family, Kind, Operation, Task
from ssd_iter.problems.fresh.random_stream import RandomStream
from ssd_iter.problems.fresh.space import Product

SYMBOLS = "#@&$!~?%"
"""For the operators that are nobody's: drawn from the point."""
ARGUMENT_NAMES = (("expression",), ("text",), ("string",), ("source",), ("line",))


@dataclass(frozen=True, kw_only=True)
class Operator:
    """A binary operator on integers."""

    symbol: str = ""
    """Empty: one is drawn."""
    code: str
    phrase: str
    apply: Callable[[int, int], int]


@dataclass(frozen=True, kw_only=True)
class Grouping:
    """How three operators bind: from the loosest level to the tightest."""

    levels: tuple[str, ...]
    """The operators' places in the point, such as ("0", "21")."""
    leftward: tuple[bool, ...]
    """By level: whether operators of this level are worked out from left to right."""


USUAL = (
    Operator(symbol="+", code="a + b", phrase="a + b is the sum of a and b", apply=lambda a, b: b + a),
    Operator(symbol="-", code="a - b", phrase="a - b is the difference of a and b", apply=lambda a, b: -(b - a)),
    Operator(symbol="*", code="a * b", phrase="a * b is the product of a and b", apply=lambda a, b: b * a),
)
PRIVATE = (
    Operator(code="max(a, b)", phrase="the larger of a and b", apply=lambda a, b: b if a < b else a),
    Operator(code="min(a, b)", phrase="the smaller of a and b", apply=lambda a, b: a if a < b else b),
    Operator(code="abs(a - b)", phrase="the absolute difference of a and b", apply=lambda a, b: max(a - b, b - a)),
    *(
        Operator(code=f"{c} * a - b", phrase=f"{c} * a - b", apply=partial(lambda c, a, b: sum([a] * c) - b, c))
        for c in range(2, 7)
    ),
    *(
        Operator(code=f"a - {c} * b", phrase=f"a - {c} * b", apply=partial(lambda c, a, b: a - sum([b] * c), c))
        for c in range(2, 7)
    ),
    *(
        Operator(code=f"{c} * a + b", phrase=f"{c} * a + b", apply=partial(lambda c, a, b: b + sum([a] * c), c))
        for c in range(2, 7)
    ),
    *(
        Operator(code=f"{c} - a + b", phrase=f"{c} - a + b", apply=partial(lambda c, a, b: b - (a - c), c))
        for c in range(1, 7)
    ),
)
PAIRS = tuple((USUAL[i], USUAL[j]) for i in range(3) for j in range(i))
FLAT = tuple(Grouping(levels=("012",), leftward=(leftward,)) for leftward in (True, False))
TWO_LEVELS = tuple(
    Grouping(levels=levels, leftward=leftward)
    for levels in (("0", "12"), ("1", "02"), ("2", "01"), ("12", "0"), ("02", "1"), ("01", "2"))
    for leftward in ((True, True), (True, False), (False, True), (False, False))
)
THREE_LEVELS = tuple(
    Grouping(levels=levels, leftward=leftward)
    for levels in (("0", "1", "2"), ("0", "2", "1"), ("1", "0", "2"), ("1", "2", "0"), ("2", "0", "1"), ("2", "1", "0"))
    for leftward in ((True, True, True), (False, False, False), (True, False, True), (False, True, False))
)
BODY = r"""
import re

tokens = re.findall(r"\d+|\D", expression)
tokens.reverse()

def apply(symbol, a, b):
    if symbol == {first_symbol!r}:
        return {first_code}
    if symbol == {second_symbol!r}:
        return {second_code}
    return {third_code}

def parse(levels):
    if not levels:
        token = tokens.pop()
        if token != "(":
            return int(token)
        value = parse(precedence)
        tokens.pop()
        return value
    loosest, *tighter = levels
    value = parse(tighter)
    {loop} tokens and tokens[-1] in loosest:
        symbol = tokens.pop()
        value = apply(symbol, value, parse({right}))
    return value

precedence = {levels}
return parse(precedence)
"""
EDGES = ("7", "(12)", "9{0}4{0}2", "9{1}4{1}2", "9{2}4{2}2", "(8{0}(3{1}2)){2}5", "((10))")
STATEMENTS = (
    "Return the value of {expression}, an arithmetic expression without spaces, made of non-negative integers, round "
    "brackets and the operators below. The usual precedence does not apply here.\n"
    "Operators:{operators}\n"
    "Precedence and grouping:{precedence}\n"
    "Brackets are evaluated first, as usual.",
    "Evaluate {expression} and return its value. It has no spaces and is built of decimal numbers (not negative), "
    "brackets ( ) and three operators with meanings and priorities of their own. What they mean:{operators}\n"
    "Which goes first:{precedence}\n"
    "What stands in brackets is worked out before it is used.",
    "{expression} is a formula in an unusual notation: non-negative integers, parentheses and three binary operators, "
    "with no spaces. The operators are:{operators}\n"
    "They bind differently from school arithmetic:{precedence}\n"
    "Parentheses override this. Compute the formula's value.",
    "Write a calculator for expressions such as {expression}, which contain non-negative integers, three kinds of "
    "operators and parentheses, and no spaces. Parenthesised parts come first. The operators mean this:{operators}\n"
    "Unlike in common arithmetic, these rules say in which order they are applied:{precedence}\n"
    "Return the result.",
)


def kinds() -> list[Kind]:
    """About 45,000 points: (a usual operator or two, a private one or two, grouping)."""
    usual = [(operator,) for operator in USUAL]
    pairs = [(PRIVATE[i], PRIVATE[j]) for i in range(len(PRIVATE)) for j in range(i)]
    singles = [(operator,) for operator in PRIVATE]
    return [
        Kind(name="flat", level=4, points=Product(usual, pairs, FLAT)),
        Kind(name="two-levels", level=4, points=Product(usual, pairs, TWO_LEVELS)),
        Kind(name="three-levels", level=4, points=Product(usual, pairs, THREE_LEVELS)),
        Kind(name="usual-operators", level=4, points=Product(PAIRS, singles, TWO_LEVELS + THREE_LEVELS)),
    ]


def task(usual: tuple[Operator, ...], private: tuple[Operator, ...], grouping: Grouping) -> Task:
    """The calculator for the point's three operators; symbols of the private ones are drawn from the point."""
    operators = (*usual, *private)
    words = [text for operator in operators for text in (operator.symbol, operator.code)]
    drawn = RandomStream("symbols", *words, *grouping.levels, str(grouping.leftward)).shuffled(SYMBOLS)
    symbols = [operator.symbol or drawn.pop() for operator in operators]
    levels = tuple("".join(symbols[int(place)] for place in level) for level in grouping.levels)
    meanings = {symbol: operator.apply for symbol, operator in zip(symbols, operators, strict=True)}
    return Task(
        operation=Operation(
            body=_body(symbols, operators, levels, grouping.leftward),
            names=("evaluate", "calculate", "compute_value", "evaluate_formula", "value_of_expression"),
            statements=_statements(symbols, operators, levels, grouping.leftward),
        ),
        constants={},
        arguments={"expression": "str"},
        returns="int",
        edges=tuple((text.format(*symbols),) for text in EDGES),
        draw=lambda stream: (_draw(stream, stream.integer(2, 5)).format(*symbols),),
        oracle=partial(_value, levels, grouping.leftward, meanings),
        argument_names=ARGUMENT_NAMES,
        battery=tuple((text.format(*symbols),) for text in _battery()),
    )


def _body(
    symbols: Sequence[str], operators: Sequence[Operator], levels: tuple[str, ...], leftward: tuple[bool, ...]
) -> str:
    """Levels that go from right to left need no loop: their right side takes in the rest of the level."""
    left = "".join(level for level, is_leftward in zip(levels, leftward, strict=True) if is_leftward)
    if all(leftward):
        right = "tighter"
    elif not any(leftward):
        right = "levels"
    else:
        right = f"tighter if symbol {'in' if len(left) > 1 else '=='} {left!r} else levels"
    fields = {"levels": list(levels), "loop": "while" if any(leftward) else "if", "right": right}
    for place, symbol, operator in zip(["first", "second", "third"], symbols, operators, strict=True):
        fields |= {f"{place}_symbol": symbol, f"{place}_code": operator.code}
    return BODY.format(**fields)


def _statements(
    symbols: Sequence[str], operators: Sequence[Operator], levels: tuple[str, ...], leftward: tuple[bool, ...]
) -> tuple[str, ...]:
    meanings = [
        operator.phrase if operator.symbol else f"a {symbol} b is {operator.phrase}{_remark(operator)}"
        for symbol, operator in zip(symbols, operators, strict=True)
    ]
    parts = {
        "operators": "".join(f"\n- {meaning}" for meaning in meanings),
        "precedence": "".join(f"\n- {rule}" for rule in _rules(levels, leftward)),
        "expression": "{expression}",
    }
    return tuple(statement.format(**parts) for statement in STATEMENTS)


def _remark(operator: Operator) -> str:
    return "" if operator.phrase.startswith("the") else " in ordinary arithmetic"


def _rules(levels: tuple[str, ...], leftward: tuple[bool, ...]) -> list[str]:
    """From the tightest level to the loosest."""
    rules = []
    for place, (level, is_leftward) in enumerate(reversed(list(zip(levels, leftward, strict=True)))):
        several = len(level) > 1
        named = " and ".join(f'"{symbol}"' for symbol in level)
        verb = "bind" if several else "binds"
        degree = "tightest" if place == 0 else "loosest" if place == len(levels) - 1 else "less tightly"
        strength = f"{verb} {degree}" if len(levels) > 1 else "have equal precedence"
        side = "left to right" if is_leftward else "right to left"
        grouped = "and are mixed freely, grouped" if several else "and is grouped"
        rules.append(f"{named} {strength} {grouped} from {side}")
    return rules


def _draw(stream: RandomStream, operators: int, brackets: bool = True) -> str:
    """A template over the symbols, with so many operators outside of brackets."""
    parts = []
    for _ in range(operators + 1):
        if brackets and stream.integer(0, 7) == 0:
            parts.append(f"({_draw(stream, stream.integer(1, 2), brackets=False)})")
        else:
            parts.append(str(stream.integer(0, 12)))
        parts.append(f"{{{stream.integer(0, 2)}}}")
    return "".join(parts[:-1])


@functools.cache
def _battery() -> tuple[str, ...]:
    stream = RandomStream("battery", "expression")
    return tuple(_draw(stream, 2 + place % 3) for place in range(64))


def _value(
    levels: tuple[str, ...],
    leftward: tuple[bool, ...],
    meanings: dict[str, Callable[[int, int], int]],
    text: str,
) -> int:
    """The oracle: cuts the text at the operator that is applied last, and evaluates both sides."""
    if text.isdigit():
        return int(text)
    depth, outside = 0, []
    for place, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth == 0 and character in meanings:
            outside.append(place)
    for level, is_leftward in zip(levels, leftward, strict=True):
        cuts = [place for place in outside if text[place] in level]
        if cuts:
            cut = cuts[-1] if is_leftward else cuts[0]
            left, right = (_value(levels, leftward, meanings, side) for side in (text[:cut], text[cut + 1 :]))
            return meanings[text[cut]](left, right)
    return _value(levels, leftward, meanings, text[1:-1])


FAMILY = Family(name="expression", kinds=kinds, task=task)
