"""Family 31: deterministic finite automata that read texts (level 3), or whose accepted texts are counted (level 4)."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, permutations
from typing import Any

from ssd_iter.problems.fresh.family import Argument, Arguments, Family, Kind, Operation, Result, Task
from ssd_iter.problems.fresh.random_stream import RandomStream
from ssd_iter.problems.fresh.space import Product

STATES = "PQRS"
LETTERS = "abc"
Table = tuple[int, ...]
"""Targets by state and letter, row after row, as numbers of states; the first state is the start."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked about an automaton."""

    body: str
    """Over `moves`, a text of targets for each state, or a dict by letter."""
    names: tuple[str, ...]
    statements: tuple[str, ...]
    argument: Argument = "str"
    returns: Result = "int"
    choices: tuple[tuple[str, ...], ...] = (("text",), ("word",), ("tape",), ("string",), ("message",))
    edges: tuple[Arguments, ...] = (("",), ("a",), ("b",), ("ab",), ("ba",), ("aabb",), ("bababababa",))


FRAMES = (
    "A finite automaton with states {states} starts in P. It moves from state to state on letters:{moves}\n{accepting}",
    "Take the following finite automaton, whose states are {states} and whose start is P.{moves}\n{accepting}",
    "A machine is always in one of the states {states}, at first in P. Each letter it reads moves it:{moves}\n"
    "{accepting}",
    "There is an automaton that begins in P and has the states {states}. Its moves are these:{moves}\n{accepting}",
)
ACCEPTS = Question(
    body="""
moves = {moves}
state = "P"
for letter in text:
    state = moves[state][letter]
return state {within} {accepting!r}
""",
    names=("accepts", "is_accepted", "run_automaton", "ends_in_accepting_state", "recognizes"),
    statements=(
        "Return True if the automaton is in an accepting state after reading all letters of {{text}}, which may be "
        "empty, and False if not.",
        "Return whether it accepts {{text}}: that is, whether reading {{text}} from its first letter to its last ends "
        "in an accepting state. An empty text ends where it started.",
        "It reads the letters of {{text}} (possibly none) one after the other. Return True exactly if it then is in "
        "an accepting state, and False otherwise.",
        "Return True or False: does the run over the letters of {{text}} end in an accepting state? For an empty text "
        "the run ends in P.",
    ),
    returns="bool",
)
VISITS = Question(
    body="""
moves = {moves}
state = "P"
visits = 0
for letter in text:
    state = moves[state][letter]
    if state {within} {accepting!r}:
        visits += 1
return visits
""",
    names=("count_accepting_visits", "accepted_prefixes", "count_visits", "accepting_visits", "times_accepting"),
    statements=(
        "Return how many letters of {{text}} bring it to an accepting state (or leave it in one), when {{text}}, "
        "which may be empty, is read from left to right. The state before the first letter does not count.",
        "Return the number of letters of {{text}} after whose reading it is in an accepting state; it is 0 for an "
        "empty text.",
        "It reads the letters of {{text}} (possibly none) one after the other. Return how many times it is in an "
        "accepting state after a letter; the start, before any letter, is not counted.",
        "Return the number of non-empty beginnings of {{text}}, {{text}} itself included, that it accepts, which "
        "means that it is in an accepting state after reading them.",
    ),
)
SCORE = Question(
    body="""
moves = {moves}
points = {points}
state = "P"
total = 0
for letter in text:
    state = moves[state][letter]
    total += points[state]
return total
""",
    names=("score_run", "total_points", "score", "collect_points", "run_score"),
    statements=(
        "Each time it enters a state (or stays in it on a letter), points are added: {worth}. Return the total after "
        "reading all letters of {{text}}, which may be empty. Before the first letter the total is 0.",
        "Reading a letter earns the points of the state that the letter leads to: {worth}. Return the sum of points "
        "that reading {{text}} earns; it is 0 for an empty text.",
        "After each letter of {{text}} (there may be none), add the points of the state it is now in: {worth}. Return "
        "the sum; the start, before any letter, adds nothing.",
        "Let states be worth points: {worth}. Return the sum of the worths of the states reached after each of the "
        "letters of {{text}}, one per letter, so 0 if there are none.",
    ),
)
COUNT = Question(
    body="""
moves = {moves}
counts = {{"P": 1}}
for _ in range(n):
    reached = {{}}
    for state, count in counts.items():
        for target in moves[state]:
            reached[target] = (reached.get(target, 0) + count) % modulus
    counts = reached
return sum(count for state, count in counts.items() if state {within} {accepting!r}) % modulus
""",
    names=("count_accepted", "accepted_words", "count_words", "words_accepted", "number_of_accepted_texts"),
    statements=(
        "Return how many texts of exactly {{n}} letters ({letters}) it accepts, modulo {{modulus}}. A text is accepted "
        "if the automaton is in an accepting state after reading it. {{n}} is 0 or more.",
        "Return the number of different texts of length {{n}} of letters {letters} that end in an accepting "
        "state when it reads them, as a remainder modulo {{modulus}}. {{n}} is never negative, but may be 0.",
        "Among all texts made of {{n}} letters, each of them {letters}, count those after which it is in an accepting "
        "state. Return the count modulo {{modulus}}; {{n}} may be 0.",
        "Return the remainder modulo {{modulus}} of the number of ways to write {{n}} letters (each {letters}) such "
        "that it accepts what is written. {{n}} is at least 0.",
    ),
    argument="int",
    choices=(("n",), ("length",), ("size",), ("k",), ("num_letters",)),
    edges=((0,), (1,), (2,), (40,)),
)
FILL = Question(
    body="""
moves = {moves}
counts = {{"P": 1}}
for letter in text:
    reached = {{}}
    for state, count in counts.items():
        for target in moves[state].values() if letter == "?" else moves[state][letter]:
            reached[target] = reached.get(target, 0) + count
    counts = reached
return sum(count for state, count in counts.items() if state {within} {accepting!r})
""",
    names=("count_fillings", "ways_to_fill", "accepted_fillings", "fill_gaps", "count_completions"),
    statements=(
        "Some letters of {{text}} are unknown and stand there as ?. Return in how many ways each ? can be replaced by "
        "{letters}, so that the automaton accepts the result: it is in an accepting state after reading it. "
        "{{text}} may be empty.",
        "{{text}} holds letters and question marks. Return the number of texts it accepts (those that end in an "
        "accepting state) among all that come from {{text}} by writing {letters} in place of each ?. If there "
        "is no ?, {{text}} itself is the only such text.",
        "In {{text}}, which may be empty, a ? stands for one letter ({letters}), each on its own. Return for how "
        "many choices of these letters the run over the completed text ends in an accepting state.",
        "Return how many of the texts that {{text}} stands for lead from P to an accepting state, where each ? in "
        "{{text}} stands for {letters}, independently of the others. An empty text stands for itself.",
    ),
    choices=(("text",), ("pattern",), ("word",), ("template",), ("string",)),
    edges=(("",), ("?",), ("a?",), ("?b",), ("????",), ("aabb",), ("?a?b?",)),
)


@functools.cache
def tables(states: int, letters: int) -> list[Table]:
    """All tables in which each state leads to each other, states numbered in the order in which they are first met."""
    complete: list[Table] = []

    def extend(cells: Table, known: int) -> None:
        if len(cells) == states * letters:
            complete.extend([cells] if known == states and _returns(cells, letters) else [])
        elif len(cells) // letters < known:
            for target in range(min(known + 1, states)):
                extend((*cells, target), max(known, target + 1))

    extend((), 1)
    return complete


def _returns(cells: Table, letters: int) -> bool:
    """Whether each state leads back to the start."""
    rows = [set(cells[place : place + letters]) for place in range(0, len(cells), letters)]
    leading = {0}
    for _ in rows:
        leading |= {state for state, targets in enumerate(rows) if targets & leading}
    return len(leading) == len(rows)


def kinds() -> list[Kind]:
    """About 5 million points: (question, table and number of letters, accepting states, a question's own value)."""
    four = [(table, 2) for table in tables(4, 2)]
    both = four + [(table, 3) for table in tables(3, 3)]
    some = ["Q", "R", "S", "PQ", "PR", "PS", "QR", "QS", "RS"]
    points = list(permutations(range(6), 4))
    return [
        Kind(name="accepts", level=3, points=Product([ACCEPTS], both, some, [None])),
        Kind(name="visits", level=3, points=Product([VISITS], both, some, [None])),
        Kind(name="score", level=3, points=Product([SCORE], four, [""], points)),
        Kind(name="count", level=4, points=Product([COUNT], both, some, range(11, 98, 2))),
        Kind(name="fill", level=4, points=Product([FILL], both, some, [None])),
    ]


def task(question: Question, machine: tuple[Table, int], accepting: str, extra: Any) -> Task | None:
    """None where a state is to be accepting that the table does not have."""
    table, num_letters = machine
    states, letters = STATES[: len(table) // num_letters], LETTERS[:num_letters]
    if not set(accepting) <= set(states):
        return None
    targets = {
        state: {letter: states[table[row * num_letters + column]] for column, letter in enumerate(letters)}
        for row, state in enumerate(states)
    }
    points = dict(zip(states, extra, strict=True)) if question is SCORE else {}
    return Task(
        operation=_operation(question, targets, accepting, points),
        constants={"modulus": extra} if question is COUNT else {},
        arguments={"n" if question is COUNT else "text": question.argument},
        returns=question.returns,
        edges=question.edges,
        draw=functools.partial(_draw, question, letters),
        oracle=functools.partial(_answer, question, machine, accepting, extra),
        argument_names=question.choices,
        battery=_battery(question, letters),
    )


def _operation(
    question: Question, targets: Mapping[str, Mapping[str, str]], accepting: str, points: Mapping[str, int]
) -> Operation:
    letters = list(targets["P"])
    moves = {state: "".join(row.values()) for state, row in targets.items()} if question is COUNT else targets
    code = {"moves": moves, "accepting": accepting, "points": points, "within": "in" if len(accepting) > 1 else "=="}
    parts = {
        "states": _listed(list(targets)),
        "letters": _listed(letters, "or"),
        "moves": "".join(
            f"\n- in {state}, {', '.join(f'{letter} leads to {target}' for letter, target in row.items())}"
            for state, row in targets.items()
        ),
        "accepting": f"Only {_listed(list(accepting))} {'are' if len(accepting) > 1 else 'is'} accepting. "
        if accepting
        else "",
        "worth": _listed([f"{value} for {state}" for state, value in points.items()]),
    }
    return Operation(
        body=question.body.format(**code),
        names=question.names,
        statements=tuple((frame + ask).format(**parts) for frame, ask in zip(FRAMES, question.statements, strict=True)),
    )


def _listed(words: Sequence[str], last: str = "and") -> str:
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else "".join(words)


def _draw(question: Question, letters: str, stream: RandomStream) -> Arguments:
    if question is COUNT:
        return (stream.integer(0, 24),)
    symbols = letters + "?" * (len(letters) - 1) if question is FILL else letters
    return ("".join(stream.choice(symbols) for _ in range(stream.integer(2, 8 if question is FILL else 12))),)


@functools.cache
def _battery(question: Question, letters: str) -> tuple[Arguments, ...]:
    if question is COUNT:
        return tuple((n,) for n in range(24))
    stream = RandomStream("battery", "automaton", letters)
    return tuple(_draw(question, letters, stream) for _ in range(64))


def _answer(question: Question, machine: tuple[Table, int], accepting: str, extra: Any, argument: Any) -> Any:
    """The oracle: runs over the states by number; what is counted, it counts from the last letter back."""
    table, num_letters = machine
    given = "?" * argument if question is COUNT else argument
    if question in (VISITS, SCORE):
        trace = accumulate(given, lambda row, letter: table[row * num_letters + LETTERS.index(letter)], initial=0)
        after = [STATES[state] for state in trace][1:]
        if question is SCORE:
            return sum(extra[STATES.index(state)] for state in after)
        return sum(map(after.count, accepting))
    rows = range(0, len(table), num_letters)
    ways = [int(state in accepting) for state, _ in zip(STATES, rows, strict=False)]
    for letter in reversed(given):
        columns = range(num_letters) if letter == "?" else [LETTERS.index(letter)]
        ways = [sum(ways[table[row + column]] for column in columns) for row in rows]
    if question is ACCEPTS:
        return ways[0] == 1
    return ways[0] % extra if question is COUNT else ways[0]


FAMILY = Family(name="automaton", kinds=kinds, task=task)
