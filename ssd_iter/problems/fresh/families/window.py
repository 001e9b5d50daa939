"""Family 21: a statistic of every window of a list, and one answer about these values. Level 2."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any

from ssd_iter.problems.fresh.family import Arguments, Family, Kind, Operation, Task
from ssd_iter.problems.fresh.random_stream import RandomStream

Values = Sequence[int]


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Which parts of the list are windows."""

    name: str
    body: str
    phrase: str
    starts: Callable[[int, int, int], range]
    """Places where a window starts, by length of the list, k and step; for the oracle."""
    leaves_none: str = " A list with fewer than {k} numbers has no windows."


@dataclass(frozen=True, kw_only=True)
class Statistic:
    """One number about a window."""

    noun: str
    body: str
    phrase: str
    of: Callable[[Values], int]
    thresholds: Callable[[int], range]
    """Numbers that some windows of k numbers reach and others do not; none where few values are possible."""


@dataclass(frozen=True, kw_only=True)
class Final:
    """The answer about the windows' values."""

    noun: str
    body: str
    phrase: str
    of: Callable[[Values, int], Any]
    """The answer by the values and the constant t; for the oracle."""
    nothing: Any = 0
    """The answer where there is no window."""


SLIDE = Layout(
    name="slide",
    body="[xs[start:start + k] for start in range(len(xs) - k + 1)]",
    phrase="every window of {k} consecutive numbers in {xs}, from left to right",
    starts=lambda length, k, step: range(length - k + 1),
)
STEP = Layout(
    name="step",
    body="[xs[start:start + k] for start in range(0, len(xs) - k + 1, step)]",
    phrase="every window of {k} consecutive numbers in {xs} that starts at a position divisible by {step} "
    "(positions count from 0) and ends inside the list, from left to right",
    starts=lambda length, k, step: range(0, length - k + 1, step),
)
CHUNKS = Layout(
    name="chunks",
    body="[xs[start:start + k] for start in range(0, len(xs), k)]",
    phrase="the windows that come from cutting {xs}, from left to right, into pieces of {k} numbers "
    "(the last piece may be shorter)",
    starts=lambda length, k, step: range(0, length, k),
    leaves_none=" An empty list has no windows.",
)
AROUND = Layout(
    name="around",
    body="[(xs + xs)[start:start + k] for start in range(len(xs)) if len(xs) >= k]",
    phrase="the windows of {k} consecutive numbers in {xs}, one that starts at each position, from left to right, "
    "where the list is a circle: its first number follows its last one",
    starts=lambda length, k, step: range(length if length >= k else 0),
)

STATISTICS = (
    Statistic(
        noun="sum",
        body="sum(window)",
        phrase="the sum of its numbers",
        of=sum,
        thresholds=lambda k: range(7 * k - 4, 7 * k + 8),
    ),
    Statistic(
        noun="maximum",
        body="max(window)",
        phrase="its largest number",
        of=max,
        thresholds=lambda k: range(9 + k, 14 + k),
    ),
    Statistic(
        noun="minimum",
        body="min(window)",
        phrase="its smallest number",
        of=min,
        thresholds=lambda k: range(2 - k, 7 - k),
    ),
    Statistic(
        noun="spread",
        body="max(window) - min(window)",
        phrase="its largest number minus its smallest number",
        of=lambda window: sorted(window)[-1] - sorted(window)[0],
        thresholds=lambda k: range(19 - 26 // k, 24 - 26 // k),
    ),
    Statistic(
        noun="change",
        body="window[-1] - window[0]",
        phrase="its last number minus its first number",
        of=lambda window: sum(after - before for before, after in pairwise(window)),
        thresholds=lambda k: range(-4, 6),
    ),
    Statistic(
        noun="variety",
        body="len(set(window))",
        phrase="the number of different values in it",
        of=lambda window: sum(item not in window[:place] for place, item in enumerate(window)),
        thresholds=lambda k: range(0),
    ),
    Statistic(
        noun="evens",
        body="sum(item % 2 == 0 for item in window)",
        phrase="how many even numbers it has",
        of=lambda window: len([item for item in window if not item & 1]),
        thresholds=lambda k: range(0),
    ),
    Statistic(
        noun="rises",
        body="sum(after > before for before, after in zip(window, window[1:]))",
        phrase="how many of its numbers are greater than the number just before them in the window",
        of=lambda window: sum(window[place] < window[place + 1] for place in range(len(window) - 1)),
        thresholds=lambda k: range(0),
    ),
)

LIST = Final(noun="all", body="results", phrase="the list of these values", of=lambda values, t: [*values], nothing=[])
TOTAL = Final(noun="total", body="sum(results)", phrase="the sum of these values", of=lambda values, t: sum(values))
LARGEST = Final(
    noun="largest",
    body="max(results, default=0)",
    phrase="the largest of these values",
    of=lambda values, t: sorted(values)[-1],
)
SMALLEST = Final(
    noun="smallest",
    body="min(results, default=0)",
    phrase="the smallest of these values",
    of=lambda values, t: sorted(values)[0],
)
WIDTH = Final(
    noun="range",
    body="max(results) - min(results) if results else 0",
    phrase="the largest minus the smallest of these values",
    of=lambda values, t: sorted(values)[-1] - sorted(values)[0],
)
ALTERNATING = Final(
    noun="alternating",
    body="sum(results[::2]) - sum(results[1::2])",
    phrase="the first of these values minus the second plus the third minus the fourth, and so on",
    of=lambda values, t: sum(value * (-1) ** place for place, value in enumerate(values)),
)
PLACE = Final(
    noun="place_of_largest",
    body="results.index(max(results)) if results else -1",
    phrase="the number of the first window with the largest value, where windows are numbered from 0",
    of=lambda values, t: min(place for place, value in enumerate(values) if value == sorted(values)[-1]),
    nothing=-1,
)
AT_LEAST = Final(
    noun="count_from_{t}",
    body="sum(result >= t for result in results)",
    phrase="how many of these values are {t} or more",
    of=lambda values, t: len([value for value in values if value >= t]),
)
BELOW = Final(
    noun="count_below_{t}",
    body="sum(result < t for result in results)",
    phrase="how many of these values are less than {t}",
    of=lambda values, t: len([value for value in values if value < t]),
)
SUM_AT_LEAST = Final(
    noun="total_from_{t}",
    body="sum(result for result in results if result >= t)",
    phrase="the sum of those values that are {t} or more",
    of=lambda values, t: sum(values) - sum(value for value in values if value < t),
)
SUM_BELOW = Final(
    noun="total_below_{t}",
    body="sum(result for result in results if result < t)",
    phrase="the sum of those values that are less than {t}",
    of=lambda values, t: sum(values) - sum(value for value in values if value >= t),
)

NAMES = (
    "{final}_of_window_{stat}",
    "window_{stat}_{final}",
    "{stat}_of_windows_{final}",
    "sliding_{stat}_{final}",
    "{final}_by_window_{stat}",
)
STATEMENTS = (
    "Look at {layout}. For each window, compute {stat}. Return {final}.{ending}",
    "Take {layout}. The value of a window is {stat}. Return {final}.{ending}",
    "Go through {layout}. Each window gives one value: {stat}. Return {final}.{ending}",
    "Let the value of a window be {stat}. Go through {layout}. Return {final}.{ending}",
    "Consider {layout}. For every window, find {stat}. Now return {final}.{ending}",
)
EDGES: tuple[Arguments, ...] = (
    ([],),
    ([4],),
    ([6, 1],),
    ([7, 2, -3],),
    ([5, 5, 5, 5, 5, 5, 5],),
    ([9, 8, 6, 3, 2, 1, 0],),
    ([-3, 0, 3, -1, 4, -1, 2, 6, 5],),
)


def kinds() -> list[Kind]:
    """About 4000 points: (layout, statistic, final, k, step, t). t is 0 where the final has none."""
    plain = (LIST, TOTAL, LARGEST, SMALLEST, WIDTH, ALTERNATING)
    compared = (AT_LEAST, BELOW, SUM_AT_LEAST, SUM_BELOW)
    found: dict[str, list[tuple[Any, ...]]] = {}
    for layout, statistic, k in product((SLIDE, STEP, CHUNKS, AROUND), STATISTICS, range(2, 7)):
        points = found.setdefault(layout.name, [])
        thresholds = statistic.thresholds(k)
        if not thresholds:
            finals: tuple[Final, ...] = (LIST, TOTAL) if k > 2 else (LIST,)
        elif layout in (SLIDE, AROUND):
            finals = (*plain, PLACE)
            if (layout, statistic.noun) == (AROUND, "change"):
                finals = tuple(final for final in finals if final is not TOTAL)  # which would be 0
            points += [(layout, statistic, final, k, 1, t) for final, t in product(compared, thresholds)]
        else:
            finals = plain
        steps = (2, 3) if layout is STEP else (1,)
        points += [(layout, statistic, final, k, step, 0) for final, step in product(finals, steps)]
    return [Kind(name=name, level=2, points=points) for name, points in found.items()]


def task(layout: Layout, statistic: Statistic, final: Final, k: int, step: int, t: int) -> Task:
    """Every list is allowed, also one too short for a window."""
    ending = f"{layout.leaves_none} If there are no windows, return {final.nothing}."
    parts = {"layout": layout.phrase, "stat": statistic.phrase, "final": final.phrase, "ending": ending}
    nouns = {"stat": statistic.noun, "final": final.noun}
    operation = Operation(
        body=f"windows = {layout.body}\nresults = [{statistic.body} for window in windows]\nreturn {final.body}",
        names=tuple(name.format(**nouns) for name in NAMES),
        statements=tuple(text.format(**parts) for text in STATEMENTS),
    )
    constants = {"k": k}
    if layout is STEP:
        constants["step"] = step
    if "{t}" in final.phrase:
        constants["t"] = t

    def oracle(xs: list[int]) -> Any:
        values = []
        for start in layout.starts(len(xs), k, step):
            stop = min(start + k, len(xs)) if layout is CHUNKS else start + k
            values.append(statistic.of([xs[place % len(xs)] for place in range(start, stop)]))
        return final.of(values, t) if values else final.nothing

    return Task(
        operation=operation,
        constants=constants,
        arguments={"xs": "list[int]"},
        returns="list[int]" if final is LIST else "int",
        edges=EDGES,
        draw=_draw,
        oracle=oracle,
    )


def _draw(stream: RandomStream) -> Arguments:
    """Small numbers, and enough of them for a few windows."""
    return ([stream.integer(-5, 20) for _ in range(stream.integer(5, 9))],)


FAMILY = Family(name="window", kinds=kinds, task=task)
