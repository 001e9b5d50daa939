"""Family 9: a part of a list, or the list in another order. Level 1."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations, product

from ssd_iter.problems.fresh.arguments import EMPTY_LIST, LIST_EDGES
from ssd_iter.problems.fresh.family import Arguments, Family, Kind, Operation, Task
from ssd_iter.problems.fresh.random_stream import RandomStream


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A list made of the elements of another, with the constants k and m or fewer."""

    code: str
    phrase: str
    """For sentences: what is returned."""
    name: str
    """For function names."""
    reversible: bool = True
    """It may be asked for in reverse order too."""


FIRST = Piece(code="xs[:k]", phrase="the first {k} elements of {xs}", name="first_{k}")
LAST = Piece(code="xs[-k:]", phrase="the last {k} elements of {xs}", name="last_{k}")
WITHOUT_FIRST = Piece(code="xs[k:]", phrase="all but the first {k} elements of {xs}", name="without_first_{k}")
WITHOUT_LAST = Piece(code="xs[:-k]", phrase="all but the last {k} elements of {xs}", name="without_last_{k}")
MIDDLE = Piece(
    code="xs[k:-m]",
    phrase="the elements of {xs} without the first {k} and the last {m}",
    name="without_first_{k}_and_last_{m}",
)
SLICE = Piece(
    code="xs[k:m]",
    phrase="the elements of {xs} from index {k} up to, but not including, index {m}",
    name="from_{k}_to_{m}",
)
STRIDE = Piece(
    code="xs[k::m]",
    phrase="the elements of {xs} at index {k} and at every {m} positions after it",
    name="every_{m}_from_{k}",
)
EXCEPT = Piece(
    code="[item for i, item in enumerate(xs) if i != k]",
    phrase="the elements of {xs} without the one at index {k}, if there is one",
    name="without_index_{k}",
)
BOTH_ENDS = Piece(
    code="xs[:k] + xs[-m:]",
    phrase="the first {k} elements of {xs} followed by its last {m} elements (an element can be in both)",
    name="first_{k}_and_last_{m}",
    reversible=False,
)
REPEATED = Piece(
    code="xs * k", phrase="the elements of {xs}, the whole list repeated {k} times", name="repeated_{k}_times"
)
MOVED_BACK = Piece(
    code="xs[k:] + xs[:k]",
    phrase="the elements of {xs} with the first {k} moved to the end (a list of {k} or fewer stays as it is)",
    name="first_{k}_moved_to_end",
    reversible=False,
)
MOVED_FRONT = Piece(
    code="xs[-k:] + xs[:-k]",
    phrase="the elements of {xs} with the last {k} moved to the front (a list of {k} or fewer stays as it is)",
    name="last_{k}_moved_to_front",
    reversible=False,
)
TURNED_LEFT = Piece(
    code="if not xs:\n    return []\nshift = k % len(xs)\nreturn xs[shift:] + xs[:shift]",
    phrase="the elements of {xs} rotated left by {k} positions (the first element goes to the end, {k} times)",
    name="rotated_left_{k}",
    reversible=False,
)
TURNED_RIGHT = Piece(
    code="if not xs:\n    return []\nshift = len(xs) - k % len(xs)\nreturn xs[shift:] + xs[:shift]",
    phrase="the elements of {xs} rotated right by {k} positions (the last element goes to the front, {k} times)",
    name="rotated_right_{k}",
    reversible=False,
)
START_REVERSED = Piece(
    code="xs[:k][::-1] + xs[k:]",
    phrase="the elements of {xs} with the first {k} in reverse order (all of them, if there are fewer)",
    name="with_first_{k}_reversed",
    reversible=False,
)
END_REVERSED = Piece(
    code="xs[:-k] + xs[-k:][::-1]",
    phrase="the elements of {xs} with the last {k} in reverse order (all of them, if there are fewer)",
    name="with_last_{k}_reversed",
    reversible=False,
)
TO_FRONT = Piece(
    code="rest = list(xs)\nmoved = [rest.pop(k)] if k < len(rest) else []\nreturn moved + rest",
    phrase="the elements of {xs} with the one at index {k}, if there is one, moved to the front",
    name="index_{k}_to_front",
    reversible=False,
)
TO_END = Piece(
    code="rest = list(xs)\nmoved = [rest.pop(k)] if k < len(rest) else []\nreturn rest + moved",
    phrase="the elements of {xs} with the one at index {k}, if there is one, moved to the end",
    name="index_{k}_to_end",
    reversible=False,
)
SWAPPED = Piece(
    code="swapped = list(xs)\nif len(xs) > m:\n    swapped[k], swapped[m] = xs[m], xs[k]\nreturn swapped",
    phrase="the elements of {xs} with those at indexes {k} and {m} swapped (none, if there is no index {m})",
    name="indexes_{k}_and_{m}_swapped",
    reversible=False,
)
GROUPS_REVERSED = Piece(
    code="[item for start in range(0, len(xs), k) for item in xs[start : start + k][::-1]]",
    phrase="the elements of {xs} with each group of {k} neighbours, from the first on, in reverse order "
    "(the last group may be smaller)",
    name="groups_of_{k}_reversed",
    reversible=False,
)
REVERSED = Piece(code="xs[::-1]", phrase="the elements of {xs} in reverse order", name="reversed", reversible=False)
REVERSED_STRIDE = Piece(
    code="xs[::-1][::k]",
    phrase="the last element of {xs} and, going backwards, the one at every {k} positions before it",
    name="every_{k}_backwards",
    reversible=False,
)


def kinds() -> list[Kind]:
    """380 points: (piece, constants, whether in reverse order)."""
    two = [(k,) for k in range(2, 9)]
    pairs = list(product(range(1, 7), repeat=2))
    points: dict[str, list[tuple[Piece, tuple[int, ...]]]] = {
        "ends": list(product((FIRST, LAST, WITHOUT_FIRST, WITHOUT_LAST), two)),
        "middle": list(product((MIDDLE,), pairs)),
        "slice": list(product((SLICE,), [(k, m) for k, m in combinations(range(1, 10), 2) if m > k + 1])),
        "stride": [(STRIDE, (k, m)) for m in range(2, 6) for k in range(5)],
        "stride-backwards": [(REVERSED_STRIDE, (k,)) for k in range(2, 6)],
        "one-element": list(product((EXCEPT, TO_FRONT, TO_END), two)),
        "both-ends": list(product((BOTH_ENDS,), pairs)),
        "repeat": [(REPEATED, (k,)) for k in range(2, 7)],
        "moved": list(product((MOVED_BACK, MOVED_FRONT), two)),
        "rotation": list(product((TURNED_LEFT, TURNED_RIGHT), two)),
        "swap": list(product((SWAPPED,), combinations(range(8), 2))),
        "reversal": [(REVERSED, ()), *product((START_REVERSED, END_REVERSED, GROUPS_REVERSED), two)],
    }
    return [
        Kind(
            name=name,
            level=1,
            points=[(*point, backwards) for point in choices for backwards in (False, True)[: 1 + point[0].reversible]],
        )
        for name, choices in points.items()
    ]


def task(piece: Piece, values: tuple[int, ...], backwards: bool) -> Task:
    """Every list is allowed; most of those drawn are longer than the constants are large."""
    constants: Mapping[str, int] = dict(zip("km", values, strict=False))
    reach = sum(values) if piece is MIDDLE else max(values, default=1)

    def draw(stream: RandomStream) -> Arguments:
        return ([stream.integer(-9, 20) for _ in range(stream.integer(max(reach - 1, 1), reach + 4))],)

    edges = (EMPTY_LIST, *LIST_EDGES[2:], (list(range(1, reach + 1)),), (list(range(1, reach + 2)),))
    return Task(
        operation=_operation(piece, backwards),
        constants=constants,
        arguments={"xs": "list[int]"},
        returns="list[int]",
        edges=edges,
        draw=draw,
    )


@functools.cache
def _operation(piece: Piece, backwards: bool) -> Operation:
    code, phrase, name = piece.code, piece.phrase, piece.name
    if backwards:
        code = f"({code})[::-1]" if " " in code else f"{code}[::-1]"
        phrase, name = f"{phrase}, in reverse order", f"{name}_reversed"
    return Operation(
        body=code,
        names=tuple(beginning + name for beginning in ("get_", "list_", "take_", "select_", "elements_")),
        statements=(
            f"Return a list of {phrase}.",
            f"Make a list of {phrase}, and return it.",
            f"Return a new list that holds {phrase}.",
            f"Build and return the list of {phrase}.",
            f"Return, as a list, {phrase}.",
        ),
    )


FAMILY = Family(name="list-slice", kinds=kinds, task=task)
