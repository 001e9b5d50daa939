"""Family 29: a stack machine with private opcodes, as a text of words. Level 3; with skips or a memory cell, level 4.

The opcodes' names come from the point, so that they say nothing about what an opcode does.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from ssd_iter.problems.fresh.families.stack_instructions import BINARY, LOAD, SHUFFLES, SKIPS, STORE, UNARY, Instruction
from ssd_iter.problems.fresh.family import Family, Kind, Operation, Task
from ssd_iter.problems.fresh.random_stream import RandomStream
from ssd_iter.problems.fresh.space import Product

OPCODES = (  # noqa: SIM905 - a list would take 32 lines
    "zig mop tuk vex lum fip dax wug rop bli nar kel sot jup gry hoz quin tam yed pof cril sna drel ost ulm ibb fent "
    "gaz hurn lirk mez nilp"
).split()
ARGUMENT_NAMES = (("program",), ("code",), ("script",), ("source",), ("commands",))
MODULI = (None, *(m for m in range(7, 100) if m % 10 in (1, 3, 7, 9)))


UNDERFLOWS = {
    "continue": ("that word is ignored", "ignore the word and go on"),
    "break": ("the machine stops before that word", "end the run there and leave the stack as it is"),
}
RESULTS: dict[str, tuple[str, Callable[[tuple[int, ...]], int]]] = {
    "stack[-1] if stack else 0": ("the number on top of the stack, or 0 if the stack is empty", lambda s: (0, *s)[-1]),
    "stack[0] if stack else 0": (
        "the number at the bottom of the stack, or 0 if the stack is empty",
        lambda s: (*s, 0)[0],
    ),
    "sum(stack)": (
        "the sum of all numbers on the stack (0 if it is empty)",
        lambda s: functools.reduce(int.__add__, s, 0),
    ),
    "max(stack, default=0)": ("the largest number on the stack (0 if it is empty)", lambda s: sorted(s or [0])[-1]),
}
STATEMENTS = (
    "Run {program} on a stack machine and return the result. {program} is a text of words separated by single spaces; "
    "it may be empty. The stack is empty at first.{cell} The words are run from left to right:\n"
    "- a non-negative integer in decimal digits is pushed onto the stack{opcodes}\n"
    "If a word needs more numbers than are on the stack, {underflow}.{modulus} "
    "After the run, the result is {result}.",
    "Return what {program} computes. Its words are separated by single spaces and are obeyed one after the other by a "
    "machine with a stack that is empty in the beginning.{cell} These are the words:\n"
    "- a non-negative integer, which is pushed as it is{opcodes}\n"
    "When there are fewer numbers on the stack than a word needs, {underflow}.{modulus} {program} may have no words. "
    "The program computes {result} at the end.",
    "Write an interpreter for a small stack language. {program} holds words with single spaces between them, or "
    "nothing. The interpreter starts with an empty stack and takes the words in order.{cell}\n"
    "- digits: a non-negative integer, pushed unchanged{opcodes}\n"
    "Should a word find fewer numbers on the stack than it needs, {underflow_do}.{modulus}\n"
    "When the run is over, return {result}.",
    "{program} is a possibly empty program of words with single spaces between them, for a machine with one stack of "
    "integers, empty at the start.{cell} A word made of digits pushes that integer. The others do this:{opcodes}\n"
    "Where the stack does not hold enough numbers for a word, {underflow_do}.{modulus}\n"
    "Find out what the program leaves behind: return {result}.",
)


def kinds() -> list[Kind]:
    """About 5.8 million points: (instructions, what happens on underflow, result, modulus)."""
    rest = (list(UNDERFLOWS), list(RESULTS), MODULI)
    plain = Product(BINARY, UNARY, SHUFFLES, *rest)
    skips = Product(BINARY, UNARY, SHUFFLES, SKIPS, *rest)
    return [
        Kind(name="arithmetic", level=3, points=plain),
        Kind(name="skip", level=4, points=skips),
        Kind(name="memory", level=4, points=Product(BINARY, UNARY, [STORE], [LOAD], *rest)),
    ]


def task(*point: Any) -> Task:
    """The machine with the point's instructions; their names are drawn from the point."""
    *rest, underflow, result, modulus = point
    instructions: tuple[Instruction, ...] = tuple(rest)
    key = [f"{instruction.code} {instruction.phrase}" for instruction in instructions]
    names = RandomStream("opcodes", *key, underflow, result, str(modulus)).shuffled(OPCODES)[: len(instructions)]
    shape = tuple((instruction.pops, instruction.pushes) for instruction in instructions)
    machine = dict(zip(names, instructions, strict=True))
    return Task(
        operation=Operation(
            body=_body(machine, underflow, result, modulus),
            names=("run_program", "execute_words", "stack_machine", "interpret", "evaluate_program", "run_machine"),
            statements=_statements(machine, underflow, result, modulus),
        ),
        constants={} if modulus is None else {"modulus": modulus},
        arguments={"program": "str"},
        returns="int",
        edges=(("",), ("7",), (f"4 {names[0]}",), (names[0],), (f"5 2 9 {names[0]} {names[1]}",)),
        draw=lambda stream: (_program(stream, shape).format(*names),),
        oracle=functools.partial(_run, machine, underflow == "break", RESULTS[result][1], modulus),
        argument_names=ARGUMENT_NAMES,
        battery=tuple((program.format(*names),) for program in _battery(shape)),
    )


def _body(machine: dict[str, Instruction], underflow: str, result: str, modulus: int | None) -> str:
    needs = {name: instruction.pops for name, instruction in machine.items() if instruction.pops}
    skips = any(instruction.role == "skip" for instruction in machine.values())
    lines = [f"needs = {needs}", "stack = []"]
    lines += ["cell = 0"] if STORE in machine.values() else []
    lines += ["words = iter(program.split())", "for word in words:"] if skips else ["for word in program.split():"]
    lines += ["    if word in needs and len(stack) < needs[word]:", f"        {underflow}"]
    for place, (name, instruction) in enumerate(machine.items()):
        lines.append(f"    {'elif' if place else 'if'} word == {name!r}:")
        lines += [f"        {line}" for line in _code(instruction, modulus)]
    return "\n".join([*lines, "    else:", "        stack.append(int(word))", f"return {result}"])


def _code(instruction: Instruction, modulus: int | None) -> list[str]:
    code = instruction.code
    if instruction.role == "skip":
        return [f"if {code}:", "    next(words, None)"]
    if not instruction.reduced:
        return [code]
    if modulus is not None:
        code = f"{code} % modulus" if code.endswith(")") else f"({code}) % modulus"
    taken = "b, a = stack.pop(), stack.pop()" if instruction.pops == 2 else "a = stack.pop()"
    return [taken, f"stack.append({code})"]


def _statements(machine: dict[str, Instruction], underflow: str, result: str, modulus: int | None) -> tuple[str, ...]:
    reduced = " and ".join(name for name, instruction in machine.items() if instruction.reduced)
    parts = {
        "result": RESULTS[result][0],
        "opcodes": "".join(f"\n- {name} {instruction.phrase}" for name, instruction in machine.items()),
        "underflow": UNDERFLOWS[underflow][0],
        "underflow_do": UNDERFLOWS[underflow][1],
        "cell": " There is also a memory cell, which holds 0 at first." if STORE in machine.values() else "",
        "modulus": ""
        if modulus is None
        else f" What {reduced} push is taken modulo {{modulus}} first, so that it lies between 0 and {modulus - 1}.",
        "program": "{program}",
    }
    return tuple(statement.format(**parts) for statement in STATEMENTS)


def _program(stream: RandomStream, shape: Sequence[tuple[int, int]]) -> str:
    """A template over the opcodes' names; about one word in twenty finds too few numbers."""
    words: list[str] = []
    depth = 0
    for _ in range(stream.integer(4, 11)):
        opcode = stream.integer(0, len(shape) - 1)
        pops, pushes = shape[opcode]
        if stream.integer(0, 9) < 3 or (depth < pops and stream.integer(0, 9) < 8):
            words.append(str(stream.integer(0, 9)))
            depth += 1
        else:
            words.append(f"{{{opcode}}}")
            depth += pushes - pops if depth >= pops else 0
    return " ".join(words)


@functools.cache
def _battery(shape: tuple[tuple[int, int], ...]) -> tuple[str, ...]:
    """64 programs for any machine with such opcodes: names make no other function."""
    stream = RandomStream("battery", "stack-machine")
    return tuple(_program(stream, shape) for _ in range(64))


def _run(
    machine: dict[str, Instruction],
    stops: bool,
    result: Callable[[tuple[int, ...]], int],
    modulus: int | None,
    program: str,
) -> int:
    """The oracle: never changes a stack, but makes a new one of what each instruction gives back."""
    words, place, cell = program.split(), 0, 0
    stack: tuple[int, ...] = ()
    while place < len(words):
        instruction = machine.get(words[place])
        place += 1
        if instruction is None:
            stack = (*stack, int(words[place - 1]))
            continue
        kept, taken = stack[: max(len(stack) - instruction.pops, 0)], stack[max(len(stack) - instruction.pops, 0) :]
        if len(taken) < instruction.pops:
            if stops:
                break
            continue
        given = instruction.effect(*taken) if instruction.role != "load" else [cell]
        if instruction.role == "skip":
            place, given = place + given[0], []
        elif instruction.role == "store":
            cell, given = given[0], []
        elif instruction.reduced and modulus is not None:
            given = [value % modulus for value in given]
        stack = (*kept, *given)
    return result(stack)


FAMILY = Family(name="stack-machine", kinds=kinds, task=task)
