"""Family 23: numbers or pairs grouped by a key, one number a group, the groups in order. Level 2."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from ssd_iter.problems.fresh.arguments import BATTERY_SIZE, EMPTY_LIST
from ssd_iter.problems.fresh.family import Arguments, Family, Kind, Operation, Task
from ssd_iter.problems.fresh.random_stream import RandomStream
from ssd_iter.problems.fresh.space import Product

Rows = list[list[int]]


@dataclass(frozen=True, kw_only=True)
class Key:
    """What the members of a group have in common, with the constant m."""

    noun: str
    body: str
    phrase: str
    of: Callable[[int, int], int]
    """The key by a number and m; for the oracle."""


@dataclass(frozen=True, kw_only=True)
class Reducer:
    """One number about a group."""

    noun: str
    body: str
    phrase: str
    of: Callable[[list[int]], int]
    thresholds: Sequence[int] = ()
    """Numbers that some groups reach and others do not."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """The order of the rows."""

    items: str
    """The groups as the reference goes through them."""
    answer: str
    phrase: str
    arranged: Callable[[Rows], Rows]
    """The rows, given in the order in which their keys appear; for the oracle."""


FIRST = Key(noun="key", body="item", phrase="{item}", of=lambda x, m: x)
REMAINDER = Key(
    noun="remainder_{m}",
    body="item % m",
    phrase="the remainder of {item} divided by {m}",
    of=lambda x, m: x - x // m * m,
)
QUOTIENT = Key(
    noun="quotient_{m}",
    body="item // m",
    phrase="{item} divided by {m}, rounded down",
    of=lambda x, m: len(range(m, x + 1, m)),
)
SQUARE = Key(
    noun="square_remainder_{m}",
    body="item * item % m",
    phrase="the remainder of the square of {item} divided by {m}",
    of=lambda x, m: pow(x, 2, m),
)
DIVISOR = Key(
    noun="divisor_with_{m}",
    body="gcd(item, m)",
    phrase="the greatest common divisor of {item} and {m}",
    of=lambda x, m: max(d for d in range(1, m + 1) if x % d == 0 == m % d),
)
DIGIT_SUM = Key(
    noun="digit_sum",
    body="sum(map(int, str(item)))",
    phrase="the sum of the decimal digits of {item}",
    of=lambda x, m: x // 100 + x // 10 % 10 + x % 10,
)
FIRST_DIGIT = Key(
    noun="first_digit",
    body="int(str(item)[0])",
    phrase="the first decimal digit of {item}",
    of=lambda x, m: x if x < 10 else x // 10,
)
LARGEST_DIGIT = Key(
    noun="largest_digit",
    body="int(max(str(item)))",
    phrase="the largest decimal digit of {item}",
    of=lambda x, m: max(x // 10, x % 10),
)

REDUCERS = (
    Reducer(noun="count", body="len(group)", phrase="how many {members} it has", of=len),
    Reducer(
        noun="distinct",
        body="len(set(group))",
        phrase="how many different {members} it has",
        of=lambda group: sum(item not in group[:place] for place, item in enumerate(group)),
    ),
    Reducer(
        noun="sum",
        body="sum(group)",
        phrase="the sum of its {members}",
        of=lambda group: functools.reduce(lambda total, item: total + item, group),
        thresholds=range(12, 42, 3),
    ),
    Reducer(
        noun="maximum",
        body="max(group)",
        phrase="the largest of its {members}",
        of=lambda group: sorted(group)[-1],
        thresholds=range(10, 28, 2),
    ),
    Reducer(
        noun="minimum",
        body="min(group)",
        phrase="the smallest of its {members}",
        of=lambda group: sorted(group)[0],
        thresholds=range(4, 16, 2),
    ),
    Reducer(
        noun="spread",
        body="max(group) - min(group)",
        phrase="the largest minus the smallest of its {members}",
        of=lambda group: sorted(group)[-1] - sorted(group)[0],
        thresholds=range(2, 12, 2),
    ),
    Reducer(
        noun="first",
        body="group[0]",
        phrase="the first of its {members} in the order of {xs}",
        of=lambda group: group[::-1][-1],
        thresholds=range(8, 22, 2),
    ),
    Reducer(
        noun="last",
        body="group[-1]",
        phrase="the last of its {members} in the order of {xs}",
        of=lambda group: group[::-1][0],
        thresholds=range(8, 22, 2),
    ),
)

ORDERS = (
    Order(items="sorted(groups.items())", answer="rows", phrase="by increasing key", arranged=sorted),
    Order(
        items="sorted(groups.items(), reverse=True)",
        answer="rows",
        phrase="by decreasing key",
        arranged=lambda rows: sorted(rows, key=lambda row: -row[0]),
    ),
    Order(
        items="groups.items()",
        answer="rows",
        phrase="in the order in which the keys first appear in {xs}",
        arranged=lambda rows: rows,
    ),
    Order(
        items="groups.items()",
        answer="sorted(rows, key=lambda row: (row[1], row[0]))",
        phrase="by increasing value, and rows with equal values by increasing key",
        arranged=lambda rows: sorted(sorted(rows), key=lambda row: row[1]),
    ),
    Order(
        items="groups.items()",
        answer="sorted(rows, key=lambda row: (-row[1], row[0]))",
        phrase="by decreasing value, and rows with equal values by increasing key",
        arranged=lambda rows: sorted(sorted(rows), key=lambda row: row[1], reverse=True),
    ),
)

NAMES = (
    "{reducer}_by_{key}",
    "group_by_{key}_{reducer}",
    "{reducer}_per_{key}",
    "grouped_{reducer}_by_{key}",
    "table_of_{reducer}_by_{key}",
)
STATEMENTS = (
    "Group the {things} in {xs} by their key. The key of a {thing} is {key}. For each group, compute its value: "
    "{reducer}. Return a list with a row [key, value] for each group, {order}.{filter}",
    "Return a list of rows [key, value], one for each group of {things} in {xs}. Two {things} are in the same group if "
    "they have the same key: {key}. The value of a group is {reducer}. The rows are ordered {order}.{filter}",
    "The key of a {thing} in {xs} is {key}, and the {things} with the same key form a group. The value of a group is "
    "{reducer}. Return the rows [key, value] of all groups, ordered {order}.{filter}",
    "Put the {things} of {xs} into groups:\n- the key of a {thing} is {key}; those with the same key are together\n"
    "- the value of a group is {reducer}\nReturn a row [key, value] for every group, {order}.{filter}",
)
SMALL = " Leave out groups with fewer than {size} {things}."
LOW = " Leave out rows whose value is less than {t}."


def kinds() -> list[Kind]:
    """About 17 000 points: (key, m), order, (reducer, filter, its constant), and whether of pairs."""
    divisors = [(DIVISOR, m) for m in (4, 6, 8, 9, 10, 12, 16, 18, 20, 24, 30)]
    keys = [*product((REMAINDER, QUOTIENT), range(3, 12)), *product([SQUARE], range(3, 14)), *divisors]
    keys += [(DIGIT_SUM, 0), (FIRST_DIGIT, 0), (LARGEST_DIGIT, 0)]
    pair_keys = [(FIRST, 0), *product([REMAINDER], range(3, 7)), *product([QUOTIENT], range(2, 4))]
    reduced: list[tuple[Reducer, str, int]] = [(reducer, "", 0) for reducer in REDUCERS]
    reduced += [(reducer, SMALL, 2) for reducer in REDUCERS]
    reduced += [(reducer, LOW, t) for reducer in REDUCERS for t in reducer.thresholds]
    return [
        Kind(name="numbers", level=2, points=Product(keys, ORDERS, reduced, [False])),
        Kind(name="pairs", level=2, points=Product(pair_keys, ORDERS, reduced, [True])),
    ]


def task(key: tuple[Key, int], order: Order, reduced: tuple[Reducer, str, int], is_pairs: bool) -> Task | None:
    """Groups of numbers, or of the second numbers of pairs by the first ones. No number is negative."""
    reducer, left_out, least = reduced
    if key[0] is QUOTIENT and reducer.noun == "spread" and least >= key[1] and not is_pairs:
        return None  # no group's numbers are that far apart
    constants = {"m": key[1]} if key[1] else {}
    if left_out:
        constants["size" if left_out is SMALL else "t"] = least

    def oracle(xs: list[Any]) -> Rows:
        pairs = [(key[0].of(item, key[1]), value) for item, value in (xs if is_pairs else zip(xs, xs, strict=True))]
        keys = list(dict.fromkeys(own for own, _ in pairs))
        groups = [(own, [value for other, value in pairs if other == own]) for own in keys]
        rows = [[own, reducer.of(group)] for own, group in groups if left_out is not SMALL or len(group) >= least]
        return order.arranged([row for row in rows if left_out is not LOW or row[1] >= least])

    return Task(
        operation=_operation(key[0], order, reducer, left_out, is_pairs),
        constants=constants,
        arguments={"xs": "list[list[int]]" if is_pairs else "list[int]"},
        returns="list[list[int]]",
        edges=PAIR_EDGES if is_pairs else EDGES,
        draw=_draw_pairs if is_pairs else _draw_numbers,
        oracle=oracle,
        argument_names=(("pairs",), ("records",), ("entries",), ("table",), ("data",)) if is_pairs else (),
        battery=_battery(is_pairs),
    )


@functools.lru_cache(maxsize=1024)
def _operation(key: Key, order: Order, reducer: Reducer, left_out: str, is_pairs: bool) -> Operation:
    words = {"xs": "{xs}", "m": "{m}", "size": "{size}", "t": "{t}", "thing": "number", "members": "numbers"}
    words["item"] = "the number"
    if is_pairs:
        words |= {"thing": "pair", "members": "second numbers", "item": "the first number of the pair"}
    words["things"] = f"{words['thing']}s"
    parts = {"key": key.phrase, "reducer": reducer.phrase, "order": order.phrase, "filter": left_out}
    texts = {name: text.format(**words) for name, text in parts.items()}
    return Operation(
        body=("from math import gcd\n\n" if key is DIVISOR else "")
        + "groups = {}\n"
        + ("for item, second in xs:\n" if is_pairs else "for item in xs:\n")
        + f"    groups.setdefault({key.body}, []).append({'second' if is_pairs else 'item'})\n"
        + f"rows = [[key, {reducer.body}] for key, group in {order.items}"
        + (" if len(group) >= size]\n" if left_out is SMALL else "]\n")
        + ("rows = [row for row in rows if row[1] >= t]\n" if left_out is LOW else "")
        + f"return {order.answer}",
        names=tuple(name.format(key=key.noun, reducer=reducer.noun) for name in NAMES),
        statements=tuple(text.format(**(words | texts)) for text in STATEMENTS),
    )


EDGES: tuple[Arguments, ...] = (EMPTY_LIST, ([0],), ([7, 7, 7],), ([30, 1, 15],), ([1, 2, 3, 4, 5, 6, 7, 8, 9],))
PAIR_EDGES: tuple[Arguments, ...] = (EMPTY_LIST, ([[0, 0]],), ([[5, 20], [5, 20]],), ([[9, 1], [4, 12], [0, 30]],))


def _draw_numbers(stream: RandomStream) -> Arguments:
    return ([stream.integer(0, 30) for _ in range(stream.integer(4, 8))],)


def _draw_pairs(stream: RandomStream) -> Arguments:
    """Few first numbers, so that they meet."""
    return ([[stream.integer(0, 7), stream.integer(0, 30)] for _ in range(stream.integer(4, 7))],)


@functools.cache
def _battery(is_pairs: bool) -> tuple[Arguments, ...]:
    stream = RandomStream("battery", "grouping", int(is_pairs))
    draw, edges = (_draw_pairs, PAIR_EDGES) if is_pairs else (_draw_numbers, EDGES)
    return (*edges, *(draw(stream) for _ in range(BATTERY_SIZE - len(edges))))


FAMILY = Family(name="grouping", kinds=kinds, task=task)
