"""Family 7: the same arithmetic operation on every element of a list. Level 0."""

from __future__ import annotations

from ssd_iter.problems.fresh.arguments import EMPTY_LIST, LIST_EDGES, draw_list
from ssd_iter.problems.fresh.family import Family, Kind, Operation, Task

SCALE = Operation(
    body="[item * k for item in xs]",
    names=("scale_all_by_{k}", "multiply_all_by_{k}", "multiply_each_by_{k}", "all_times_{k}", "scale_each_by_{k}"),
    statements=(
        "Return a list with every number in {xs} multiplied by {k}.",
        "Multiply each number in {xs} by {k} and return the new list.",
        "Return a new list in which each element of {xs} is multiplied by {k}.",
        "Return the list of {k} times each number in {xs}.",
        "For each number in {xs}, compute its product with {k}, and return the list of these products.",
    ),
)
SHIFT_UP = Operation(
    body="[item + k for item in xs]",
    names=("add_{k}_to_all", "add_{k}_to_each", "increase_all_by_{k}", "all_plus_{k}", "increase_each_by_{k}"),
    statements=(
        "Return a list with {k} added to every number in {xs}.",
        "Add {k} to each number in {xs} and return the new list.",
        "Return a new list in which each element of {xs} is increased by {k}.",
        "Return the list of each number in {xs} plus {k}.",
        "For each number in {xs}, compute its sum with {k}, and return the list of these sums.",
    ),
)
SHIFT_DOWN = Operation(
    body="[item - k for item in xs]",
    names=(
        "subtract_{k}_from_all",
        "subtract_{k}_from_each",
        "decrease_all_by_{k}",
        "all_minus_{k}",
        "decrease_each_by_{k}",
    ),
    statements=(
        "Return a list with {k} subtracted from every number in {xs}.",
        "Subtract {k} from each number in {xs} and return the new list.",
        "Return a new list in which each element of {xs} is decreased by {k}.",
        "Return the list of each number in {xs} minus {k}.",
        "For each number in {xs}, take away {k}, and return the list of the results.",
    ),
)
SQUARE = Operation(
    body="[item * item for item in xs]",
    names=("square_all", "square_each", "all_squared", "squares_of_all", "squares_of_each"),
    statements=(
        "Return a list with the square of every number in {xs}.",
        "Square each number in {xs} and return the new list.",
        "Return a new list in which each element of {xs} is squared.",
        "Return the list of the squares of the numbers in {xs}.",
        "For each number in {xs}, multiply it by itself, and return the list of the results.",
    ),
)
NEGATE = Operation(
    body="[-item for item in xs]",
    names=("negate_all", "negate_each", "all_negated", "flip_all_signs", "flip_each_sign"),
    statements=(
        "Return a list with the negative of every number in {xs}.",
        "Negate each number in {xs} and return the new list.",
        "Return a new list in which each element of {xs} is negated.",
        "Return the list of the numbers in {xs} with their signs flipped.",
        "For each number in {xs}, subtract it from zero, and return the list of the results.",
    ),
)


def kinds() -> list[Kind]:
    """301 points: (operation, constants)."""
    points: dict[str, list[tuple[Operation, dict[str, int]]]] = {
        "scale": [(SCALE, {"k": k}) for k in range(2, 101)],
        "shift-up": [(SHIFT_UP, {"k": k}) for k in range(1, 101)],
        "shift-down": [(SHIFT_DOWN, {"k": k}) for k in range(1, 101)],
        "sign-and-square": [(SQUARE, {}), (NEGATE, {})],
    }
    return [Kind(name=name, level=0, points=choices) for name, choices in points.items()]


def task(operation: Operation, constants: dict[str, int]) -> Task:
    """Every list is allowed, the empty one too."""
    return Task(
        operation=operation,
        constants=constants,
        arguments={"xs": "list[int]"},
        returns="list[int]",
        edges=(EMPTY_LIST, *LIST_EDGES),
        draw=lambda stream: (draw_list(stream),),
    )


FAMILY = Family(name="list-map", kinds=kinds, task=task)
