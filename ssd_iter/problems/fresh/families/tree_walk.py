"""Walks from a node of a tree toward its root, by rules. Part of family 37."""

from __future__ import annotations

import functools
from typing import NamedTuple

from ssd_iter.problems.fresh.families.trees import GIVEN, OTHERWISE_GIVEN, draw_tree
from ssd_iter.problems.fresh.family import Arguments, Operation, Task
from ssd_iter.problems.fresh.random_stream import RandomStream

Constants = dict[str, int]


class RootRule(NamedTuple):
    """What a walk does that is to go up from the root."""

    code: str
    phrase: str


ROOT_RULES = (
    RootRule("break", "it stays there for the remaining steps"),
    RootRule("here = len(parents) - 1", "it jumps to the node with the highest number"),
    RootRule("here = start", "it goes back to the node where it began"),
)
WALK_NAMES = ("walk_up", "climb_tree", "tree_walk", "follow_parents", "wander_up")


def walk(rule: RootRule, asks_sum: bool, constants: Constants) -> Task:
    """The task of a walk by one rule for the root, whose nodes are added up or not."""
    counting = ["total = start"] if asks_sum else []
    adding = ["    total += here"] if asks_sum else []
    lines = [
        "here = start",
        *counting,
        "for _ in range(steps):",
        "    if here == 0:",
        f"        {rule.code}",
        "    elif here % m == r:",
        "        for _ in range(k):",
        "            here = max(parents[here], 0)",
        "    else:",
        "        here = parents[here]",
        *adding,
        "return total" if asks_sum else "return here",
    ]
    asks = (
        "the sum of the numbers of all nodes it stands on, the first one and each repetition included"
        if asks_sum
        else "the number of the node where it ends"
    )
    return Task(
        operation=Operation(body="\n".join(lines), names=WALK_NAMES, statements=_walk_statements(rule, asks)),
        constants=constants,
        arguments={"parents": "list[int]", "start": "int", "steps": "int"},
        returns="int",
        edges=_walk_battery()[:6],
        draw=_draw_walk,
        oracle=functools.partial(_walked, ROOT_RULES.index(rule), asks_sum, constants),
        argument_names=(
            ("parents", "start", "steps"), ("parent_of", "origin", "moves"), ("up", "first", "count"),
            ("tree", "node", "times"), ("above", "begin", "rounds"),
        ),
        battery=_walk_battery(),
    )  # fmt: skip


def _walk_statements(rule: RootRule, asks: str) -> tuple[str, ...]:
    jump = "a node that is not the root and whose number has the remainder {r} when divided by {m}"
    return (
        f"{GIVEN} A walk starts at node {{start}} and takes {{steps}} steps. From {jump}, a step goes up {{k}}"
        f" edges, but"
        f" not past the root. From any other node but the root, a step goes to its parent. From the root,"
        f" {rule.phrase}."
        f" Return {asks}.",
        f"{OTHERWISE_GIVEN} Someone walks from node {{start}} for {{steps}} steps. A step leads from a node to its"
        f" parent,"
        f" except that from {jump}, it leads up {{k}} edges (or to the root, if that is nearer), and that at the root,"
        f" {rule.phrase}. Return {asks}.",
        f"Return {asks}, for a walk of {{steps}} steps that starts at node {{start}} of a tree. {GIVEN} The"
        f" steps:\n- At"
        f" the root: {rule.phrase}.\n- At {jump}: it goes up {{k}} edges, stopping early only at the root.\n- At any"
        " other node: it goes to the parent.",
        f"{GIVEN} A token lies on node {{start}} and is moved {{steps}} times. It moves to the parent, but from"
        f" {jump}, it"
        f" moves up {{k}} edges at once, or as far as the root. From the root, {rule.phrase}. Return {asks}.",
    )


def _walked(rule: int, asks_sum: bool, constants: Constants, parents: list[int], start: int, steps: int) -> int:
    """The walk, over each node's list of ancestors."""
    trail = [start]
    for _ in range(steps):
        path = [trail[-1]]
        while path[-1] > 0:
            path.append(parents[path[-1]])
        if path == [0]:
            trail.append((0, len(parents) - 1, start)[rule])
        elif path[0] % constants["m"] == constants["r"]:
            trail.append(path[min(constants["k"], len(path) - 1)])
        else:
            trail.append(path[1])
    return sum(trail) if asks_sum else trail[-1]


def _draw_walk(stream: RandomStream) -> Arguments:
    parents = draw_tree(stream, 6)
    return parents, stream.integer(len(parents) // 2, len(parents) - 1), stream.integer(1, 8)


@functools.cache
def _walk_battery() -> tuple[Arguments, ...]:
    """Trees with a start and a number of steps; the first six are always tested."""
    stream = RandomStream("battery", "tree", "walk")
    path = [-1, *range(12)]
    edges = (([-1], 0, 0), ([-1], 0, 3), ([-1, 0], 1, 1), (path, 12, 3), (path, 11, 7), ([-1, 0, 0, 2, 2], 4, 5))
    return (*edges, *(_draw_walk(stream) for _ in range(58)))
