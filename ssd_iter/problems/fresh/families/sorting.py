"""Family 20: sorting by two keys, each up or down, with ties left in order; all, the first or the last. Level 2."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

from ssd_iter.problems.fresh.arguments import ARGUMENT_NAMES, WORDS, distinct
from ssd_iter.problems.fresh.families.sort_keys import INTEGER_KEYS, PAIR_KEYS, TEXT_KEYS, VALUE, SortKey
from ssd_iter.problems.fresh.families.wording import Wordings, worded
from ssd_iter.problems.fresh.family import Arguments, Family, Kind, Task
from ssd_iter.problems.fresh.random_stream import RandomStream
from ssd_iter.problems.fresh.space import Product

Direction = int
"""1 for up, -1 for down."""
Choice = tuple[SortKey, Any, Direction]
"""A key, its constant, and which way it sorts."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Material:
    """What is sorted."""

    kind: Literal["list[int]", "list[str]", "list[list[int]]"]
    items: str
    argument_names: tuple[tuple[str, ...], ...]
    edges: tuple[Arguments, ...]
    draw: Callable[[RandomStream], Arguments]


WORDINGS: Wordings = (
    (
        "sort_by_{one}_and_{other}",
        "Sort the {items} of {xs} by {first} ({way}). Where that is equal, sort by {second} ({second_way}); {items}"
        " that are equal in both keep their order. Return {output}.",
    ),
    (
        "order_by_{one}_then_{other}",
        "Put the {items} of {xs} in order of {first}, {way}, and those equal in it in order of {second}, {second_way}."
        " The order of those that are still equal does not change. Return {output}.",
    ),
    (
        "arrange_by_{one}_and_{other}",
        "Arrange the {items} of {xs}. What counts first is {first} ({way}), then {second} ({second_way}), and then the"
        " place in {xs}. Return {output}.",
    ),
    (
        "rank_by_{one}_and_{other}",
        "Rank the {items} of {xs} by two keys: {first} ({way}), with ties broken by {second} ({second_way}). Remaining"
        " ties are broken by the place in {xs}. Return {output}.",
    ),
    (
        "{one}_then_{other}_order",
        "Order {xs}: among two {items}, {first} decides ({way}); if it is the same, {second} does ({second_way}); if"
        " that is the same too, the one that is earlier in {xs} stays so. Return {output}.",
    ),
)
OUTPUTS = {
    "all": ("sorted(xs, key=rank)", "the sorted list"),
    "first": ("sorted(xs, key=rank)[:count]", "the first {count} of the sorted list (all if there are fewer)"),
    "last": (
        "sorted(xs, key=rank)[-count:]",
        "the last {count} of the sorted list, in sorted order (all if there are fewer)",
    ),
    "places": (
        "sorted(range(len(xs)), key=lambda i: rank(xs[i]))",
        "the sorted list, but with its index in {xs} (from 0) in the place of each of the {items}",
    ),
}


def _integers(stream: RandomStream) -> Arguments:
    """4 to 7 numbers of one to three digits, some of them twice."""
    few = [stream.integer(0, stream.choice((9, 60, 130))) for _ in range(6)]
    return ([stream.choice(few) for _ in range(stream.integer(4, 7))],)


def _words(stream: RandomStream) -> Arguments:
    """3 to 6 words."""
    return ([stream.choice(WORDS).lower() for _ in range(stream.integer(3, 6))],)


def _pairs(stream: RandomStream) -> Arguments:
    """3 to 6 pairs of digits."""
    return ([[stream.integer(0, 6), stream.integer(0, 6)] for _ in range(stream.integer(3, 6))],)


INTEGERS = Material(
    kind="list[int]",
    items="numbers",
    argument_names=ARGUMENT_NAMES[("list[int]",)],
    edges=(([],), ([7],), ([5, 5, 5],), ([3, 2, 1, 0],), ([*range(10, 31, 2)],)),
    draw=_integers,
)
TEXTS = Material(
    kind="list[str]",
    items="words",
    argument_names=(("words",), ("texts",), ("names",), ("strings",), ("entries",)),
    edges=(([],), (["tree"],), (["tea", "ate", "eat"],), (["sun", "sun", "moon"],)),
    draw=_words,
)
PAIRS = Material(
    kind="list[list[int]]",
    items="pairs",
    argument_names=(("pairs",), ("rows",), ("points",), ("couples",), ("records",)),
    edges=(([],), ([[1, 2]],), ([[1, 2], [2, 1]],), ([[3, 3], [3, 3], [0, 5]],)),
    draw=_pairs,
)


@functools.cache
def _battery(material: Material) -> tuple[Arguments, ...]:
    stream = RandomStream("battery", "sorting", material.kind)
    return tuple(distinct([*material.edges, *(material.draw(stream) for _ in range(64))]))


def kinds() -> list[Kind]:
    """14 304 points: (what is sorted, two keys, what is returned, how many)."""
    outputs = [("all", 0), ("places", 0), *product(("first", "last"), (2, 3))]
    return [
        Kind(name=name, level=2, points=Product([material], _choices(firsts), _choices(seconds), outputs))
        for name, material, firsts, seconds in (
            ("numbers", INTEGERS, INTEGER_KEYS[1:], INTEGER_KEYS),
            ("words", TEXTS, TEXT_KEYS, TEXT_KEYS),
            ("pairs", PAIRS, PAIR_KEYS, PAIR_KEYS),
        )
    ]


def _choices(keys: Sequence[SortKey]) -> list[Choice]:
    return [(key, value, direction) for key in keys for value in key.values for direction in (1, -1)]


def task(material: Material, one: Choice, other: Choice, output: tuple[str, int]) -> Task | None:
    """None where one of the keys adds nothing to the other."""
    keys = (one[0], other[0])
    if keys[0] is keys[1] or (keys[0].monotone and keys[1] is VALUE and one[2] == other[2]):
        return None
    form, count = output
    constants: dict[str, Any] = {"count": count} if count else {}
    for name, (_, value, _) in zip("kj", (one, other), strict=True):
        constants |= {} if value is None else {name: value}
    expression, phrase = OUTPUTS[form]
    body = f"""
        def rank(x):
            return {_signed(one, "k")}, {_signed(other, "j")}

        return {expression}
    """
    operation = worded(
        body,
        WORDINGS,
        output=phrase,
        one=keys[0].noun,
        other=keys[1].noun,
        first=keys[0].phrase.replace("{c}", "{k}"),
        second=keys[1].phrase.replace("{c}", "{j}"),
        way=keys[0].ways[one[2] < 0],
        second_way=keys[1].ways[other[2] < 0],
        items=material.items,
    )
    return Task(
        operation=operation,
        constants=constants,
        arguments={"xs": material.kind},
        returns="list[int]" if form == "places" else material.kind,
        edges=material.edges,
        draw=material.draw,
        oracle=functools.partial(_sorted, one, other, output),
        argument_names=material.argument_names,
        battery=_battery(material),
    )


def _signed(choice: Choice, constant: str) -> str:
    key, _, direction = choice
    body = key.body.replace("{c}", constant)
    if direction > 0:
        return body
    return f"-({body})" if re.search(" [%*/]+ ", body) else f"-{body}"


def _sorted(one: Choice, other: Choice, output: tuple[str, int], items: list[Any]) -> list[Any]:
    """By counting, for each item, those that come before it."""
    keys = [[way * key.same(item, value, items) for key, value, way in (one, other)] for item in items]
    places: list[int] = [0] * len(items)
    for i, key in enumerate(keys):
        before = sum(less < key or (less == key and j < i) for j, less in enumerate(keys))
        places[before] = i
    form, count = output
    if form == "first":
        places = places[:count]
    elif form == "last":
        places = places[max(0, len(places) - count) :]
    return places if form == "places" else [items[place] for place in places]


FAMILY = Family(name="sorting", kinds=kinds, task=task)
