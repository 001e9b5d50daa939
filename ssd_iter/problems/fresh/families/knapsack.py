"""Family 34: the best choice of items that fit, or the number of choices, under a side rule. Level 4."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from ssd_iter.problems.fresh.families.knapsack_rules import RULE_POINTS, RULES, Choice, Rule
from ssd_iter.problems.fresh.family import Argument, Arguments, Family, Kind, Operation, Task
from ssd_iter.problems.fresh.random_stream import RandomStream
from ssd_iter.problems.fresh.space import Product

HEAVIEST = 5
"""Where ways are counted; light items, as there are to be several ways."""
FEW_WAYS = (("limit", {"limit": 1}), ("apart", {"gap": 2}), ("apart", {"gap": 3}))
BODY = """
{table} = {{(0, {start}): {first}}}
for {item} in {items}:
    for (load, state), {entry} in list({table}.items()):
        filled = load + weight{packing}
        if filled <= capacity{allowed}:
            chosen = (filled, {after})
            {update}
return {result}
"""
VALUE_UPDATE = """gain = total + value{fee}
            best[chosen] = max(gain, best.get(chosen, gain))"""
WAYS_UPDATE = "ways[chosen] = ways.get(chosen, 0) + count"
PACKING = (
    " Besides its weight, each chosen item takes up {packing} units for packing.",
    " Packing adds {packing} to the weight of each item that is taken.",
    " Each item that is taken needs {packing} units of room more than its weight.",
    " For every chosen item, {packing} is added to the sum of the weights, for its box.",
)
FEE = (
    " Each chosen item reduces the total value by {fee}.",
    " For each item taken, {fee} has to be paid, which is subtracted from the sum of the values.",
    " Taking an item costs {fee}, so that the total is lower by {fee} for each one taken.",
    " The value of a choice is the sum of its items' values minus {fee} for each item.",
)
VALUE_STATEMENTS = (
    "Return the largest total value of a choice of items from a list. Item number i has the weight {weights}[i] and "
    "the value {values}[i], and can be chosen once or not at all. The chosen items together {fit} "
    "{capacity}.{packing}{fee} There is one more rule: {rule}. {nothing}",
    "A bag has to be filled with items. {weights} holds the items' weights and {values} their values, in the same "
    "order; there is one of each. The sum of the weights of the items taken {fit} {capacity}.{packing}{fee} Moreover, "
    "{rule}. Return the highest total value possible. {nothing}",
    "Given the lists {weights} and {values} with the weight and the value of each of some items, pick items such that "
    "their total weight {fit} {capacity}, and such that the following holds: {rule}. No item can be picked twice."
    "{packing}{fee} Return the total value of the best pick. {nothing}",
    "Return what the best selection of items is worth. The weights of the items are {weights} and their values "
    "{values}. A selection takes each item at most once, its total weight {fit} {capacity}, and {rule}.{packing}{fee} "
    "{nothing}",
)
WAYS_STATEMENTS = (
    "Return the number of ways to choose items from a list. Item number i has the weight {weights}[i], and can be "
    "chosen once or not at all. The chosen items together {fit} {capacity}.{packing} There is one more rule: {rule}. "
    "{nothing}",
    "A bag has to be filled with items, whose weights are in {weights}; items at different places are different, even "
    "if they weigh the same. The sum of the weights of the items taken {fit} {capacity}.{packing} Moreover, {rule}. "
    "Return in how many ways the items to take can be chosen. {nothing}",
    "Given the list {weights} with the weights of some items, count the sets of items (places in the list) whose total "
    "weight {fit} {capacity}, and for which the following holds: {rule}.{packing} Return their number. {nothing}",
    "Return how many different selections of items there are. The weights of the items are {weights}. A selection "
    "takes each item at most once, its total weight {fit} {capacity}, and {rule}. Selections that take items at "
    "other places of the list are different.{packing} {nothing}",
)
VALUE_NAMES = ("best_value", "fill_bag", "best_choice", "pack_items", "highest_value")
WAYS_NAMES = ("count_choices", "ways_to_fill", "number_of_choices", "count_selections", "ways_to_choose")
ARGUMENT_NAMES = (
    ("weights", "values", "capacity"),
    ("sizes", "worths", "room"),
    ("w", "v", "c"),
    ("heaviness", "profits", "space"),
    ("loads", "prices", "maximum"),
)


def kinds() -> list[Kind]:
    """2,816 points: (whether ways are counted, side rule, packing, fee, whether the capacity is to be met exactly)."""
    packing = range(4)
    return [
        Kind(name="value", level=4, points=Product([False], RULE_POINTS, packing, range(10), [False, True])),
        Kind(name="ways", level=4, points=Product([True], RULE_POINTS, packing, [0], [False, True])),
    ]


def task(ways: bool, point: tuple[str, dict[str, int]], packing: int, fee: int, exact: bool) -> Task | None:
    """The items' values are an argument only where they matter; None where there are too few ways."""
    if ways and (point[1].get("light", 0) > HEAVIEST - 2 or (exact and point in FEW_WAYS)):
        return None
    rule = RULES[point[0]]
    constants = point[1] | ({"packing": packing} if packing else {}) | ({"fee": fee} if fee else {})
    arguments: dict[str, Argument] = {"weights": "list[int]", "values": "list[int]", "capacity": "int"}
    names: tuple[tuple[str, ...], ...] = ARGUMENT_NAMES
    if ways:
        del arguments["values"]
        names = tuple((weights, capacity) for weights, _, capacity in ARGUMENT_NAMES)
    return Task(
        operation=Operation(
            body=_body(rule, ways=ways, packing=packing, fee=fee, exact=exact),
            names=WAYS_NAMES if ways else VALUE_NAMES,
            statements=_statements(rule, ways=ways, packing=packing, fee=fee, exact=exact),
        ),
        constants=constants,
        arguments=arguments,
        returns="int",
        edges=tuple(_call(ways, *edge) for edge in EDGES),
        draw=partial(_draw, ways),
        oracle=partial(_count if ways else _best, rule, constants, exact),
        argument_names=names,
        battery=_battery(ways),
    )


def _body(rule: Rule, *, ways: bool, packing: int, fee: int, exact: bool) -> str:
    table, entry = ("ways", "count") if ways else ("best", "total")
    item, items = ("weight", "weights") if ways else ("weight, value", "zip(weights, values)")
    if "position" in rule.allowed:
        item, items = f"position, {item if ways else f'({item})'}", f"enumerate({items})"
    conditions = [*(["load == capacity"] if exact else []), *([rule.complete] if rule.complete else [])]
    result = f"{table}.values()"
    if conditions:
        load, state = "load" if exact else "_", "state" if rule.complete else "_"
        result = f"({entry} for ({load}, {state}), {entry} in {table}.items() if {' and '.join(conditions)})"
    if ways:
        result = f"sum({result})" if not conditions else f"sum{result}"
    else:
        result = f"max({result}, default=-1)" if exact else f"max({result})"
    update = WAYS_UPDATE if ways else VALUE_UPDATE.format(fee=" - fee" if fee else "")
    return BODY.format(
        table=table,
        start=rule.start,
        first="1" if ways else "0",
        item=item,
        items=items,
        entry=entry,
        packing=" + packing" if packing else "",
        allowed=f" and {rule.allowed}" if rule.allowed else "",
        after=rule.after,
        update=update,
        result=result,
    )


def _statements(rule: Rule, *, ways: bool, packing: int, fee: int, exact: bool) -> tuple[str, ...]:
    much = "exactly" if exact else "at most"
    fits = (f"have to weigh {much}", f"must be {much}", f"is {much}", f"is {much}")
    nothing = "Choosing nothing is possible, too."
    if ways:
        nothing = "Choosing nothing is a choice, too, of weight 0."
    elif exact:
        nothing = "Choosing nothing is possible, too, with a weight and value of 0. If no choice is allowed, return -1."
    statements = []
    for place, statement in enumerate(WAYS_STATEMENTS if ways else VALUE_STATEMENTS):
        parts = {
            "fit": fits[place],
            "packing": PACKING[place] if packing else "",
            "fee": FEE[place] if fee else "",
            "rule": rule.phrase,
            "nothing": nothing,
        }
        for name, text in parts.items():
            statement = statement.replace(f"{{{name}}}", text, 1)
        statements.append(statement)
    return tuple(statements)


EDGES: tuple[tuple[list[int], list[int], int], ...] = (
    ([], [], 5),
    ([3], [9], 2),
    ([3], [9], 3),
    ([4, 4, 4], [7, 8, 9], 12),
    ([1, 2, 3, 4, 5], [9, 9, 9, 9, 9], 15),
    ([5, 4, 3, 2, 1], [9, 8, 7, 6, 5], 0),
)


def _call(ways: bool, weights: list[int], values: list[int], capacity: int) -> Arguments:
    return (weights, capacity) if ways else (weights, values, capacity)


def _draw(ways: bool, stream: RandomStream) -> Arguments:
    """The capacity is near the weight of some of the items."""
    size, heaviest = (stream.integer(4, 6), HEAVIEST) if ways else (stream.integer(3, 5), 9)
    weights = [stream.integer(1, heaviest) for _ in range(size)]
    values = [stream.integer(3, 20) for _ in range(size)]
    some = stream.shuffled(weights)[: stream.integer(1, 4)]
    return _call(ways, weights, values, sum(some) + stream.integer(0, 4))


@functools.cache
def _battery(ways: bool) -> tuple[Arguments, ...]:
    stream = RandomStream("battery", "knapsack", str(ways))
    return tuple(_draw(ways, stream) for _ in range(64))


def _choices(needs: Sequence[int], room: int, place: int = 0) -> Iterator[tuple[Choice, int]]:
    """All choices of the items from `place` on that fit, with the room that is left."""
    if place == len(needs):
        yield (), room
        return
    yield from _choices(needs, room, place + 1)
    if needs[place] <= room:
        for choice, left in _choices(needs, room - needs[place], place + 1):
            yield (place, *choice), left


def _allowed(
    rule: Rule,
    constants: Mapping[str, int],
    exact: bool,
    weights: Sequence[int],
    capacity: int,
) -> list[Choice]:
    needs = [weight + constants.get("packing", 0) for weight in weights]
    return [
        choice
        for choice, left in _choices(needs, capacity)
        if (left == 0 or not exact) and rule.holds(constants, weights, choice)
    ]


def _count(rule: Rule, constants: Mapping[str, int], exact: bool, weights: Sequence[int], capacity: int) -> int:
    """The oracle for ways: lists them all."""
    return len(_allowed(rule, constants, exact, weights, capacity))


def _best(
    rule: Rule,
    constants: Mapping[str, int],
    exact: bool,
    weights: Sequence[int],
    values: Sequence[int],
    capacity: int,
) -> int:
    """The oracle for values: tries all choices."""
    fee = constants.get("fee", 0)
    totals = [
        sum(values[place] - fee for place in choice) for choice in _allowed(rule, constants, exact, weights, capacity)
    ]
    return max(totals) if totals else -1


FAMILY = Family(name="knapsack", kinds=kinds, task=task)
