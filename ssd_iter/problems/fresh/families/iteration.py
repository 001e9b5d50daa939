"""Family 14: a number is changed again and again by a rule for each remainder, as in Collatz' problem. Levels 2-3."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from itertools import islice, product
from typing import Any, NamedTuple

from ssd_iter.problems.fresh.families.wording import Wordings, worded
from ssd_iter.problems.fresh.family import Argument, Arguments, Family, Kind, Task
from ssd_iter.problems.fresh.random_stream import RandomStream
from ssd_iter.problems.fresh.space import Product

Affine = tuple[int, int]
"""(a, b): a times the number, plus b."""
ARGUMENT_NAMES = (("n", "steps"), ("x", "count"), ("start", "rounds"), ("number", "times"), ("value", "repeats"))


class Rule(NamedTuple):
    """What follows a number: multiples of m are divided, the others are multiplied."""

    plus: int
    """Is added after the division."""
    others: tuple[Affine, ...]
    """For the remainders 1, 2 and so on modulo m, which is one more than there are of these."""

    @property
    def constants(self) -> dict[str, int]:
        """Those that are neither 0 nor 1 without meaning, by name."""
        named = {"m": len(self.others) + 1, "b0": self.plus}
        for remainder, (a, b) in enumerate(self.others, start=1):
            named |= {f"a{remainder}": a if a > 1 else 0, f"b{remainder}": b}
        return {name: value for name, value in named.items() if value}

    def body(self) -> str:
        """A function `step` of the number `current`."""
        named, m = self.constants, len(self.others) + 1
        lines = ["def step(current):", "    if current % m == 0:", f"        return current // m{self._plus(0)}"]
        for remainder in range(1, m):
            if remainder < m - 1:
                lines.append(f"    if current % m == {remainder}:")
            factor = f"a{remainder} * " if f"a{remainder}" in named else ""
            indent = "        " if remainder < m - 1 else "    "
            lines.append(f"{indent}return {factor}current{self._plus(remainder)}")
        return "\n".join(lines) + "\n"

    def _plus(self, remainder: int) -> str:
        return f" + b{remainder}" if f"b{remainder}" in self.constants else ""

    def phrases(self) -> list[tuple[str, str]]:
        """(condition, what to do) for each remainder, for sentences and lists."""
        named, m = self.constants, len(self.others) + 1
        found = []
        for remainder in range(m):
            condition = (
                "it is divisible by {m}" if remainder == 0 else f"it leaves remainder {remainder} when divided by {{m}}"
            )
            if m == 2:
                condition = ("it is even", "it is odd")[remainder]
            actions = ["divide it by {m}"] if remainder == 0 else []
            actions += [f"multiply it by {{a{remainder}}}"] if f"a{remainder}" in named else []
            actions += [f"add {{b{remainder}}}"] if f"b{remainder}" in named else []
            found.append((condition, " and ".join(actions) or "leave it as it is"))
        return found

    def follow(self, number: int) -> int:
        """The next number, for oracles."""
        quotient, remainder = divmod(number, len(self.others) + 1)
        factor, plus = ((0, 0), *self.others)[remainder]
        return quotient + self.plus if remainder == 0 else factor * number + plus


AFTER: Wordings = (
    ("repeat_rule", "Start with {n} and change the number {times} times by this rule. {rule} Return the last number."),
    ("apply_rule", "Apply these rules to {n} {times} times, one step after the other:{list}\nReturn the result."),
    (
        "iterate_rule",
        "A step does this to a number: {rule} Return where {times} steps from {n} lead.",
    ),
    ("after_steps", "Return what {n} becomes after {times} rounds. In each round, look at the number:{list}"),
    ("run_steps", "Take {times} steps from {n} and return where you end. In a step with the current number: {rule}"),
)
STATISTIC: Wordings = (
    ("path_summary", "Start with {n} and change the number {k} times by this rule. {rule} Return {statistic}."),
    ("orbit_value", "Apply these rules to {n} {k} times, one step after the other:{list}\nReturn {statistic}."),
    ("trace_rule", "A step changes a number like this: {rule} Take {k} steps from {n}. Return {statistic}."),
    ("follow_rule", "There is a number, first {n}. Change it {k} times like this:{list}\nReturn {statistic}."),
)
STOP: Wordings = (
    (
        "steps_below",
        "Start with {n} and change the number again and again by this rule. {rule} Return the number of steps until it"
        " is less than {stop} for the first time (0 if it is so at once), or -1 if it takes more than {cap} steps.",
    ),
    (
        "stopping_time",
        "A number changes in steps:{list}\nReturn after how many steps {n} has become less than {stop}: 0 if it is less"
        " already, and -1 if it is not less than {stop} after {cap} steps.",
    ),
    (
        "count_steps",
        "Count the steps that it takes from {n} to the first number less than {stop}. A step does this with a number:"
        " {rule} Return the count, which may be 0, or -1 where {cap} steps are not enough.",
    ),
    (
        "time_to_fall",
        "Return how many times {n} must be changed to be less than {stop} (0 times if it is less already). If more than"
        " {cap} times are needed, return -1. This is one change:{list}",
    ),
)
CYCLE: Wordings = (
    (
        "until_repeat",
        "Start with {n}. In each step, change the number by this rule, then take the result modulo {limit}. {rule} Stop"
        " as soon as a number appears that appeared before, {n} itself included. Return {statistic}.",
    ),
    (
        "cycle_summary",
        "A step does this with a number and then keeps only the remainder of the result modulo {limit}:{list}\nBegin at"
        " {n} and go on until a number comes up a second time. Return {statistic}.",
    ),
    (
        "walk_ring",
        "Numbers follow each other, the first is {n}. The next one is found from the one before: {rule} The result is"
        " taken modulo {limit}. The sequence ends before the first number that was in it already. Return {statistic}.",
    ),
    (
        "visited_numbers",
        "From {n}, go from number to number until you would come to one where you have been (you have been at {n})."
        " To go on, do this and then take the result modulo {limit}:{list}\nReturn {statistic}.",
    ),
)
STATISTICS: dict[str, tuple[str, Callable[[list[int]], int]]] = {
    "max(path)": ("the largest of all the numbers, {n} included", lambda path: sorted(path)[-1]),
    "sum(path)": ("the sum of all the numbers, {n} included", lambda path: sum(path[1:], start=path[0])),
    "path[-1] - min(path)": (
        "the last number minus the smallest of all the numbers, {n} included",
        lambda path: max(path[-1] - number for number in path),
    ),
}
VISITED: dict[str, tuple[str, Callable[[list[int]], int]]] = {
    "len(path)": ("how many different numbers there were, {n} included", lambda path: len(set(path))),
    "sum(path)": ("the sum of the different numbers there were, {n} included", lambda path: sum(set(path))),
}


def kinds() -> list[Kind]:
    """101 480 points: (what makes the task, a rule, other values)."""
    affine = [(a, b) for a in (1, 2, 3) for b in range(7) if (a, b) != (1, 0)]
    two = [Rule(plus, (other,)) for plus, other in product(range(4), [*affine, *product((4, 5), range(7))])]
    three = [Rule(plus, others) for plus, others in product(range(3), product(affine, affine))]
    falling = [Rule(0, ((a, b),)) for a in (1, 3) for b in range(1, 14, 2)]
    falling += [
        Rule(0, others)
        for others in product(product((1, 2), range(12)), product((1, 2), range(12)))
        if all((a * remainder + b) % 3 == 0 for remainder, (a, b) in enumerate(others, start=1))
    ]
    return [
        Kind(name="after-constant", level=2, points=Product([_after], two, range(3, 7))),
        Kind(name="after-given", level=2, points=Product([_after], two, [None])),
        Kind(name="statistic", level=3, points=Product([_statistic], three, [*product(STATISTICS, range(4, 8))])),
        Kind(name="stop", level=3, points=Product([_stop], falling, [*product(range(10, 30), (5, 6, 7, 8))])),
        Kind(name="cycle", level=3, points=Product([_cycle], [*two, *three], [*product(VISITED, range(23, 53))])),
    ]


def task(make: Callable[[Rule, Any], Task], rule: Rule, values: Any) -> Task:
    """Numbers are not negative, so that all agree on remainders."""
    return make(rule, values)


def _task(
    body: str,
    rule: Rule,
    wordings: Wordings,
    constants: dict[str, Any],
    oracle: Callable[..., int],
    numbers: tuple[int, int] = (1, 99),
    times: str = "{times}",
    statistic: str = "",
) -> Task:
    phrases = rule.phrases()
    operation = worded(
        rule.body() + textwrap.dedent(body),
        wordings,
        rule=" ".join(f"If {condition}, {action}." for condition, action in phrases),
        list="".join(f"\n- if {condition}, {action};" for condition, action in phrases)[:-1] + ".",
        times=times,
        statistic=statistic,
    )
    given = "k" in constants or wordings is not AFTER
    slots: dict[str, Argument] = {"n": "int"} if given else {"n": "int", "times": "int"}

    def draw(stream: RandomStream) -> Arguments:
        start = stream.integer(*numbers)
        return (start,) if given else (start, stream.integer(1, 6))

    return Task(
        operation=operation,
        constants=rule.constants | constants,
        arguments=slots,
        returns="int",
        edges=((1,), (2,), (3,), (100,)) if given else ((1, 0), (7, 0), (1, 1), (12, 1), (100, 8)),
        draw=draw,
        oracle=oracle,
        argument_names=() if given else ARGUMENT_NAMES,
    )


def _path(rule: Rule, start: int) -> Iterator[int]:
    while True:
        yield start
        start = rule.follow(start)


def _after(rule: Rule, k: int | None) -> Task:
    body = f"""
        current = n
        for _ in range({"times" if k is None else "k"}):
            current = step(current)
        return current
    """

    def after(n: int, times: int = k or 0) -> int:
        return after(rule.follow(n), times - 1) if times else n

    if k is None:
        return _task(body, rule, AFTER, {}, after)
    return _task(body, rule, AFTER, {"k": k}, after, times="{k}")


def _statistic(rule: Rule, values: tuple[str, int]) -> Task:
    expression, k = values
    phrase, same = STATISTICS[expression]
    body = f"""
        path = [n]
        for _ in range(k):
            path.append(step(path[-1]))
        return {expression}
    """
    return _task(
        body,
        rule,
        STATISTIC,
        {"k": k},
        lambda n: same(list(islice(_path(rule, n), k + 1))),
        statistic=phrase,
    )


def _stop(rule: Rule, values: tuple[int, int]) -> Task:
    stop, cap = values
    body = """
        current = n
        for count in range(cap + 1):
            if current < stop:
                return count
            current = step(current)
        return -1
    """

    def steps(n: int) -> int:
        small = [number < stop for number in islice(_path(rule, n), cap + 1)]
        return small.index(True) if True in small else -1

    return _task(body, rule, STOP, {"stop": stop, "cap": cap}, steps, (stop - 3, 8 * stop))


def _cycle(rule: Rule, values: tuple[str, int]) -> Task:
    expression, limit = values
    phrase, same = VISITED[expression]
    body = f"""
        path = []
        current = n
        while current not in path:
            path.append(current)
            current = step(current) % limit
        return {expression}
    """

    def visited(n: int) -> int:
        known: dict[int, int] = {}
        while n not in known:
            known[n] = rule.follow(n) % limit
            n = known[n]
        return same(list(known))

    return _task(body, rule, CYCLE, {"limit": limit}, visited, statistic=phrase)


FAMILY = Family(name="iteration", kinds=kinds, task=task)
