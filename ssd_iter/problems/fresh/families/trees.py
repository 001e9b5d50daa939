"""Trees given by each node's parent: how a statement explains them, and how they are drawn.

Node 0 is the root, and every parent has a smaller number than its children.
"""

from __future__ import annotations

from ssd_iter.problems.fresh.random_stream import RandomStream

GIVEN = (
    "{parents} describes a tree: its nodes are 0, 1, 2, ..., node 0 is the root, {parents}[0] is -1, and for every"
    " other node i, {parents}[i] is its parent, which is less than i."
)
OTHERWISE_GIVEN = (
    "A tree with the root 0 is given by {parents}, a list that holds the parent of each node at the node's index. The"
    " root's entry is -1, and each other node has a larger number than its parent."
)


def draw_tree(stream: RandomStream, least: int = 3) -> list[int]:
    """Deep and wide trees by turns: a parent is one of the last few nodes, or any."""
    reach = stream.choice((1, 2, 3, 9))
    return [-1, *(stream.integer(max(0, node - reach), node - 1) for node in range(1, stream.integer(least, 8)))]
