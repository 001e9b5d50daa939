"""Texts with brackets: how they are drawn, and how they are read into trees."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from itertools import combinations

from ssd_iter.problems.fresh.arguments import distinct
from ssd_iter.problems.fresh.family import Arguments
from ssd_iter.problems.fresh.random_stream import RandomStream

KINDS = {
    "()": "round brackets ( )",
    "[]": "square brackets [ ]",
    "{}": "curly brackets {{ }}",
    "<>": "angle brackets < >",
}
"""Pairs, with words for a template."""
PAIR_SETS = [chosen for count in (1, 2, 3) for chosen in combinations(KINDS, count)]
EDGES: tuple[Arguments, ...] = (("",), ("a",), ("()",), ("][",), ("([)]",), ("{<>}[()]",), ("((([[[",))


@dataclass
class Node:
    """A pair of brackets, or the whole text, with the pairs directly inside."""

    pair: str
    start: int
    end: int = -1
    inside: list[Node] = field(default_factory=list)

    def depth(self) -> int:
        """How deep the pairs in it are nested; 0 for none."""
        return 1 + max(node.depth() for node in self.inside) if self.inside else 0

    def below(self, level: int = 1) -> list[tuple[Node, int]]:
        """All pairs in it with their levels, from 1 for those directly inside."""
        return [each for node in self.inside for each in ((node, level), *node.below(level + 1))]


class Unbalanced(Exception):
    """Brackets do not match."""

    def __init__(self, place: int) -> None:
        """`place` is where it turns out: at a closing bracket, or at the end of the text."""
        super().__init__(f"wrong at {place}")
        self.place = place


def parsed(text: str, pairs: tuple[str, ...]) -> Node:
    """The text as a tree, characters that are no brackets left out; Unbalanced where it is none."""

    def read(node: Node, place: int) -> int:
        """Put what is in the node into it, from `place` on; the place of the bracket that closes it."""
        while place < len(text):
            pair = next((pair for pair in pairs if text[place] in pair), None)
            if pair is None:
                place += 1
            elif text[place] == pair[0]:
                node.inside.append(Node(pair, place))
                place = read(node.inside[-1], place + 1) + 1
            elif node.pair == pair:
                node.end = place
                return place
            else:
                raise Unbalanced(place)
        if node.pair:
            raise Unbalanced(place)
        return place

    root = Node("", -1)
    read(root, 0)
    return root


def draw_balanced(stream: RandomStream, pairs: tuple[str, ...], size: int) -> str:
    """`size` pairs or fewer, nested and side by side, letters among them."""
    if size <= 0:
        return stream.choice(("", "", "a", "b", "xy"))
    left = stream.integer(0, size - 1)
    pair = stream.choice(pairs)
    inside, behind = (draw_balanced(stream, pairs, part) for part in (left, size - 1 - left))
    return f"{pair[0]}{inside}{pair[1]}{behind}"


def draw_text(stream: RandomStream, pairs: tuple[str, ...], wrong: int = 30) -> str:
    """Up to 6 pairs, sometimes a bracket of another kind; `wrong` percent have one character changed."""
    others = tuple(pair for pair in KINDS if pair not in pairs)
    text = draw_balanced(stream, pairs, stream.integer(1, 6))
    if stream.integer(0, 3) == 0:
        text = _inserted(stream, text, stream.choice(others)[stream.integer(0, 1)])
    if stream.integer(1, 100) > wrong:
        return text
    marks = "".join(pairs)
    place = stream.integer(0, len(text) - 1)
    match stream.integer(0, 2):
        case 0:
            return text[:place] + text[place + 1 :]
        case 1:
            return text[:place] + stream.choice(marks) + text[place + 1 :]
    return _inserted(stream, text, stream.choice(marks))


def draw_broken(stream: RandomStream, pairs: tuple[str, ...]) -> str:
    """Up to 6 pairs, every fourth bracket missing."""
    text = draw_balanced(stream, pairs, stream.integer(2, 6))
    return "".join(mark for mark in text if stream.integer(0, 3))


def draw_wild(stream: RandomStream, pair: str, wild: str) -> str:
    """Up to 5 pairs of one kind, some of the brackets wild; in half of the texts, one character is missing."""
    marks = [mark if stream.integer(0, 4) else wild for mark in draw_balanced(stream, (pair,), stream.integer(1, 5))]
    if stream.integer(0, 1):
        del marks[stream.integer(0, len(marks) - 1)]
    return "".join(marks)


def _inserted(stream: RandomStream, text: str, mark: str) -> str:
    place = stream.integer(0, len(text))
    return text[:place] + mark + text[place:]


@functools.cache
def battery() -> tuple[Arguments, ...]:
    """Calls by which functions of texts with brackets are told apart: of each set of pairs, some right, some wrong."""
    stream = RandomStream("battery", "brackets")
    texts = [draw_text(stream, pairs) for pairs in PAIR_SETS for _ in range(7)]
    texts += [draw_wild(stream, pair, wild) for pair in KINDS for wild in "*?#!_" for _ in range(8)]
    return tuple(distinct([*EDGES, *((text,) for text in texts)]))
