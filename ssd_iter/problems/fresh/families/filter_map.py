"""Family 10: those elements of a list that meet a condition, each changed in the same way. Level 1."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from itertools import product

from ssd_iter.problems.fresh.arguments import EMPTY_LIST, LIST_EDGES
from ssd_iter.problems.fresh.families.conditions import (
    MULTIPLES,
    PARITY_AND_SIGN,
    RANGES,
    REMAINDERS,
    THRESHOLDS,
    Asked,
    Condition,
    draw_items,
)
from ssd_iter.problems.fresh.family import Family, Kind, Operation, Task
from ssd_iter.problems.fresh.space import Product


@dataclass(frozen=True, kw_only=True)
class Change:
    """What is done to each element, with the constants c and d or fewer."""

    code: str
    """Over `item`."""
    verb: str
    """What is done, as a sentence about "each of them"."""
    participle: str
    """What each then is."""
    name: str
    """For function names."""


NOTHING = Change(code="item", verb="", participle="", name="")
SQUARE = Change(code="item * item", verb="square each of them", participle="squared", name="_squared")
NEGATE = Change(
    code="-item", verb="change the sign of each of them", participle="with its sign changed", name="_negated"
)
TIMES = Change(code="item * c", verb="multiply each of them by {c}", participle="multiplied by {c}", name="_times_{c}")
PLUS = Change(code="item + c", verb="add {c} to each of them", participle="increased by {c}", name="_plus_{c}")
MINUS = Change(code="item - c", verb="subtract {c} from each of them", participle="decreased by {c}", name="_minus_{c}")
FROM = Change(
    code="c - item", verb="subtract each of them from {c}", participle="subtracted from {c}", name="_from_{c}"
)
TIMES_PLUS = Change(
    code="item * c + d",
    verb="multiply each of them by {c} and add {d}",
    participle="multiplied by {c} and then increased by {d}",
    name="_scaled_and_increased",
)
TIMES_MINUS = Change(
    code="item * c - d",
    verb="multiply each of them by {c} and subtract {d}",
    participle="multiplied by {c} and then decreased by {d}",
    name="_scaled_and_decreased",
)

Step = tuple[Change, tuple[int, ...]]
"""A change with its constants."""

ONE_STEP: list[Step] = [
    *((change, ()) for change in (SQUARE, NEGATE)),
    *((TIMES, (c,)) for c in range(2, 13)),
    *((change, (c,)) for change in (PLUS, MINUS, FROM) for c in range(1, 21)),
]
TWO_STEPS: list[Step] = [
    (change, pair) for change in (TIMES_PLUS, TIMES_MINUS) for pair in product(range(2, 10), range(1, 11))
]


def kinds() -> list[Kind]:
    """40,950 points: (condition, change)."""
    asked = {
        "parity-and-sign": PARITY_AND_SIGN,
        "threshold": THRESHOLDS,
        "multiple": [*MULTIPLES, *REMAINDERS],
        "range": RANGES,
    }
    changes: dict[str, list[Step]] = {"filter": [(NOTHING, ())], "filter-map": ONE_STEP, "filter-affine": TWO_STEPS}
    return [
        Kind(name=f"{name}-{kind}", level=1, points=Product(questions, steps))
        for (name, questions), (kind, steps) in product(asked.items(), changes.items())
    ]


def task(asked: Asked, step: Step) -> Task:
    """Every list is allowed, the empty one too."""
    condition, constants = asked
    change, values = step
    return Task(
        operation=_operation(condition, change),
        constants={**constants, **dict(zip("cd", values, strict=False))},
        arguments={"xs": "list[int]"},
        returns="list[int]",
        edges=(EMPTY_LIST, *LIST_EDGES),
        draw=lambda stream: (draw_items(stream, constants),),
    )


@functools.cache
def _operation(condition: Condition, change: Change) -> Operation:
    asked = condition.phrase
    verb, each = (f" {change.verb},", f", each {change.participle}") if change.verb else ("", "")
    it = f"it, {change.participle}," if change.verb else "it"
    name = f"{condition.name}{change.name}"
    return Operation(
        body=f"[{change.code} for item in xs if {condition.code}]",
        names=tuple(f"{start}_{name}" for start in ("keep", "filter", "select", "pick", "take")),
        statements=(
            f"Return a list of the elements of {{xs}} that are {asked}{each}. Keep their order.",
            f"Keep only the elements of {{xs}} that are {asked},{verb} and return the resulting list.",
            f"Take the elements of {{xs}} that are {asked}, in order,{verb} and return them as a list.",
            f"Go through {{xs}}. If a number is {asked}, put {it} into a new list. Return that list.",
            f"Return a new list made from {{xs}}: only the numbers that are {asked}{each}, in the same order.",
        ),
    )


FAMILY = Family(name="filter-map", kinds=kinds, task=task)
