"""Family 38: a list that is changed between questions about ranges of it. Level 5, programs only, held out.

The references keep the statistic in a segment tree, so that an operation takes O(log n) steps.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import NamedTuple

from ssd_iter.problems.fresh.family import Arguments, Family, Kind, Operation, Task
from ssd_iter.problems.fresh.random_stream import RandomStream
from ssd_iter.problems.fresh.space import Product

Constants = dict[str, int]


class Question(NamedTuple):
    """A statistic of a range that two halves of the range determine."""

    leaf: str
    """Code for the statistic of the one number `item`."""
    merge: str
    """Code for the statistic of two neighbouring ranges, from their statistics `left` and `right`."""
    empty: str
    phrase: str
    """Continues 'the answer is'; `m` among the constants where it is used."""
    of: Callable[[list[int], int], int]
    """The statistic of a range, and m."""


class Change(NamedTuple):
    """What an operation of the first kind does to the number at an index."""

    code: str
    """The new number, from the old one `item` and the operation's second number `second`."""
    phrase: str
    of: Callable[[int, int], int]


class Bounds(NamedTuple):
    """Which indices an operation of the second kind means; statements that turn it into a half-open range from 0."""

    first_index: int
    code: str
    phrase: str
    of: Callable[[int, int], range]
    swaps: bool = False
    """Whether the second may be the smaller one."""
    excludes: int = 0
    """1 where the second is not included."""


QUESTIONS = (
    Question("item", "(left + right) % m", "0", "the sum of these numbers, modulo {m}",
             lambda xs, m: sum(xs) % m),
    Question("item * item", "(left + right) % m", "0", "the sum of the squares of these numbers, modulo {m}",
             lambda xs, m: sum(x**2 for x in xs) % m),
    Question("item + 1", "left * right % m", "1", "the product of these numbers, each increased by 1, modulo {m}",
             lambda xs, m: functools.reduce(lambda a, b: a * (b + 1), xs, 1) % m),
)  # fmt: skip
COUNT = Question("int(item % m == 0)", "left + right", "0", "how many of these numbers are divisible by {m}",
                 lambda xs, m: sum(x // m * m == x for x in xs))  # fmt: skip
EXTREMES = (
    Question("item", "max(left, right)", "0", "the largest of these numbers", lambda xs, m: sorted(xs)[-1]),
    Question("item", "min(left, right)", "1000", "the smallest of these numbers", lambda xs, m: sorted(xs)[0]),
    Question("item", "left ^ right", "0", "the bitwise exclusive or (XOR) of these numbers",
             lambda xs, m: functools.reduce(int.__xor__, xs)),
    Question("item", "left | right", "0", "the bitwise or of these numbers",
             lambda xs, m: functools.reduce(int.__or__, xs)),
)  # fmt: skip
CHANGES = (
    Change("second", "replace the number at index a by b", lambda x, b: b),
    Change("item + second", "add b to the number at index a", lambda x, b: b + x),
    Change("max(item, second)", "replace the number at index a by b if b is larger", lambda x, b: x if x > b else b),
    Change("min(item, second)", "replace the number at index a by b if b is smaller", lambda x, b: x if x < b else b),
    Change("abs(item - second)", "replace the number at index a by its absolute difference from b",
           lambda x, b: max(x, b) - min(x, b)),
)  # fmt: skip
BOUNDS = (
    Bounds(0, "start, stop = first, second + 1",
           "take the numbers at the indices from a to b, both included (a is never greater than b)",
           lambda a, b: range(a, b + 1)),
    Bounds(0, "start, stop = first, second",
           "take the numbers at the indices from a up to, but not including, b (a is always less than b)",
           range, excludes=1),
    Bounds(1, "start, stop = first - 1, second",
           "take the numbers at the indices from a to b, both included (a is never greater than b)",
           lambda a, b: range(a - 1, b)),
    Bounds(0, "start, stop = min(first, second), max(first, second) + 1",
           "take the numbers at the indices from the smaller of a and b to the larger, both included",
           lambda a, b: range(b, a + 1) if b < a else range(a, b + 1), swaps=True),
    Bounds(1, "start, stop = min(first, second) - 1, max(first, second)",
           "take the numbers at the indices from the smaller of a and b to the larger, both included",
           lambda a, b: range(b - 1, a) if b < a else range(a - 1, b), swaps=True),
)  # fmt: skip
NAMES = ("answer_queries", "run_operations", "range_queries", "process_operations", "answer_all")
ARGUMENT_NAMES = (
    ("numbers", "operations"), ("values", "queries"), ("data", "commands"), ("nums", "requests"), ("array", "orders"),
)  # fmt: skip


def kinds() -> list[Kind]:
    """About 1,000 points: (question, change, bounds, constants)."""
    plain: list[Constants] = [{}]
    moduli = [{"m": m} for m in range(11, 48, 4)]
    return [
        Kind(name="sum", level=5, points=Product(QUESTIONS, CHANGES, BOUNDS, moduli)),
        Kind(name="count", level=5, points=Product([COUNT], CHANGES, BOUNDS, [{"m": m} for m in range(2, 5)])),
        Kind(name="extreme", level=5, points=Product(EXTREMES, CHANGES, BOUNDS, plain)),
    ]


def task(question: Question, change: Change, bounds: Bounds, constants: Constants) -> Task:
    """Numbers are not negative; every range holds at least one."""

    def oracle(numbers: list[int], operations: list[list[int]]) -> list[int]:
        held, answers = list(numbers), []
        for kind, a, b in operations:
            if kind == 1:
                held[a - bounds.first_index] = change.of(held[a - bounds.first_index], b)
            else:
                answers.append(question.of([held[place] for place in bounds.of(a, b)], constants.get("m", 0)))
        return answers

    return Task(
        operation=Operation(
            body=_body(question, change, bounds), names=NAMES, statements=_statements(question, change, bounds)
        ),
        constants=constants,
        arguments={"numbers": "list[int]", "operations": "list[list[int]]"},
        returns="list[int]",
        edges=_battery(bounds)[:5],
        draw=functools.partial(_draw, bounds),
        oracle=oracle,
        argument_names=ARGUMENT_NAMES,
        battery=_battery(bounds),
        styles=("stdin",),
    )


def _body(question: Question, change: Change, bounds: Bounds) -> str:
    place = "first" if bounds.first_index == 0 else f"first - {bounds.first_index}"
    return f"""size = len(numbers)
tree = [None] * size + [{question.leaf} for item in numbers]

def pull(node):
    left, right = tree[2 * node], tree[2 * node + 1]
    tree[node] = {question.merge}

def ask(start, stop):
    left = {question.empty}
    while start < stop:
        if start % 2:
            right = tree[start]
            left = {question.merge}
        if stop % 2:
            right = tree[stop - 1]
            left = {question.merge}
        start, stop = (start + 1) // 2, stop // 2
    return left

for node in reversed(range(1, size)):
    pull(node)
held = list(numbers)
answers = []
for kind, first, second in operations:
    if kind == 1:
        place = {place}
        item = held[place]
        held[place] = item = {change.code}
        node = place + size
        tree[node] = {question.leaf}
        while node > 1:
            node //= 2
            pull(node)
    else:
        {bounds.code}
        answers.append(ask(start + size, stop + size))
return answers"""


def _statements(question: Question, change: Change, bounds: Bounds) -> tuple[str, ...]:
    count = f"Indices start at {bounds.first_index}."
    both = f"\n- [1, a, b]: {change.phrase}.\n- [2, a, b]: {bounds.phrase}; the answer is {question.phrase}."
    return (
        f"Carry out {{operations}} on the list {{numbers}}, one after the other. {count} Each operation is a row of"
        f" three"
        f" integers:{both}\nReturn the list of the answers, in order.",
        f"The list {{numbers}} is changed and asked about by the rows of {{operations}}, from the first to the last."
        f" {count} A row has three integers:{both}\nReturn all answers in the order of the rows.",
        f"Return the answers, in order, that come up when {{operations}} are carried out one by one on the list"
        f" {{numbers}}. {count} There are two sorts of operations:{both}\nChanges hold for all later operations.",
        f"Each row of {{operations}} changes {{numbers}} or asks about it, as it is after all changes before. {count}"
        f"{both}\nReturn a list with the answer to each question, in order.",
        f"Keep the list {{numbers}} up to date and return the answers to all questions, in order. {count} What to do is"
        f" in {{operations}}, row by row:{both}",
    )


def _draw(bounds: Bounds, stream: RandomStream, size: int = 0, rows: int = 0) -> Arguments:
    size = size or stream.integer(4, 6)
    numbers = [stream.integer(0, 30) for _ in range(size)]
    operations = [_draw_operation(bounds, size, stream) for _ in range(rows or stream.integer(2, 4))]
    return numbers, [*operations, _draw_question(bounds, size, stream)]


def _draw_operation(bounds: Bounds, size: int, stream: RandomStream) -> list[int]:
    if stream.integer(0, 1):
        return _draw_question(bounds, size, stream)
    return [1, stream.integer(0, size - 1) + bounds.first_index, stream.integer(0, 30)]


def _draw_question(bounds: Bounds, size: int, stream: RandomStream) -> list[int]:
    """A range that is not empty, every third time the whole list."""
    first, last = sorted(stream.integer(0, size - 1) for _ in "ab") if stream.integer(0, 2) else (0, size - 1)
    if bounds.swaps and stream.integer(0, 1):
        first, last = last, first
    return [2, first + bounds.first_index, last + bounds.first_index + bounds.excludes]


@functools.cache
def _battery(bounds: Bounds) -> tuple[Arguments, ...]:
    """Calls that these bounds allow; the first five are always tested, the longest among them."""
    stream = RandomStream("battery", "range-queries", BOUNDS.index(bounds))
    sizes = ((2, 1), (2, 4), (3, 9), (11, 12), (40, 30))
    return tuple(_draw(bounds, stream, *sized) for sized in (*sizes, *((0, 0) for _ in range(40))))


FAMILY = Family(name="range-queries", kinds=kinds, task=task, held_out="test")
