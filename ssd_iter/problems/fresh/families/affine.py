"""Family 2: a constant multiple plus or minus a constant, of one integer or two. Levels 0 and 1."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

from ssd_iter.problems.fresh.arguments import INT_EDGES
from ssd_iter.problems.fresh.family import Arguments, Family, Kind, Operation, Task
from ssd_iter.problems.fresh.space import Product

LARGEST = 50
"""Of the constants that are added."""

TIMES_PLUS = Operation(
    body="a * x + b",
    names=(
        "times_{a}_plus_{b}",
        "multiply_by_{a}_and_add_{b}",
        "multiply_and_add",
        "multiply_by_{a}_plus_{b}",
        "scale_by_{a}_and_add_{b}",
    ),
    statements=(
        "Return {a} times {x} plus {b}.",
        "Multiply {x} by {a}, add {b} and return the result.",
        "Return {a} * {x} + {b}.",
        "Compute {x} multiplied by {a}, plus {b}.",
        "Return the number that is {b} more than {a} times {x}.",
    ),
)
TIMES_MINUS = Operation(
    body="a * x - b",
    names=(
        "times_{a}_minus_{b}",
        "multiply_by_{a}_and_subtract_{b}",
        "multiply_and_subtract",
        "multiply_by_{a}_minus_{b}",
        "scale_by_{a}_and_subtract_{b}",
    ),
    statements=(
        "Return {a} times {x} minus {b}.",
        "Multiply {x} by {a}, subtract {b} and return the result.",
        "Return {a} * {x} - {b}.",
        "Compute {x} multiplied by {a}, minus {b}.",
        "Return the number that is {b} less than {a} times {x}.",
    ),
)
MINUS_TIMES = Operation(
    body="b - a * x",
    names=(
        "subtract_{a}_times_from_{b}",
        "minus_{a}_times_from_{b}",
        "subtract_multiple",
        "take_{a}_times_from_{b}",
        "reduce_{b}_by_{a}_times",
    ),
    statements=(
        "Return {b} minus {a} times {x}.",
        "Multiply {x} by {a}, subtract that from {b} and return the result.",
        "Return {b} - {a} * {x}.",
        "Compute {b} minus the product of {a} and {x}.",
        "Return the number that is left when {a} times {x} is taken away from {b}.",
    ),
)
PLUS_TIMES = Operation(
    body="(x + b) * a",
    names=(
        "add_{b}_then_times_{a}",
        "add_{b}_and_multiply_by_{a}",
        "add_and_multiply",
        "add_{b}_then_multiply",
        "plus_{b}_then_times_{a}",
    ),
    statements=(
        "Return {a} times the sum of {x} and {b}.",
        "Add {b} to {x}, multiply the sum by {a} and return the result.",
        "Return ({x} + {b}) * {a}.",
        "Increase {x} by {b} first, then multiply by {a}, and return the result.",
        "Return the product of {a} and the number that is {b} more than {x}.",
    ),
)
LESS_TIMES = Operation(
    body="(x - b) * a",
    names=(
        "subtract_{b}_then_times_{a}",
        "subtract_{b}_and_multiply_by_{a}",
        "take_away_and_multiply",
        "subtract_{b}_then_multiply",
        "minus_{b}_then_times_{a}",
    ),
    statements=(
        "Subtract {b} from {x}, then multiply by {a}, and return the result.",
        "Take {x} minus {b}, multiply that by {a} and return the result.",
        "Return ({x} - {b}) * {a}.",
        "Decrease {x} by {b} first, then multiply by {a}, and return the result.",
        "Return the product of {a} and the number that is {b} less than {x}.",
    ),
)


@dataclass(frozen=True, kw_only=True)
class Sign:
    """Plus or minus, in words."""

    code: str
    word: str
    verb: str
    noun: str
    joint: str


PLUS = Sign(code="+", word="plus", verb="add", noun="sum", joint="to")
MINUS = Sign(code="-", word="minus", verb="subtract", noun="difference", joint="from")
SIGNS = (PLUS, MINUS)

PAIRS = {
    "sum": ("{x} + {y}", "the sum of {x} and {y}"),
    "difference": ("{x} - {y}", "the difference {x} - {y}"),
    "product": ("{x} * {y}", "the product of {x} and {y}"),
}
"""By noun: as a formula, and in words."""


def _body(formula: str) -> str:
    return formula.replace("{", "").replace("}", "")


def of_pair(noun: str, sign: Sign | None) -> Operation:
    """The sum, difference or product of two numbers, with c added or subtracted."""
    code, pair = PAIRS[noun]
    ending, name = (f" {sign.code} c", f"_{sign.word}_{{c}}") if sign else ("", "")
    more, then = (f", {sign.word} {{c}}", f", {sign.verb} {{c}} {sign.joint} it") if sign else ("", "")
    return Operation(
        body=f"{_body(code)}{ending}",
        names=(f"{noun}{name}", f"get_{noun}{name}", f"compute_{noun}{name}", f"find_{noun}{name}", f"{noun}_of{name}"),
        statements=(
            f"Return {pair}{more}.",
            f"Compute {pair}{then} and return the result.",
            f"Calculate {pair}{more}.",
            f"Find {pair}{then} and return that.",
            f"Return the value of {pair}{more}.",
        ),
    )


def of_multiple_pair(noun: str) -> Operation:
    """The sum or difference of two numbers, a times."""
    code, pair = PAIRS[noun]
    return Operation(
        body=f"a * ({_body(code)})",
        names=(
            f"{noun}_times_{{a}}",
            f"multiply_{noun}_by_{{a}}",
            f"scale_{noun}_by_{{a}}",
            f"compute_{noun}_times_{{a}}",
            f"multiple_of_{noun}",
        ),
        statements=(
            f"Return {{a}} times {pair}.",
            f"Compute {pair}, multiply it by {{a}} and return the result.",
            f"Return {{a}} * ({code}).",
            f"Calculate {pair}, multiplied by {{a}}.",
            f"Return the number that is {{a}} times as large as {pair}.",
        ),
    )


def of_multiples(sign: Sign, last: Sign | None) -> Operation:
    """a times one number plus or minus b times the other, with c added or subtracted."""
    code, more, then, name = "", "", "", ""
    if last:
        code, more = f" {last.code} {{c}}", f" {last.word} {{c}}"
        then, name = f", then {last.verb} {{c}}", f"_{last.word}_{{c}}"
    formula = f"{{a}} * {{x}} {sign.code} {{b}} * {{y}}{code}"
    return Operation(
        body=_body(formula),
        names=(
            f"times_{{a}}_{sign.word}_times_{{b}}{name}",
            f"weighted_{sign.noun}{name}",
            f"multiply_both_and_{sign.verb}{name}",
            f"{sign.verb}_multiples{name}",
            f"{sign.noun}_of_multiples{name}",
        ),
        statements=(
            f"Return {{a}} times {{x}} {sign.word} {{b}} times {{y}}{more}.",
            f"Multiply {{x}} by {{a}} and {{y}} by {{b}}. Return the first product {sign.word} the second{more}.",
            f"Return {formula}.",
            f"Compute {{a}} times {{x}}, then {sign.verb} {{b}} times {{y}}{then}. Return the result.",
            f"Calculate the value of ({{a}} * {{x}}) {sign.code} ({{b}} * {{y}}){code}.",
        ),
    )


def kinds() -> list[Kind]:
    """27,111 points: (operation, constants). What is multiplied out is large enough to be no other kind's."""
    one = [{"a": a, "b": b} for a, b in product(range(2, 21), range(1, LARGEST + 1))]
    apart = [values for values in one if values["a"] * values["b"] > LARGEST]
    added = [{"c": c} for c in range(1, LARGEST + 1)]
    two = [{"a": a, "b": b} for a, b in product(range(2, 16), repeat=2) if a != b]
    three = [{**values, "c": c} for values in two for c in range(1, 31)]
    pairs = {noun: [of_pair(noun, sign) for sign in SIGNS] for noun in PAIRS}
    return [
        Kind(name="times-plus", level=0, points=Product([TIMES_PLUS], one)),
        Kind(name="times-minus", level=0, points=Product([TIMES_MINUS], one)),
        Kind(name="minus-times", level=0, points=Product([MINUS_TIMES], one)),
        Kind(name="pair", level=0, points=Product([of_pair(noun, None) for noun in PAIRS], [{}])),
        *(Kind(name=f"{noun}-and-constant", level=0, points=Product(pairs[noun], added)) for noun in PAIRS),
        Kind(name="plus-then-times", level=1, points=Product([PLUS_TIMES], apart)),
        Kind(name="minus-then-times", level=1, points=Product([LESS_TIMES], apart)),
        Kind(
            name="multiple-of-pair",
            level=1,
            points=Product([of_multiple_pair("sum"), of_multiple_pair("difference")], [{"a": a} for a in range(2, 51)]),
        ),
        Kind(name="two-multiples", level=1, points=Product([of_multiples(sign, None) for sign in SIGNS], two)),
        Kind(
            name="two-multiples-and-constant",
            level=1,
            points=Product([of_multiples(*signs) for signs in product(SIGNS, repeat=2)], three),
        ),
    ]


def task(operation: Operation, constants: dict[str, int]) -> Task:
    """All integers are allowed."""
    two = "y" in operation.body
    edges: tuple[Arguments, ...] = ((0, 0), (0, 5), (5, 0), (1, 1), (-3, 4), (7, -2), (100, -100), (1234, 5678))
    return Task(
        operation=operation,
        constants=constants,
        arguments={"x": "int", "y": "int"} if two else {"x": "int"},
        returns="int",
        edges=edges if two else INT_EDGES,
        draw=lambda stream: tuple(stream.integer(-9, 30) for _ in range(1 + two)),
    )


FAMILY = Family(name="affine", kinds=kinds, task=task)
