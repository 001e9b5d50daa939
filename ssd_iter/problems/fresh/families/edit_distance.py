"""Family 35: edit-like distances with costs and operations of their own, between texts or lists. Level 4."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import permutations, product
from typing import Any

from ssd_iter.problems.fresh.families.alignment import (
    TEXT_EDGES,
    TEXT_NAMES,
    draw_texts,
    filled,
    similarity,
    similarity_points,
    text_battery,
)
from ssd_iter.problems.fresh.family import Argument, Arguments, Family, Kind, Operation, Task
from ssd_iter.problems.fresh.random_stream import RandomStream
from ssd_iter.problems.fresh.space import Product

Costs = dict[str, int]
Replace = Callable[[Costs, Any, Any], int]
"""What it costs to put the second item in the first one's place."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What replacing costs, and what else is allowed."""

    code: str
    """Cost of replacing `a` by `b`, two different items; empty where that is not possible."""
    phrase: str
    """About replacing, over the costs."""
    replace: Replace
    costs: tuple[str, ...] = ("change",)
    """Those that the rule names, besides `insert` and `delete`."""


def _vowel_cost(costs: Costs, a: str, b: str) -> int:
    return costs["similar"] if (a in "ae") == (b in "ae") else costs["change"]


TEXT_RULES: dict[str, Rule] = {
    "plain": Rule(
        code="change",
        phrase="replacing a letter by another one costs {change}",
        replace=lambda costs, a, b: costs["change"],
    ),
    "no-change": Rule(
        code="",
        phrase="no letter can be replaced in one step",
        replace=lambda costs, a, b: costs["insert"] + costs["delete"],
        costs=(),
    ),
    "classes": Rule(
        code='similar if (a in "ae") == (b in "ae") else change',
        phrase="replacing a vowel (a or e) by the other vowel, or a consonant (b, c or d) by another consonant, costs "
        "{similar}; replacing a vowel by a consonant or the other way round costs {change}",
        replace=_vowel_cost,
        costs=("similar", "change"),
    ),
    "alphabet": Rule(
        code="change * abs(ord(a) - ord(b))",
        phrase="replacing a letter by one that is k places before or after it in the alphabet costs {change} times k",
        replace=lambda costs, a, b: costs["change"] * max(ord(a) - ord(b), ord(b) - ord(a)),
    ),
    "upwards": Rule(
        code="up if a < b else down",
        phrase="replacing a letter by one that is later in the alphabet costs {up}, by an earlier one {down}",
        replace=lambda costs, a, b: costs["down" if b < a else "up"],
        costs=("up", "down"),
    ),
}
NUMBER_RULES: dict[str, Rule] = {
    "difference": Rule(
        code="change * abs(a - b)",
        phrase="replacing a number by another one costs {change} times their absolute difference",
        replace=lambda costs, a, b: costs["change"] * (max(a, b) - min(a, b)),
    ),
    "capped": Rule(
        code="change + min(abs(a - b), limit)",
        phrase="replacing a number by another one costs {change} plus their absolute difference, or plus {limit} if "
        "the difference is larger than {limit}",
        replace=lambda costs, a, b: costs["change"] + sorted((a - b, b - a, costs["limit"]))[1],
        costs=("change", "limit"),
    ),
    "direction": Rule(
        code="up * (b - a) if a < b else down * (a - b)",
        phrase="replacing a number by a larger one costs {up} times the difference, by a smaller one {down} times the "
        "difference",
        replace=lambda costs, a, b: max(costs["up"] * (b - a), costs["down"] * (a - b)),
        costs=("up", "down"),
    ),
}
EXTRAS: dict[str, tuple[str, str]] = {
    "none": ("insert", ""),
    "swap": (
        "insert",
        "\n- two letters that are neighbours in {source} and appear, the other way round, as neighbours in {target}: "
        "exchanging them costs {swap}",
    ),
    "repeat": (
        "(repeat if target[:j].endswith(b) else insert)",
        "\n- inserting a letter that is equal to the one just before it in {target} costs only {repeat}",
    ),
}
BODY = """
costs = [0]
for {first_loop}:
    costs.append(costs[-1] + {insert}){before_loop}
for a in source:
    {rows} = {old_rows}, [{first}]
    for j, b in enumerate(target):
        best = min(costs[-1] + {insert}, above[j + 1] + delete{replacing}){extra}
        costs.append(best){after_row}
return costs[-1]
"""
KEEPING = """
        if a == b:
            best = min(best, above[j])"""
SWAPPING = """
        if b == last and target[:j].endswith(a):
            best = min(best, before[j - 1] + swap)"""
STATEMENTS = (
    "Return the lowest total cost of turning {source} into {target}. Both {contents}, and may be empty. These changes "
    "are possible:\n- inserting a {item} costs {insert}\n- deleting a {item} costs {delete}\n- {rule}{extra}\n"
    "A {item} that stays as it is costs nothing, and none is changed twice.{part}",
    "{source} and {target} {contents}; either may be empty. Find the cheapest way to make the second out of the first "
    "and return its cost, the sum of what its changes cost:\n- {rule}\n- to insert a {item} costs {insert}\n"
    "- to delete a {item} costs {delete}{extra}\nEach {item} is changed at most once; leaving it alone is free.{part}",
    "Compute an edit distance: the smallest sum of costs by which {source} can be changed into {target}. Both "
    "{contents}, or are empty. A deleted {item} costs {delete} and an inserted {item} costs {insert}. Further rules:\n"
    "- {rule}{extra}\nNo {item} is changed more than once, and unchanged ones cost nothing.{part} Return the distance.",
    "Return what it costs at least to edit {source} so that it becomes {target}. Both {contents} (possibly none). "
    "Prices:\n- {delete} to delete a {item}\n- {insert} to insert a {item}\n- {rule}{extra}\n"
    "What is kept is free, and what was changed may not be changed again.{part}",
)
ENDING = (
    " It is enough to turn some ending of {source} into {target}: any number of {item}s at the beginning of {source}, "
    "from none to all, may be ignored at no cost."
)
RULES = TEXT_RULES | NUMBER_RULES
NUMBER_EDGES: tuple[Arguments, ...] = (([], []), ([], [3]), ([3], []), ([1, 2], [1, 2]), ([0], [12]), ([12], [0]))
NAMES = ("edit_cost", "edit_distance", "cheapest_edit", "cost_of_change", "transform_cost")


def kinds() -> list[Kind]:
    """About 44,000 points, some of which give no task: (how to make the task, its parameters)."""
    sides = [{"insert": insert, "delete": delete} for insert, delete in product(range(2, 8), repeat=2)]
    extras: list[tuple[str, Costs]] = [("none", {})]
    extras += [(extra, {extra: price}) for extra in ("swap", "repeat") for price in range(1, 4)]
    numbers = Product([distance], _variants(NUMBER_RULES), sides, [("none", {})], [False, True])
    return [
        Kind(name="texts", level=4, points=Product([distance], _variants(TEXT_RULES), sides, extras, [False, True])),
        Kind(name="numbers", level=4, points=numbers),
        Kind(name="similarity", level=4, points=Product([similarity], *similarity_points())),
    ]


def _variants(rules: dict[str, Rule]) -> list[tuple[str, Costs]]:
    """Each rule with each choice of different costs."""
    return [
        (name, dict(zip(rule.costs, values, strict=True)))
        for name, rule in rules.items()
        for values in permutations(range(1, 7), len(rule.costs))
    ]


def task(make: Callable[..., Task | None], *parameters: Any) -> Task | None:
    """What the point's own function makes of its parameters."""
    return make(*parameters)


def distance(variant: tuple[str, Costs], sides: Costs, extra: tuple[str, Costs], any_ending: bool) -> Task | None:
    """Turning one text or list into the other; None where replacing costs more than it saves, or a price nothing."""
    costs = sides | variant[1] | extra[1]
    rule = RULES[variant[0]]
    prices = [price for name, price in variant[1].items() if name != "limit"]
    if max(prices, default=0) >= sides["insert"] + sides["delete"] or costs.get("similar", 0) > costs.get("change", 9):
        return None
    if costs.get("swap", 0) >= 2 * min(prices, default=9) or costs.get("repeat", 0) >= costs["insert"]:
        return None
    texts = variant[0] in TEXT_RULES
    item = "letter" if texts else "number"
    parts = {
        "contents": "are texts of the letters a to e" if texts else "are lists of integers",
        "item": item,
        "rule": rule.phrase,
        "extra": EXTRAS[extra[0]][1],
        "part": ENDING.replace("{item}", item) if any_ending else "",
    }
    kind: Argument = "str" if texts else "list[int]"
    return Task(
        operation=Operation(
            body=_body(rule.code, extra[0], any_ending),
            names=NAMES,
            statements=tuple(filled(statement, parts) for statement in STATEMENTS),
        ),
        constants=costs,
        arguments={"source": kind, "target": kind},
        returns="int",
        edges=TEXT_EDGES if texts else NUMBER_EDGES,
        draw=draw_texts if texts else _draw_numbers,
        oracle=partial(_distance, rule.replace, costs, any_ending),
        argument_names=TEXT_NAMES,
        battery=text_battery() if texts else _number_battery(),
    )


def _body(code: str, extra: str, any_ending: bool) -> str:
    swaps = extra == "swap"
    return BODY.format(
        insert=EXTRAS[extra][0],
        first_loop="j, b in enumerate(target)" if extra == "repeat" else "_ in target",
        before_loop="\nabove = last = None" if swaps else "",
        rows="before, above, costs" if swaps else "above, costs",
        old_rows="above, costs" if swaps else "costs",
        first="0" if any_ending else "costs[0] + delete",
        replacing=f", above[j] + (0 if a == b else {code})" if code else "",
        extra=("" if code else KEEPING) + (SWAPPING if swaps else ""),
        after_row="\n    last = a" if swaps else "",
    )


def _draw_numbers(stream: RandomStream) -> Arguments:
    source = [stream.integer(0, 12) for _ in range(stream.integer(2, 4))]
    target = [min(max(number + stream.integer(-3, 3), 0), 12) for number in source]
    place = stream.integer(0, len(target))
    target[place : place + stream.integer(0, 2)] = [stream.integer(0, 12) for _ in range(stream.integer(0, 2))]
    return source, target[:6]


@functools.cache
def _number_battery() -> tuple[Arguments, ...]:
    stream = RandomStream("battery", "edit-distance", "numbers")
    return tuple(_draw_numbers(stream) for _ in range(64))


def _distance(replace: Replace, costs: Costs, any_ending: bool, source: Sequence[Any], target: Sequence[Any]) -> int:
    """The oracle: from the end to the front, for each pair of places the cost of all that follows."""
    found: dict[tuple[int, int], int] = {}
    for i in range(len(source), -1, -1):
        for j in range(len(target), -1, -1):
            steps = [0] if i == len(source) and j == len(target) else []
            if i < len(source):
                steps.append(costs["delete"] + found[i + 1, j])
            if j < len(target):
                again = "repeat" in costs and j > 0 and target[j] == target[j - 1]
                steps.append(costs["repeat" if again else "insert"] + found[i, j + 1])
            if i < len(source) and j < len(target):
                a, b = source[i], target[j]
                steps.append(found[i + 1, j + 1] + (0 if a == b else replace(costs, a, b)))
            if "swap" in costs and len(source[i:]) > 1 and source[i : i + 2] == target[j : j + 2][::-1]:
                steps.append(costs["swap"] + found[i + 2, j + 2])
            found[i, j] = min(steps)
    return min(found[i, 0] for i in range(len(source) + 1)) if any_ending else found[0, 0]


FAMILY = Family(name="edit-distance", kinds=kinds, task=task)
