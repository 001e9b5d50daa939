"""Family 37: trees given by each node's parent: scores from the leaves up, statistics of nodes, walks. Level 4.

All of it is in dev.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from itertools import combinations, product
from typing import NamedTuple

from ssd_iter.problems.fresh.families.tree_walk import ROOT_RULES, walk
from ssd_iter.problems.fresh.families.trees import GIVEN, OTHERWISE_GIVEN, draw_tree
from ssd_iter.problems.fresh.family import Argument, Arguments, Family, Kind, Operation, Result, Task
from ssd_iter.problems.fresh.random_stream import RandomStream
from ssd_iter.problems.fresh.space import Product

Constants = dict[str, int]


class Output(NamedTuple):
    """What is asked about the nodes' scores."""

    code: str
    asks: str
    returns: Result
    pick: Callable[[list[int]], int | list[int]]


class Statistic(NamedTuple):
    """A number about each node."""

    name: str
    code: str
    """Statements that fill the list named so, which starts with a value for each node."""
    phrase: str
    of: Callable[[list[int], int], int]


def _children(parents: list[int], node: int) -> list[int]:
    return [child for child, parent in enumerate(parents) if parent == node]


def _below(parents: list[int], node: int) -> list[int]:
    """The node and all its descendants."""
    return [node, *(deeper for child in _children(parents, node) for deeper in _below(parents, child))]


def _depth(parents: list[int], node: int) -> int:
    return 0 if node == 0 else 1 + _depth(parents, parents[node])


def _height(parents: list[int], node: int) -> int:
    return max((1 + _height(parents, child) for child in _children(parents, node)), default=0)


OUTPUTS = (
    Output("scores", "the list of the scores of all nodes, node 0 first", "list[int]", list),
    Output("scores[0]", "the score of the root", "int", lambda scores: scores[0]),
    Output("sum(scores)", "the sum of the scores of all nodes", "int", sum),
    Output("max(scores) - min(scores)", "the largest score of any node minus the smallest one", "int",
           lambda scores: sorted(scores)[-1] - sorted(scores)[0]),
)  # fmt: skip
AGGREGATES = {
    "sum": "the sum of its children's scores",
    "max": "the largest score among its children",
    "min": "the smallest score among its children",
}
STATISTICS = (
    Statistic("depths", "for node in range(1, len(parents)):\n    depths[node] = depths[parents[node]] + 1",
              "its depth (the number of edges between it and the root)", _depth),
    Statistic("sizes", "for node in range(len(parents) - 1, 0, -1):\n    sizes[parents[node]] += sizes[node]",
              "the size of its subtree (itself and all its descendants)", lambda p, node: len(_below(p, node))),
    Statistic("degrees", "for parent in parents[1:]:\n    degrees[parent] += 1",
              "its number of children", lambda p, node: p.count(node)),
    Statistic("heights", "for node in range(len(parents) - 1, 0, -1):\n"
              "    heights[parents[node]] = max(heights[parents[node]], heights[node] + 1)",
              "its height (the number of edges of the longest way down from it to a leaf)", _height),
    Statistic("leaves", "for node in range(len(parents) - 1, -1, -1):\n"
              "    leaves[node] = leaves[node] or 1\n"
              "    if node > 0:\n        leaves[parents[node]] += leaves[node]",
              "the number of leaves in its subtree (a leaf's own subtree has one)",
              lambda p, node: sum(node not in p for node in _below(p, node))),
)  # fmt: skip
SCORE_NAMES = ("tree_score", "score_nodes", "evaluate_tree", "rate_tree", "fold_tree")
STATISTIC_NAMES = ("tree_statistic", "node_measure", "survey_tree", "measure_tree", "tree_numbers")


def kinds() -> list[Kind]:
    """About 8,000 points."""
    constants = [
        {"a": a, "b": b, "c": c, "m": m} for a, b, c, m in product((2, 3, 4), (2, 3, 4), range(1, 5), range(50, 100, 7))
    ]
    weights = [{"a": a, "b": b} for a in range(2, 9) for b in range(2, 9)]
    stops = [{"m": m, "r": r, "k": k} for m in (2, 3, 4, 5) for r in range(m) for k in (2, 3)]
    return [
        Kind(name="score", level=4, points=Product([_score], list(AGGREGATES.items()), OUTPUTS, constants)),
        Kind(name="statistic", level=4, points=Product([_statistic], list(combinations(STATISTICS, 2)), weights)),
        Kind(name="walk", level=4, points=Product([walk], ROOT_RULES, (True, False), stops)),
    ]  # fmt: skip


def task(make: Callable[..., Task], *point: object) -> Task:
    """Trees of 1 to 8 nodes."""
    return make(*point)


def _score(aggregate: tuple[str, str], output: Output, constants: Constants) -> Task:
    fold, phrase = aggregate
    body = f"""scores = list(values)
below = [[] for _ in parents]
for node in reversed(range(len(parents))):
    if below[node]:
        scores[node] = (a * values[node] + b * {fold}(below[node])) % m
    else:
        scores[node] = (values[node] + c) % m
    if node:
        below[parents[node]].append(scores[node])
return {output.code}"""
    rule = (
        f"The score of a node without children is its value plus {{c}}, modulo {{m}}. The score of any other node is"
        f" {{a}}"
        f" times its value plus {{b}} times {phrase}, modulo {{m}}."
    )

    def oracle(parents: list[int], values: list[int]) -> int | list[int]:
        scores: dict[int, int] = {}

        def score(node: int) -> int:
            folded = sorted(score(child) for child in _children(parents, node))
            part = constants["b"] * {"sum": sum(folded), "max": max(folded), "min": folded[0]}[fold] if folded else 0
            own = constants["a"] * values[node] if folded else values[node] + constants["c"]
            scores[node] = (own + part) % constants["m"]
            return scores[node]

        score(0)
        return output.pick([scores[node] for node in range(len(parents))])

    statements = (
        f"{GIVEN} Node i has the value {{values}}[i]. {rule} Return {output.asks}.",
        f"{OTHERWISE_GIVEN} The value of node i is at index i of {{values}}. {rule} Return {output.asks}.",
        f"Return {output.asks}, for a tree. {GIVEN} {{values}}[i] is the value of node i. {rule}",
        f"{GIVEN} Each node i also has a value, {{values}}[i], and a score.\n- Without children: the score is the value"
        f" plus {{c}}, modulo {{m}}.\n- With children: the score is {{a}} times the value plus {{b}} times {phrase},"
        f" modulo {{m}}.\nReturn {output.asks}.",
        f"Compute scores from the leaves of a tree up and return {output.asks}. {OTHERWISE_GIVEN} The list"
        f" {{values}} has"
        f" the nodes' values. {rule}",
    )
    arguments: dict[str, Argument] = {"parents": "list[int]", "values": "list[int]"}
    names = (("parents", "values"), ("parent_of", "weights"), ("up", "numbers"), ("tree", "items"), ("above", "labels"))
    return Task(
        operation=Operation(body=body, names=SCORE_NAMES, statements=statements),
        constants=constants,
        arguments=arguments,
        returns=output.returns,
        edges=_score_battery()[:6],
        draw=_draw_score,
        oracle=oracle,
        argument_names=names,
        battery=_score_battery(),
    )


def _statistic(pair: tuple[Statistic, Statistic], weights: Constants) -> Task:
    first, second = pair
    starts = {"sizes": 1}
    lines = [f"{one.name} = [{starts.get(one.name, 0)}] * len(parents)\n{one.code}" for one in pair]
    lines.append(f"return [a * one + b * other for one, other in zip({first.name}, {second.name})]")

    def oracle(parents: list[int]) -> list[int]:
        return [
            weights["a"] * first.of(parents, node) + weights["b"] * second.of(parents, node)
            for node in range(len(parents))
        ]

    number = f"{{a}} times {first.phrase} plus {{b}} times {second.phrase}"
    statements = (
        f"{GIVEN} Compute for each node a number: {number}. Return the list of these numbers, node 0 first.",
        f"{OTHERWISE_GIVEN} Give each node the number that is {number}. Return all these numbers as a list, in the"
        f" order"
        " of the nodes.",
        f"Return the list that holds, for each node of a tree from node 0 on, {number}. {GIVEN}",
        f"{GIVEN} For a node, add up the following.\n- {{a}} times {first.phrase}\n- {{b}} times"
        f" {second.phrase}\nReturn"
        " the list of these sums for all nodes, by ascending number of the node.",
        f"Measure every node of a tree and return the list of the results, the root's first. {OTHERWISE_GIVEN} The"
        f" measure of a node is {number}.",
    )
    return Task(
        operation=Operation(body="\n".join(lines), names=STATISTIC_NAMES, statements=statements),
        constants=weights,
        arguments={"parents": "list[int]"},
        returns="list[int]",
        edges=_statistic_battery()[:6],
        draw=lambda stream: (draw_tree(stream),),
        oracle=oracle,
        argument_names=(("parents",), ("parent_of",), ("up",), ("tree",), ("above",)),
        battery=_statistic_battery(),
    )


def _draw_score(stream: RandomStream) -> Arguments:
    parents = draw_tree(stream)
    return parents, [stream.integer(0, 20) for _ in parents]


@functools.cache
def _score_battery() -> tuple[Arguments, ...]:
    """Trees with values; the first six are always tested."""
    stream = RandomStream("battery", "tree", "score")
    edges = (
        ([-1], [0]), ([-1], [70]), ([-1, 0], [5, 9]), ([-1, 0, 0, 0], [1, 2, 3, 4]), ([-1, 0, 1, 2], [4, 3, 2, 1]),
        ([-1, 0, 0, 1, 1, 2, 2], [7, 7, 7, 7, 7, 7, 7]),
    )  # fmt: skip
    return (*edges, *(_draw_score(stream) for _ in range(50)))


@functools.cache
def _statistic_battery() -> tuple[Arguments, ...]:
    """Trees; the first six are always tested."""
    stream = RandomStream("battery", "tree", "statistic")
    edges = (([-1],), ([-1, 0],), ([-1, 0, 0, 0],), ([-1, 0, 1, 2],), ([-1, 0, 0, 1, 1, 2, 2],), ([-1, 0, 1, 1, 1, 0],))
    return (*edges, *((draw_tree(stream),) for _ in range(50)))


FAMILY = Family(name="tree", kinds=kinds, task=task, held_out="dev")
