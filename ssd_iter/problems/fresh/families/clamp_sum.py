"""Family 12: one number about every few elements of a list, each first brought between two bounds. Level 2."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

from ssd_iter.problems.fresh.arguments import EMPTY_LIST, LIST_EDGES
from ssd_iter.problems.fresh.family import Arguments, Family, Kind, Operation, Task
from ssd_iter.problems.fresh.random_stream import RandomStream
from ssd_iter.problems.fresh.space import Product


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """How one element is changed, with the constants lo and hi or one of them."""

    code: str
    """Over `item`."""
    sentences: tuple[str, ...]
    """What is done to the elements taken, "they", in five wordings."""
    name: str
    """For function names."""


@dataclass(frozen=True, kw_only=True)
class Reducer:
    """One number about the elements taken: before and after."""

    code: str
    """A template over {item}, the element as it was, and {clamped}, as it then is, both of {taken}."""
    sentence: str
    """What is asked for."""
    noun: str
    """For function names."""
    reduce: Callable[[Sequence[int], Sequence[int]], int]
    """(as they were, as they then are) to the answer, for oracles."""


BOTH = Bounds(
    code="min(max(item, lo), hi)",
    sentences=(
        "Replace those that are less than {lo} by {lo} and those that are greater than {hi} by {hi}.",
        "Raise those below {lo} to {lo}, and lower those above {hi} to {hi}.",
        "Clamp each of them to the range from {lo} to {hi}.",
        "Any of them that is smaller than {lo} becomes {lo}, and any that is larger than {hi} becomes {hi}.",
        "Limit each of them to at least {lo} and at most {hi}: {lo} stands in for smaller ones, {hi} for larger ones.",
    ),
    name="clamped",
)
BELOW = Bounds(
    code="max(item, lo)",
    sentences=(
        "Replace those that are less than {lo} by {lo}.",
        "Raise those below {lo} to {lo}.",
        "Any of them that is smaller than {lo} becomes {lo}.",
        "Let {lo} stand in for those that are smaller.",
        "Limit each of them to at least {lo}: {lo} stands in for smaller ones.",
    ),
    name="raised",
)
ABOVE = Bounds(
    code="min(item, hi)",
    sentences=(
        "Replace those that are greater than {hi} by {hi}.",
        "Lower those above {hi} to {hi}.",
        "Any of them that is larger than {hi} becomes {hi}.",
        "Let {hi} stand in for those that are larger.",
        "Limit each of them to at most {hi}: {hi} stands in for larger ones.",
    ),
    name="lowered",
)

SUM = Reducer(
    code="sum({clamped} for item in {taken})",
    sentence="Return the sum of the numbers you then have (0 if there are none).",
    noun="sum",
    reduce=lambda before, after: sum(after),
)
SQUARES = Reducer(
    code="sum({clamped} ** 2 for item in {taken})",
    sentence="Return the sum of the squares of the numbers you then have (0 if there are none).",
    noun="square_sum",
    reduce=lambda before, after: sum(value * value for value in after),
)
CHANGE = Reducer(
    code="sum(abs(item - {clamped}) for item in {taken})",
    sentence="Return the total of the amounts by which they were changed (0 if none was).",
    noun="change",
    reduce=lambda before, after: sum(max(pair) - min(pair) for pair in zip(before, after, strict=True)),
)
ALTERNATING = Reducer(
    code="clamped = [{clamped} for item in {taken}]\nreturn sum(clamped[::2]) - sum(clamped[1::2])",
    sentence="Return the first number you then have, minus the second, plus the third, minus the fourth, and so on "
    "(0 if there are none).",
    noun="alternating_sum",
    reduce=lambda before, after: sum(-value if place % 2 else value for place, value in enumerate(after)),
)
REDUCERS = (SUM, SQUARES, CHANGE, ALTERNATING)


def kinds() -> list[Kind]:
    """7,788 points: (bounds, reducer, lo, hi, start, step)."""
    strides = [(start, step) for start, step in product(range(3), range(1, 5)) if (start, step) != (0, 1)]
    both = [(lo, hi) for lo in range(-6, 7) for hi in range(max(lo + 4, 3), 16)]
    return [
        Kind(name=f"clamp-{reducer.noun}".replace("_", "-"), level=2, points=Product([BOTH], [reducer], both, strides))
        for reducer in REDUCERS
    ] + [
        Kind(name="raise", level=2, points=Product([BELOW], REDUCERS, [(lo, None) for lo in range(-5, 15)], strides)),
        Kind(name="lower", level=2, points=Product([ABOVE], REDUCERS, [(None, hi) for hi in range(0, 16)], strides)),
    ]


def task(bounds: Bounds, reducer: Reducer, limits: tuple[int | None, int | None], stride: tuple[int, int]) -> Task:
    """Every list is allowed, the empty one too."""
    start, step = stride
    ends = {name: value for name, value in zip(("lo", "hi"), limits, strict=True) if value is not None}

    def draw(stream: RandomStream) -> Arguments:
        length = stream.integer(3, 6 + step)
        near = [value + stream.integer(-2, 2) for value in ends.values()]
        return ([stream.choice((*near, stream.integer(-12, 20), stream.integer(-12, 20))) for _ in range(length)],)

    def oracle(xs: list[int]) -> int:
        places = [place for place in range(len(xs)) if place >= start and (place - start) % step == 0]
        before = [xs[place] for place in places]
        after = [sorted((ends.get("lo", -1000), value, ends.get("hi", 1000)))[1] for value in before]
        return reducer.reduce(before, after)

    return Task(
        operation=_operation(bounds, reducer, start, step),
        constants={**ends, **({"start": start} if start else {}), **({"step": step} if step > 1 else {})},
        arguments={"xs": "list[int]"},
        returns="int",
        edges=(EMPTY_LIST, *LIST_EDGES),
        draw=draw,
        oracle=oracle,
    )


@functools.cache
def _operation(bounds: Bounds, reducer: Reducer, start: int, step: int) -> Operation:
    """0 as start and 1 as step are not written out."""
    taken = f"xs[{'start' if start else ''}:{':step' if step > 1 else ''}]"
    name = f"{bounds.name}_{reducer.noun}"
    return Operation(
        body=reducer.code.replace("{clamped}", bounds.code).replace("{taken}", taken),
        names=(name, f"{name}_of_elements", f"get_{name}", f"find_{name}", f"compute_{name}"),
        statements=tuple(
            f"{taking} {sentence} {reducer.sentence}"
            for taking, sentence in zip(_takings(start, step), bounds.sentences, strict=True)
        ),
    )


def _takings(start: int, step: int) -> tuple[str, ...]:
    """Which elements are taken, in five wordings."""
    if step == 1:
        return (
            "Take the elements of {xs} from index {start} on.",
            "Leave out the elements of {xs} before index {start}, and take all others.",
            "Look at the elements of {xs} at index {start} and after it.",
            "Skip the first {start} of the elements of {xs} and pick the others.",
            "Of {xs}, use the elements whose index is {start} or more.",
        )
    first = "{start}" if start else "0"
    indexes = "{start}, {start} + {step}, {start} + 2 * {step}" if start else "0, {step}, 2 * {step}"
    return (
        f"Take the elements of {{xs}} at index {first} and at every {{step}} positions after it.",
        f"Start at index {first} of {{xs}}, go on in steps of {{step}}, and take the elements at these places.",
        f"Look at the elements of {{xs}} at the indexes {indexes} and so on.",
        f"Pick elements of {{xs}}: the one at index {first}, then each that is {{step}} places further on.",
        f"Of {{xs}}, use only the elements at index {first} and every {{step}} places from there on.",
    )


FAMILY = Family(name="clamp-sum", kinds=kinds, task=task)
