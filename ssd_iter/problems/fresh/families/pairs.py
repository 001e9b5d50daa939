"""Family 22: pairs of positions of a list whose numbers are related, counted or summed up. Levels 2 and 3, held out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

from ssd_iter.problems.fresh.family import Arguments, Family, Kind, Operation, Task
from ssd_iter.problems.fresh.random_stream import RandomStream


@dataclass(frozen=True, kw_only=True)
class Relation:
    """A condition on the earlier and the later number of a pair, with the constant k or m and rest."""

    noun: str
    body: str
    phrase: str
    holds: Callable[[int, int, int, int], bool]
    """Of the earlier number, the later one, k or m, and rest; for the oracle."""
    mate: Callable[[RandomStream, int, int], int]
    """A number that is likely to be related to the given one."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A condition on the places of a pair, with the constant d."""

    body: str
    phrase: str
    holds: Callable[[int, int, int], bool]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What is asked about the pairs."""

    noun: str
    body: str
    phrase: str
    of: Callable[[list[tuple[int, int, int, int]]], int]
    """Of tuples (earlier place, later place, earlier number, later number); for the oracle."""


def _any(stream: RandomStream, number: int, k: int) -> int:
    return stream.integer(0, 20)


APART = (
    Relation(
        noun="difference_{k}",
        body="abs(a - b) == k",
        phrase="their difference is exactly {k}, whichever is larger",
        holds=lambda a, b, k, rest: k in (a - b, b - a),
        mate=lambda stream, number, k: number + stream.choice((-k, k)),
    ),
    Relation(
        noun="difference_up_to_{k}",
        body="abs(a - b) <= k",
        phrase="their difference is at most {k}, whichever is larger",
        holds=lambda a, b, k, rest: a - k <= b <= a + k,
        mate=lambda stream, number, k: number + stream.choice((-k, k, 0)),
    ),
    Relation(
        noun="difference_from_{k}",
        body="abs(a - b) >= k",
        phrase="their difference is at least {k}, whichever is larger",
        holds=lambda a, b, k, rest: b >= a + k or a >= b + k,
        mate=lambda stream, number, k: number + stream.choice((-k, k, 1)),
    ),
    Relation(
        noun="rise_of_{k}",
        body="b - a == k",
        phrase="the later number is exactly {k} more than the earlier one",
        holds=lambda a, b, k, rest: a + k == b,
        mate=lambda stream, number, k: number + k,
    ),
    Relation(
        noun="rise_from_{k}",
        body="b - a >= k",
        phrase="the later number is at least {k} more than the earlier one",
        holds=lambda a, b, k, rest: not a + k > b,
        mate=lambda stream, number, k: number + k,
    ),
    Relation(
        noun="drop_from_{k}",
        body="a - b >= k",
        phrase="the earlier number is at least {k} more than the later one",
        holds=lambda a, b, k, rest: not b + k > a,
        mate=lambda stream, number, k: number - k,
    ),
)
TOGETHER = (
    Relation(
        noun="sum_{k}",
        body="a + b == k",
        phrase="their sum is exactly {k}",
        holds=lambda a, b, k, rest: k - a == b,
        mate=lambda stream, number, k: k - number,
    ),
    Relation(
        noun="sum_from_{k}",
        body="a + b >= k",
        phrase="their sum is at least {k}",
        holds=lambda a, b, k, rest: not k - a > b,
        mate=lambda stream, number, k: k - number,
    ),
    Relation(
        noun="sum_below_{k}",
        body="a + b < k",
        phrase="their sum is less than {k}",
        holds=lambda a, b, k, rest: not k - a <= b,
        mate=lambda stream, number, k: k - number,
    ),
)
REMAINDER = (
    Relation(
        noun="sum_modulo_{m}",
        body="(a + b) % m == rest",
        phrase="their sum leaves the remainder {rest} when divided by {m}",
        holds=lambda a, b, m, rest: (a % m + b % m - rest) % m == 0,
        mate=_any,
    ),
    Relation(
        noun="product_modulo_{m}",
        body="a * b % m == rest",
        phrase="their product leaves the remainder {rest} when divided by {m}",
        holds=lambda a, b, m, rest: (a % m) * (b % m) % m == rest,
        mate=_any,
    ),
    Relation(
        noun="difference_modulo_{m}",
        body="abs(a - b) % m == rest",
        phrase="the larger one minus the smaller one leaves the remainder {rest} when divided by {m}",
        holds=lambda a, b, m, rest: (max(a, b) - min(a, b) - rest) % m == 0,
        mate=_any,
    ),
)

FREE = Rule(body="", phrase="", holds=lambda i, j, d: True)
NEAR = Rule(body="j - i <= d", phrase=" and their positions are at most {d} apart", holds=lambda i, j, d: not i + d < j)
FAR = Rule(body="j - i >= d", phrase=" and their positions are at least {d} apart", holds=lambda i, j, d: i + d <= j)
LIKE = Rule(
    body="(i + j) % 2 == 0",
    phrase=" and their positions are both even or both odd (counting from 0)",
    holds=lambda i, j, d: i % 2 == j % 2,
)
UNLIKE = Rule(
    body="(i + j) % 2 == 1",
    phrase=" and one of their positions is even and the other one is odd",
    holds=lambda i, j, d: i % 2 != j % 2,
)
RULES = ((FREE, 0), (NEAR, 1), (NEAR, 2), (NEAR, 3), (FAR, 2), (FAR, 3), (LIKE, 0), (UNLIKE, 0))

COUNT = Answer(noun="count", body="len(found)", phrase="how many such pairs there are", of=len)
SUMS = Answer(
    noun="total",
    body="sum(xs[i] + xs[j] for i, j in found)",
    phrase="the total of the sums of the two numbers over all such pairs",
    of=lambda pairs: sum(a for _, _, a, _ in pairs) + sum(b for _, _, _, b in pairs),
)
DISTANCES = Answer(
    noun="distances",
    body="sum(j - i for i, j in found)",
    phrase="the total of the distances between the two positions over all such pairs",
    of=lambda pairs: sum(j for _, j, _, _ in pairs) - sum(i for i, _, _, _ in pairs),
)
LARGEST = Answer(
    noun="largest_product",
    body="max((xs[i] * xs[j] for i, j in found), default=0)",
    phrase="the largest product of the two numbers of such a pair, or 0 if there is no such pair",
    of=lambda pairs: sorted(a * b for _, _, a, b in pairs)[-1] if pairs else 0,
)
VALUES = Answer(
    noun="different",
    body="len({(min(xs[i], xs[j]), max(xs[i], xs[j])) for i, j in found})",
    phrase="how many different pairs of values such pairs have, where the order of the two values does not count",
    of=lambda pairs: len({tuple(sorted((a, b))) for _, _, a, b in pairs}),
)

NAMES = (
    "{answer}_of_pairs_with_{relation}",
    "pairs_with_{relation}_{answer}",
    "{answer}_for_pairs_by_{relation}",
    "find_pairs_with_{relation}_{answer}",
    "pair_{answer}_by_{relation}",
)
STATEMENTS = (
    "Look at all pairs of numbers at two different positions of {xs} such that {relation}{rule}. Return {answer}. "
    "Equal numbers at other positions make other pairs.",
    "Each two different positions in {xs} make one pair of numbers. Consider the pairs for which {relation}{rule}. "
    "Return {answer}.",
    "Two numbers of {xs} at different positions are a pair if {relation}{rule}. Return {answer}. "
    "Pairs at different positions are different, also when their numbers are equal.",
    "Take every two numbers of {xs} at different positions, each two positions once. Keep those for which "
    "{relation}{rule}. Return {answer}.",
    "In {xs}, choose an earlier and a later number so that {relation}{rule}. Over all such choices of two positions, "
    "return {answer}.",
)


def kinds() -> list[Kind]:
    """About 7000 points: (relation, k or m, rest, rule, d, answer). rest and d are 0 where there are none."""
    related: list[tuple[Relation, int, int]] = [(relation, k, 0) for relation, k in product(APART, range(1, 9))]
    related += [(relation, k, 0) for relation, k in product(TOGETHER, range(4, 21))]
    related += [(relation, m, rest) for relation, m in product(REMAINDER, range(2, 8)) for rest in range(m)]
    others = [(*rule, answer) for rule, answer in product(RULES, (SUMS, DISTANCES, LARGEST, VALUES))]
    counted = [(*rule, COUNT) for rule in RULES[1:]]
    return [
        Kind(name="count", level=2, points=[(*relation, FREE, 0, COUNT) for relation in related]),
        Kind(name="count-by-place", level=3, points=[(*one, *other) for one, other in product(related, counted)]),
        Kind(name="reduce", level=3, points=[(*one, *other) for one, other in product(related, others)]),
    ]


def task(relation: Relation, k: int, rest: int, rule: Rule, d: int, answer: Answer) -> Task:
    """Remainders are asked of non-negative numbers only."""
    is_modular = relation in REMAINDER
    parts = {"relation": relation.phrase, "rule": rule.phrase, "answer": answer.phrase}
    test = f"{relation.body} and {rule.body}" if rule.body else relation.body
    operation = Operation(
        body=_BODY.format(test=test, answer=answer.body),
        names=tuple(name.format(relation=relation.noun, answer=answer.noun) for name in NAMES),
        statements=tuple(text.replace("{xs}", "{{xs}}").format(**parts) for text in STATEMENTS),
    )
    constants = {"m": k, "rest": rest} if is_modular else {"k": k}
    if rule in (NEAR, FAR):
        constants["d"] = d

    def oracle(xs: list[int]) -> int:
        holds, fits = relation.holds, rule.holds
        return answer.of(
            [
                (i, j, xs[i], xs[j])
                for j in range(len(xs))
                for i in range(j)
                if holds(xs[i], xs[j], k, rest) and fits(i, j, d)
            ]
        )

    def draw(stream: RandomStream) -> Arguments:
        """Each number is often related to an earlier one."""
        xs = [stream.integer(0, 12)]
        for _ in range(stream.integer(3, 7)):
            number = relation.mate(stream, stream.choice(xs), k) if stream.integer(0, 2) else stream.integer(0, 12)
            xs.append(abs(number) if is_modular else number)
        return (xs,)

    return Task(
        operation=operation,
        constants=constants,
        arguments={"xs": "list[int]"},
        returns="int",
        edges=MODULAR_EDGES if is_modular else EDGES,
        draw=draw,
        oracle=oracle,
    )


_BODY = """
from itertools import combinations

found = []
for i, j in combinations(range(len(xs)), 2):
    a, b = xs[i], xs[j]
    if {test}:
        found.append((i, j))
return {answer}
"""
EDGES: tuple[Arguments, ...] = (([],), ([5],), ([4, 4],), ([-3, 0, 3],), ([7, 7, 7, 7],), ([9, 4, 1, -2, 3, 8],))
MODULAR_EDGES: tuple[Arguments, ...] = (([],), ([5],), ([4, 4],), ([0, 3, 6],), ([7, 7, 7, 7],), ([9, 4, 1, 2, 3, 8],))

FAMILY = Family(name="pairs", kinds=kinds, task=task, held_out="dev")
