"""Family 24: intervals of integers, closed or half-open, that are joined, or counted integer by integer. Level 3."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations, pairwise, product
from typing import Any

from ssd_iter.problems.fresh.arguments import BATTERY_SIZE, EMPTY_LIST
from ssd_iter.problems.fresh.family import Arguments, Family, Kind, Operation, Result, Task
from ssd_iter.problems.fresh.random_stream import RandomStream
from ssd_iter.problems.fresh.space import Product

Spans = list[list[int]]
OVERLAP = -1
"""The constant `gap` of intervals that are joined only where they share an integer."""


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Which intervals, or which parts of them, are looked at, with constants of its own."""

    noun: str
    body: str
    """Makes `kept` of the argument; `extra` is 1 where the right end is included."""
    phrase: str
    kept: Callable[[list[range], dict[str, int], int], list[range]]
    """Of the intervals as ranges, the constants, and 1 where the right end is included; for the oracle."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What is asked about the joined intervals."""

    noun: str
    body: str
    phrase: str
    of: Callable[[list[range]], Any]
    """Of the joined intervals as ranges, in order; for the oracle."""
    returns: Result = "int"
    fits_overlap: bool = True
    """Whether it can be asked where intervals that touch stay apart: no gap lies between these."""


ALL = Filter(noun="", body="kept = spans", phrase="", kept=lambda ranges, constants, extra: ranges)
LONG = Filter(
    noun="long_",
    body="kept = [span for span in spans if span[1] - span[0]{extra} >= size]",
    phrase=" Ignore pairs that stand for fewer than {size} integers.",
    kept=lambda ranges, constants, extra: [one for one in ranges if not len(one) < constants["size"]],
)
CLIPPED = Filter(
    noun="clipped_",
    body="kept = [[max(start, low), min(end, high)] for start, end in spans "
    "if start <{equal} high and end >{equal} low]",
    phrase=" Only the integers from {low} to {high}{edge} count: cut off what lies outside before anything else, and "
    "ignore pairs of which nothing is left.",
    kept=lambda ranges, constants, extra: [
        range(inside[0], inside[-1] + 1)
        for one in ranges
        if (inside := [place for place in one if constants["low"] <= place < constants["high"] + extra])
    ],
)


def _gaps(ranges: list[range]) -> list[range]:
    return [range(before.stop, after.start) for before, after in pairwise(ranges)]


JOINED = Answer(
    noun="all",
    body="joined",
    phrase="the joined intervals as pairs, by increasing start",
    of=lambda ranges: ranges,
    returns="list[list[int]]",
)
STARTS = Answer(
    noun="starts",
    body="[start for start, end in joined]",
    phrase="the list of the smallest integers of the joined intervals, in increasing order",
    of=lambda ranges: [one.start for one in ranges],
    returns="list[int]",
)
TOTAL = Answer(
    noun="total",
    body="sum(end - start{extra} for start, end in joined)",
    phrase="how many integers the joined intervals stand for in total",
    of=lambda ranges: sum(map(len, ranges)),
)
LONGEST = Answer(
    noun="longest",
    body="max((end - start{extra} for start, end in joined), default=0)",
    phrase="how many integers the longest joined interval stands for, or 0 if there is none",
    of=lambda ranges: len(max(ranges, key=len, default=())),
)
GAPS = Answer(
    fits_overlap=False,
    noun="gaps",
    body="[[before[1]{extra}, after[0]{less_one}] for before, after in zip(joined, joined[1:])]",
    phrase="the gaps between one joined interval and the next, as pairs of the same meaning, by increasing start",
    of=_gaps,
    returns="list[list[int]]",
)
GAP_TOTAL = Answer(
    fits_overlap=False,
    noun="gap_total",
    body="sum(after[0] - before[1]{less_one} for before, after in zip(joined, joined[1:]))",
    phrase="how many integers lie in the gaps between one joined interval and the next, in total",
    of=lambda ranges: sum(map(len, _gaps(ranges))),
)
ANSWERS = (JOINED, STARTS, TOTAL, LONGEST, GAPS, GAP_TOTAL)

CLOSED = "A pair [a, b] stands for all integers from a to b, a and b included."
HALF_OPEN = "A pair [a, b] stands for all integers from a to b, a included but b not."
JOIN = """
{filter}
joined = []
for start, end in sorted(kept):
    if joined and start {near}:
        joined[-1][1] = max(joined[-1][1], end)
    else:
        joined.append([start, end])
return {answer}
"""
JOIN_NAMES = ("join_{filter}spans_{answer}", "{filter}span_union_{answer}", "{answer}_of_joined_{filter}spans")
JOIN_STATEMENTS = (
    "{pair}{filter} {rule}, again and again until there are no more to join; a joined interval reaches from the "
    "smallest to the largest integer of its parts. For the pairs in {{spans}}, return {answer}.",
    "{{spans}} is a list of intervals in any order. {pair}{filter} {rule}, and go on until nothing more can be joined; "
    "the joined interval goes from the smallest to the largest integer of the two. Return {answer}.",
    "Given a list {{spans}} of pairs in any order, return {answer}.\n- {pair}{filter}\n- {rule}, until no more can be "
    "joined. A joined interval reaches from the smallest to the largest of its integers.",
    "{pair} Given the pairs {{spans}} in any order, join intervals.{filter} {rule}, as long as there are such two; "
    "they become one interval, from the smallest to the largest integer of both. Return {answer}.",
)

COVER = """
from collections import Counter

{filter}
counts = Counter(place for start, end in kept for place in range(start, end{extra}))
return {answer}
"""
COVERED = {
    "count": ("sum(count {test} times for count in counts.values())", "how many integers are"),
    "total": (
        "sum(place for place, count in counts.items() if count {test} times)",
        "the sum of all integers that are",
    ),
    "list": (
        "sorted(place for place, count in counts.items() if count {test} times)",
        "the list, in increasing order, of all integers that are",
    ),
}
TESTS = {"exactly": "==", "at least": ">=", "at most": "<="}
COVER_NAMES = ("{answer}_covered_by_{filter}spans", "{filter}span_cover_{answer}", "cover_{answer}_of_{filter}spans")
COVER_STATEMENTS = (
    "{pair}{filter} Return {answer} in {test} {{times}} of the pairs in {{spans}}.{once}",
    "{{spans}} is a list of intervals in any order. {pair}{filter} Return {answer} in {test} {{times}} of these "
    "intervals.{once}",
    "Given a list {{spans}} of pairs in any order, return {answer} in {test} {{times}} of them.{once}\n"
    "- {pair}{filter}",
    "{pair} An integer may be in several of the pairs in {{spans}}, in any order. Return {answer} in {test} {{times}} "
    "of them.{once}{filter}",
)


def kinds() -> list[Kind]:
    """About 2000 points: (is closed, filter, its constants, what is done, its constants)."""
    filters: list[tuple[Filter, dict[str, int]]] = [(ALL, {})]
    filters += [(LONG, {"size": size}) for size in range(2, 5)]
    filters += [(CLIPPED, {"low": low, "high": high}) for low, high in product(range(1, 5), range(17, 21))]
    joined = [(answer, gap) for answer in ANSWERS for gap in range(OVERLAP, 4) if gap > OVERLAP or answer.fits_overlap]
    covered = [*product(COVERED, ("exactly", "at least"), (1, 2)), *product(COVERED, ["at most"], (2, 3))]
    return [
        Kind(name="join", level=3, points=Product([_joining], [True, False], filters, joined)),
        Kind(name="cover", level=3, points=Product([_covering], [True, False], filters, covered)),
    ]


def task(
    make: Callable[..., Task], is_closed: bool, kept: tuple[Filter, dict[str, int]], asked: tuple[Any, ...]
) -> Task:
    """Half-open intervals are never empty, closed ones may be a single integer."""
    return make(is_closed, *kept, *asked)


def _joining(is_closed: bool, kept: Filter, constants: dict[str, int], answer: Answer, gap: int) -> Task:
    rule = "Join two intervals if they share an integer"
    near = "<= joined[-1][1]" if is_closed else "< joined[-1][1]"
    if gap == 0:
        rule += " or if no integer lies between them"
        near = "<= joined[-1][1] + 1" if is_closed else "<= joined[-1][1]"
    elif gap > 0:
        rule += " or if at most {gap} integers lie between them"
        near = "- joined[-1][1] - 1 <= gap" if is_closed else "- joined[-1][1] <= gap"
    code, words = _parts(is_closed, kept)
    operation = Operation(
        body=JOIN.format(**code, near=near, answer=answer.body.format(**code)),
        names=tuple(name.format(filter=kept.noun, answer=answer.noun) for name in JOIN_NAMES),
        statements=tuple(text.format(**words, rule=rule, answer=answer.phrase) for text in JOIN_STATEMENTS),
    )

    def oracle(spans: Spans) -> Any:
        ranges = kept.kept([range(start, end + is_closed) for start, end in spans], constants, int(is_closed))
        answered = answer.of(_joined(ranges, gap))
        is_pairs = answer.returns == "list[list[int]]"
        return [[one.start, one.stop - is_closed] for one in answered] if is_pairs else answered

    return _task(operation, constants | ({"gap": gap} if gap > 0 else {}), answer.returns, oracle, is_closed)


def _covering(is_closed: bool, kept: Filter, constants: dict[str, int], asked: str, test: str, times: int) -> Task:
    answer, phrase = COVERED[asked]
    once = " Integers in none of them do not count." if test == "at most" else ""
    code, words = _parts(is_closed, kept)
    operation = Operation(
        body=COVER.format(**code, answer=answer.format(test=TESTS[test])),
        names=tuple(name.format(filter=kept.noun, answer=asked) for name in COVER_NAMES),
        statements=tuple(text.format(**words, answer=phrase, test=test, once=once) for text in COVER_STATEMENTS),
    )

    def oracle(spans: Spans) -> Any:
        ranges = kept.kept([range(start, end + is_closed) for start, end in spans], constants, int(is_closed))
        places = [place for one in ranges for place in one]
        allowed = {"exactly": [times], "at least": range(times, 10), "at most": range(1, times + 1)}[test]
        found = [place for place in sorted(set(places)) if places.count(place) in allowed]
        return {"count": len(found), "total": sum(found), "list": found}[asked]

    return _task(operation, constants | {"times": times}, "list[int]" if asked == "list" else "int", oracle, is_closed)


def _task(
    operation: Operation, constants: dict[str, int], returns: Result, oracle: Callable[[Spans], Any], is_closed: bool
) -> Task:
    return Task(
        operation=operation,
        constants=constants,
        arguments={"spans": "list[list[int]]"},
        returns=returns,
        edges=(*EDGES, ([[4, 4]],), ([[6, 8], [9, 9], [2, 5]],)) if is_closed else EDGES,
        draw=functools.partial(_draw, shortest=0 if is_closed else 1),
        oracle=oracle,
        argument_names=(("intervals",), ("spans",), ("ranges",), ("segments",), ("blocks",)),
        battery=_battery(),
    )


@functools.cache
def _parts(is_closed: bool, kept: Filter) -> tuple[dict[str, str], dict[str, str]]:
    """What is put into the templates of bodies, and of statements."""
    code = (
        {"extra": " + 1", "less_one": " - 1", "equal": "="}
        if is_closed
        else dict.fromkeys(("extra", "less_one", "equal"), "")
    )
    edge = ", both included," if is_closed else ", the first included but the second not,"
    words = {"pair": CLOSED if is_closed else HALF_OPEN, "filter": kept.phrase.replace("{edge}", edge)}
    return code | {"filter": kept.body.format(**code)}, words


def _joined(ranges: list[range], gap: int) -> list[range]:
    """Any two that may be joined are, until there are none."""
    for one, other in combinations(ranges, 2):
        if max(one.start, other.start) - min(one.stop, other.stop) <= gap:
            rest = [each for each in ranges if each is not one and each is not other]
            return _joined([*rest, range(min(one.start, other.start), max(one.stop, other.stop))], gap)
    return sorted(ranges, key=lambda one: one.start)


def _draw(stream: RandomStream, shortest: int) -> Arguments:
    spans = []
    for _ in range(stream.integer(3, 7)):
        start = stream.integer(0, 24)
        spans.append([start, start + stream.integer(shortest, 5)])
    return (spans,)


@functools.cache
def _battery() -> tuple[Arguments, ...]:
    stream = RandomStream("battery", "intervals")
    return (*EDGES, *(_draw(stream, 1) for _ in range(BATTERY_SIZE - len(EDGES))))


EDGES: tuple[Arguments, ...] = (
    EMPTY_LIST,
    ([[3, 7]],),
    ([[5, 9], [1, 5]],),
    ([[2, 12], [4, 6]],),
    ([[3, 5], [3, 5]],),
    ([[8, 10], [1, 3], [4, 7]],),
)

FAMILY = Family(name="intervals", kinds=kinds, task=task)
