"""Family 19: brackets that must match, with rules of their own. Levels 2 and 3. Held out for tests."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import product
from typing import Any

from ssd_iter.problems.fresh.families.bracket_questions import (
    BALANCED,
    CHECK,
    CHOICES,
    COST,
    NESTED,
    NUMBER,
    NUMBERS,
    ONLY,
    RULES,
    WILDCARD,
)
from ssd_iter.problems.fresh.families.bracket_texts import (
    EDGES,
    KINDS,
    PAIR_SETS,
    Node,
    Unbalanced,
    battery,
    draw_broken,
    draw_text,
    draw_wild,
    parsed,
)
from ssd_iter.problems.fresh.families.wording import listed, put, worded
from ssd_iter.problems.fresh.family import Arguments, Family, Kind, Operation, Result, Task
from ssd_iter.problems.fresh.random_stream import RandomStream
from ssd_iter.problems.fresh.space import Product

Pairs = tuple[str, ...]

NEW = "\n"


def kinds() -> list[Kind]:
    """5322 points: (what makes the task, pairs of brackets, two values)."""
    rules = [("depth", 2), ("depth", 3), ("outermost_count", 2), ("empty_count", 2)]
    numbers = [(name, d) for name in NUMBERS for d in ((1, 2) if "{d}" in NUMBERS[name][0] else (0,))]
    weights = [(pairs, values) for pairs in PAIR_SETS for values in product(range(1, 7), repeat=len(pairs))]
    wild = [*product("*?#!_", ((1, -1), (1, 0), (-1, 0), (1, -1, 0)))]
    return [
        Kind(name="check", level=2, points=[(_check, pairs, *rule) for pairs, rule in product(PAIR_SETS, rules)]),
        Kind(
            name="number", level=2, points=[(_number, pairs, *number) for pairs, number in product(PAIR_SETS, numbers)]
        ),
        Kind(name="weighted", level=2, points=[(_weighted, *each, deep) for each, deep in product(weights, (0, 1))]),
        Kind(name="cost", level=2, points=Product([_cost], PAIR_SETS, range(1, 8), range(1, 8))),
        Kind(name="nested", level=3, points=[(_nested, *each, rule) for each, rule in product(weights, NESTED)]),
        Kind(name="wildcard", level=3, points=[(_wildcard, (pair,), *each) for pair, each in product(KINDS, wild)]),
    ]


def task(make: Callable[[Pairs, Any, Any], Task], pairs: Pairs, one: Any, other: Any) -> Task:
    """Texts are drawn for the pairs that count, more than half of them balanced."""
    return make(pairs, one, other)


def _task(
    operation: Operation,
    constants: dict[str, Any],
    returns: Result,
    pairs: Pairs,
    oracle: Callable[[str], Any],
    draw: Callable[[RandomStream], Arguments] | None = None,
) -> Task:
    only = put(ONLY, {"pairs": listed(KINDS[pair] for pair in pairs)})
    return Task(
        operation=replace(operation, statements=tuple(text + only for text in operation.statements)),
        constants={"closing": {pair[1]: pair[0] for pair in pairs}} | constants,
        arguments={"s": "str"},
        returns=returns,
        edges=EDGES,
        draw=draw or (lambda stream: (draw_text(stream, pairs),)),
        oracle=oracle,
        battery=battery(),
    )


def _loop(opened: str, closed: str, wrong: str, end: str, before: str = "") -> str:
    """A body that keeps the open brackets on a stack."""
    items = "place, mark in enumerate(s)" if "place" in closed else "mark in s"
    lines = f"""
        partners = closing
        {before.replace(NEW, NEW + 8 * " ")}
        stack = []
        for {items}:
            if mark in partners.values():
                stack.append(mark)
                {opened}
            elif mark in partners:
                if not stack or stack.pop() != partners[mark]:
                    return {wrong}
                {closed.replace(NEW, NEW + 16 * " ")}
        {end}
    """
    return NEW.join(line for line in lines.split(NEW) if line.strip())


def _of_tree(pairs: Pairs, otherwise: Any, value: Callable[[Node], Any], text: str) -> Any:
    """What is asked about the tree of a text, or what is answered where it has none."""
    try:
        return value(parsed(text, pairs))
    except Unbalanced:
        return otherwise


def _check(pairs: Pairs, rule: str, d: int) -> Task:
    phrase, comparison = RULES[rule]
    _, opened, closed, count = NUMBERS[rule]
    body = _loop(opened, closed, "False", f"return not stack and total {comparison} d", "total = 0")

    def holds(root: Node) -> bool:
        return count(root, 0) < d + 1 if comparison == "<=" else not count(root, 0) < d

    operation = _balanced(worded(body, CHECK, rule=phrase))
    return _task(
        operation,
        {"d": d},
        "bool",
        pairs,
        partial(_of_tree, pairs, False, holds),
        lambda stream: (draw_text(stream, pairs, 20),),
    )


def _number(pairs: Pairs, name: str, d: int) -> Task:
    phrase, opened, closed, count = NUMBERS[name]
    body = _loop(opened, closed, "-1", "return -1 if stack else total", "total = 0")
    operation = _balanced(worded(body, NUMBER, noun=name, number=phrase))
    oracle = partial(_of_tree, pairs, -1, lambda root: count(root, d))
    return _task(operation, {"d": d} if d else {}, "int", pairs, oracle)


def _valued(pairs: Pairs, weights: tuple[int, ...]) -> str:
    values = listed(f"{weight} for {KINDS[pair]}" for pair, weight in zip(pairs, weights, strict=True))
    return f" The value of a pair is {values}"


def _weighted(pairs: Pairs, weights: tuple[int, ...], deep: bool) -> Task:
    values = dict(zip(pairs, weights, strict=True))
    opened = "total += weights[mark] * len(stack)" if deep else "total += weights[mark]"
    body = _loop(opened, "", "-1", "return -1 if stack else total", "weights = values\ntotal = 0")
    more = ", multiplied by its depth (1 if it is in no other pair, 1 more for each pair around it)." if deep else "."

    def total(root: Node) -> int:
        return sum(values[node.pair] * (level if deep else 1) for node, level in root.below())

    operation = worded(body, NUMBER, noun="value", number="the sum of the values of all pairs")
    operation = _balanced(operation, _valued(pairs, weights) + more)
    constants = {"values": {pair[0]: weight for pair, weight in values.items()}}
    return _task(operation, constants, "int", pairs, partial(_of_tree, pairs, -1, total))


def _nested(pairs: Pairs, weights: tuple[int, ...], rule: str) -> Task:
    values = dict(zip(pairs, weights, strict=True))
    words, expression, combine = NESTED[rule]
    body = _loop(
        "scores.append(0)",
        f"inside = scores.pop()\nscores[-1] += {expression}",
        "-1",
        "return -1 if stack else scores[0]",
        "weights = values\nscores = [0]",
    )

    def score(node: Node) -> int:
        inside = sum(map(score, node.inside))
        return combine(values[node.pair], inside) if node.pair else inside

    operation = worded(
        body, NUMBER, noun="score", number="the sum of the scores of the pairs that are in no other pair"
    )
    operation = _balanced(operation, f" The score of a pair is {words}.{_valued(pairs, weights)}.")
    constants = {"values": {pair[0]: weight for pair, weight in values.items()}}
    return _task(operation, constants, "int", pairs, partial(_of_tree, pairs, -1, score))


def _cost(pairs: Pairs, a: int, b: int) -> Task:
    body = """
        partners = closing
        stack = []
        skipped = 0
        for mark in s:
            if mark in partners.values():
                stack.append(mark)
            elif mark in partners:
                if stack and stack[-1] == partners[mark]:
                    stack.pop()
                else:
                    skipped += 1
        return a * skipped + b * len(stack)
    """

    def cost(text: str) -> int:
        total, still_open = 0, ""
        for mark in text:
            if any(mark == pair[0] for pair in pairs):
                still_open += mark
            elif any(mark == pair[1] for pair in pairs):
                fits = still_open[-1:] + mark in pairs
                still_open = still_open[:-1] if fits else still_open
                total += 0 if fits else a
        return total + b * len(still_open)

    return _task(worded(body, COST), {"a": a, "b": b}, "int", pairs, cost, lambda stream: (draw_broken(stream, pairs),))


def _wildcard(pairs: Pairs, wild: str, choices: tuple[int, ...]) -> Task:
    body = """
        depths = {0}
        for mark in s:
            if mark == opening:
                changes = [1]
            elif mark == ending:
                changes = [-1]
            elif mark == wild:
                changes = choices
            else:
                continue
            depths = {depth + change for depth in depths for change in changes if depth + change >= 0}
        return 0 in depths
    """
    opening, ending = pairs[0][0], pairs[0][1]
    steps = {opening: (1,), ending: (-1,), wild: choices}

    def possible(text: str) -> bool:
        @functools.cache
        def rest(place: int, depth: int) -> bool:
            if depth < 0 or place == len(text):
                return depth == 0
            return any(rest(place + 1, depth + step) for step in steps.get(text[place], (0,)))

        return rest(0, 0)

    *most, last = (CHOICES[choice] for choice in choices)
    operation = _balanced(worded(body, WILDCARD, choices=f"{', '.join(most)} or {last}"))
    constants = {"opening": opening, "ending": ending, "wild": wild, "choices": list(choices)}
    return _task(operation, constants, "bool", pairs, possible, lambda stream: (draw_wild(stream, pairs[0], wild),))


def _balanced(operation: Operation, more: str = "") -> Operation:
    return replace(operation, statements=tuple(text + BALANCED + more for text in operation.statements))


FAMILY = Family(name="brackets", kinds=kinds, task=task, held_out="test")
