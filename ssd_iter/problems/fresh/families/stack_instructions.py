"""Instructions of the stack machines: what an opcode does, in words, as code, and as a function for the oracle."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial


@dataclass(frozen=True, kw_only=True)
class Instruction:
    """What one opcode does: removes `pops` numbers and puts `pushes` back."""

    pops: int
    pushes: int = 1
    code: str
    """For one number `a`, or `b` on top of `a`: what is put back. For a control instruction: statements."""
    phrase: str
    """Goes on from the opcode's name."""
    effect: Callable[..., Sequence[int]]
    """Of the numbers removed, the topmost last: those put back."""
    reduced: bool = False
    """Whether a modulus applies to what is put back."""
    role: str = ""
    """`skip`, `store` or `load`: more than numbers removed and put back."""


def _binary(code: str, words: str, effect: Callable[[int, int], int]) -> Instruction:
    return Instruction(
        pops=2,
        code=code,
        phrase=f"removes the top number b and the number a below it, and pushes {words}",
        effect=lambda a, b: [effect(a, b)],
        reduced=True,
    )


def _unary(code: str, words: str, effect: Callable[[int], int]) -> Instruction:
    return Instruction(
        pops=1,
        code=code,
        phrase=f"removes the top number a and pushes {words}",
        effect=lambda a: [effect(a)],
        reduced=True,
    )


def _skip(code: str, words: str, holds: Callable[[int], bool]) -> Instruction:
    return Instruction(
        pops=1,
        pushes=0,
        code=code,
        phrase=f"removes the top number and, if that number is {words}, skips the next word (if there is one)",
        effect=lambda a: [holds(a)],
        role="skip",
    )


BINARY = (
    _binary("a + b", "a + b", lambda a, b: a + b),
    _binary("a - b", "a - b", lambda a, b: a - b),
    _binary("b - a", "b - a", lambda a, b: b - a),
    _binary("a * b", "a * b", lambda a, b: a * b),
    _binary("max(a, b)", "the larger of a and b", lambda a, b: a if a > b else b),
    _binary("min(a, b)", "the smaller of a and b", lambda a, b: b if a > b else a),
    _binary("abs(a - b)", "the absolute difference of a and b", lambda a, b: max(a, b) - min(a, b)),
    *(_binary(f"{c} * a + b", f"{c} * a + b", partial(lambda c, a, b: b + a * c, c)) for c in range(2, 6)),
    *(_binary(f"a - {c} * b", f"a - {c} * b", partial(lambda c, a, b: a + -c * b, c)) for c in range(2, 6)),
)
UNARY = (
    _unary("a * a", "a * a", lambda a: a**2),
    _unary("-a", "-a", lambda a: 0 - a),
    *(_unary(f"a + {c}", f"a + {c}", partial(lambda c, a: sum((a, c)), c)) for c in range(1, 8)),
    *(_unary(f"{c} * a", f"{c} * a", partial(lambda c, a: sum([a] * c), c)) for c in range(2, 8)),
    *(_unary(f"{c} - a", f"{c} - a", partial(lambda c, a: -(a - c), c)) for c in range(1, 8)),
)
SHUFFLES = (
    Instruction(
        pops=1,
        pushes=2,
        code="stack.append(stack[-1])",
        phrase="pushes a copy of the top number",
        effect=lambda a: [a, a],
    ),
    Instruction(
        pops=2,
        pushes=2,
        code="stack[-2], stack[-1] = stack[-1], stack[-2]",
        phrase="swaps the top two numbers",
        effect=lambda a, b: [b, a],
    ),
    Instruction(
        pops=2,
        pushes=3,
        code="stack.append(stack[-2])",
        phrase="pushes a copy of the number just below the top number",
        effect=lambda a, b: [a, b, a],
    ),
    Instruction(
        pops=3,
        pushes=3,
        code="stack.append(stack.pop(-3))",
        phrase="moves the third number from the top to the top",
        effect=lambda a, b, c: [b, c, a],
    ),
    Instruction(
        pops=1, pushes=0, code="stack.pop()", phrase="removes the top number and throws it away", effect=lambda a: []
    ),
)
SKIPS = (
    _skip("stack.pop() % 2 == 0", "even", lambda a: not a & 1),
    _skip("stack.pop() % 2 == 1", "odd", lambda a: bool(a & 1)),
    *(_skip(f"stack.pop() > {c}", f"greater than {c}", partial(lambda c, a: a >= c + 1, c)) for c in range(3, 7)),
    *(_skip(f"stack.pop() < {c}", f"less than {c}", partial(lambda c, a: a <= c - 1, c)) for c in range(3, 7)),
)
STORE = Instruction(
    pops=1,
    pushes=0,
    code="cell = stack.pop()",
    phrase="removes the top number and writes it into the memory cell",
    effect=lambda a: [a],
    role="store",
)
LOAD = Instruction(
    pops=0,
    code="stack.append(cell)",
    phrase="pushes a copy of the number in the memory cell",
    effect=lambda cell: [cell],
    role="load",
)
