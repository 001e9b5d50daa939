"""Family 15: the terms of a linear recurrence modulo a number. Levels 1 to 3."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import NamedTuple

from ssd_iter.problems.fresh.families.wording import Wordings, listed, worded
from ssd_iter.problems.fresh.family import Arguments, Family, Kind, Task
from ssd_iter.problems.fresh.space import Product

BATTERY: tuple[Arguments, ...] = tuple((n,) for n in range(1, 65))
"""Not that of other functions of an integer: it would take 123456 terms. No other family has these functions."""


class Recurrence(NamedTuple):
    """t(i) = sum of factors[j] * t(i - 1 - j), plus `plus`, plus `slope` * i, modulo m."""

    starts: tuple[int, ...]
    """t(0) and as many more as there are factors, all less than m."""
    factors: tuple[int, ...]
    plus: int
    slope: int
    m: int

    def constants(self) -> dict[str, int]:
        """By name; factors of 1 and summands of 0 have none."""
        named = {f"s{i}": start for i, start in enumerate(self.starts)}
        named |= {f"p{lag}": factor for lag, factor in enumerate(self.factors, start=1) if factor > 1}
        named |= {"c": self.plus} if self.plus else {}
        named |= {"q": self.slope} if self.slope else {}
        return named | {"m": self.m}

    def formula(self, term: str = "t(i-{})", constant: str = "{{{}}}") -> str:
        """t(i) before the remainder is taken, written with these templates."""
        summands = [(f"p{lag}", term.format(lag)) for lag, factor in enumerate(self.factors, start=1) if factor]
        summands += [("q", "i")] if self.slope else []
        summands += [("c", "")] if self.plus else []
        known = self.constants()
        products = [(constant.format(name) if name in known else "", factor) for name, factor in summands]
        return " + ".join(" * ".join(filter(None, product)) for product in products)

    def words(self) -> str:
        """The same as a phrase."""
        known = self.constants()
        phrases = [
            f"{{p{lag}}} times {place}" if f"p{lag}" in known else place
            for lag, (factor, place) in enumerate(zip(self.factors, PLACES, strict=False), start=1)
            if factor
        ]
        phrases += ["{q} times its own index"] if self.slope else []
        phrases += ["{c}"] if self.plus else []
        return ", plus ".join(phrases)

    def terms(self, count: int) -> list[int]:
        """t(0) to t(count - 1), for oracles: the remainder is taken at the end only."""
        exact = list(self.starts)
        for place in range(len(exact), count):
            before = exact[: -len(self.factors) - 1 : -1]
            exact.append(sum(map(int.__mul__, self.factors, before)) + self.plus + self.slope * place)
        return [term % self.m for term in exact[:count]]


@dataclass(frozen=True, kw_only=True)
class Result:
    """What is asked about a sequence."""

    noun: str
    phrase: str
    body: str
    """Over `terms`, all up to t(n) at least."""
    same: Callable[[Sequence[int]], int]
    """Over t(0) to t(n)."""


TERM = Result(noun="term", phrase="t({n})", body="terms[n]", same=lambda terms: terms[-1])
RESULTS = (
    Result(
        noun="sum",
        phrase="the sum of t(0), t(1) and so on up to and including t({n})",
        body="sum(terms[:n + 1])",
        same=lambda terms: functools.reduce(int.__add__, terms),
    ),
    Result(
        noun="even_count",
        phrase="how many of t(0), t(1) and so on up to and including t({n}) are even",
        body="sum(term % 2 == 0 for term in terms[:n + 1])",
        same=lambda terms: len(terms) - sum(term & 1 for term in terms),
    ),
    Result(
        noun="distinct_count",
        phrase="how many different numbers there are among t(0), t(1) and so on up to and including t({n})",
        body="len(set(terms[:n + 1]))",
        same=lambda terms: len(dict.fromkeys(terms)),
    ),
    Result(
        noun="rises",
        phrase="for how many i from 1 to {n} the term t(i) is greater than t(i - 1)",
        body="sum(terms[i] > terms[i - 1] for i in range(1, n + 1))",
        same=lambda terms: sum(map(int.__lt__, terms, terms[1:])),
    ),
)

WORDINGS: Wordings = (
    (
        "sequence_{noun}",
        "A sequence starts with {starts}. For i >= {order}, t(i) = ({formula}) % {m}. Return {result}.",
    ),
    (
        "{noun}_of_sequence",
        "In a sequence t, {starts}. Every further term is {words}, modulo {m}. Return {result}.",
    ),
    (
        "fetch_{noun}",
        "Let {starts}, and let t(i) be the remainder when {formula} is divided by {m}, for every i from {order} on."
        " Return {result}.",
    ),
    (
        "find_{noun}",
        "The terms t(0), t(1), t(2) and so on are defined by {starts} and a rule: each later term is the remainder"
        " modulo {m} of this sum: {words}. Find {result}.",
    ),
    (
        "compute_{noun}",
        "Compute {result}, where {starts}, and all later terms come from t(i) = ({formula}) modulo {m}.",
    ),
)
PLACES = ("the term before it", "the term two places before it", "the term three places before it")
MIN_DIFFERENT = 15
ENDING = " {n} is not negative."


def kinds() -> list[Kind]:
    """Millions of points: (result, first terms, factors, (plus, slope), m)."""
    one, two, three = ([*product(range(1, 10), repeat=order)] for order in (1, 2, 3))
    moduli = [m for m in range(11, 98) if m % 2 and m % 3]
    factors = [pair for pair in product(range(1, 6), repeat=2) if pair != (1, 1)]
    sparse = [lags for lags in product(range(4), repeat=3) if lags[2] and lags[:2] != (0, 0)]
    plus = [(c, 0) for c in range(1, 10)]
    both = [*product(range(4), range(1, 6))]
    return [
        Kind(name="first-order", level=1, points=Product([TERM], one, [(p,) for p in range(2, 10)], plus, moduli)),
        Kind(name="additive", level=1, points=Product([TERM], two, [(1, 1)], [(0, 0)], moduli)),
        Kind(
            name="first-order-summary",
            level=2,
            points=Product(RESULTS, one, [(p,) for p in range(2, 10)], plus, moduli),
        ),
        Kind(name="second-order", level=2, points=Product([TERM], two, factors, [(0, 0), *plus], moduli)),
        Kind(name="second-order-summary", level=3, points=Product(RESULTS, two, factors, [(0, 0), *plus], moduli)),
        Kind(name="with-index", level=3, points=Product([TERM, *RESULTS], two, [(1, 1), *factors], both, moduli)),
        Kind(name="third-order", level=3, points=Product([TERM, *RESULTS], three, sparse, [(0, 0), *plus], moduli)),
    ]


def task(
    result: Result, starts: tuple[int, ...], factors: tuple[int, ...], others: tuple[int, int], m: int
) -> Task | None:
    """Terms are asked for up to the index 40; a sequence that soon repeats itself makes no task."""
    sequence = Recurrence(starts, factors, *others, m)
    if len(set(sequence.terms(30))) < MIN_DIFFERENT:
        return None
    order = len(starts)
    body = f"""
        terms = [{", ".join(f"s{i}" for i in range(order))}]
        for i in range({order}, n + 1):
            terms.append(({sequence.formula("terms[i - {}]", "{}")}) % m)
        return {result.body}
    """
    operation = worded(
        body,
        WORDINGS,
        noun=result.noun,
        result=result.phrase,
        starts=listed(f"t({i}) = {{s{i}}}" for i in range(order)),
        order=str(order),
        formula=sequence.formula(),
        words=sequence.words(),
    )
    return Task(
        operation=replace(operation, statements=tuple(text + ENDING for text in operation.statements)),
        constants=sequence.constants(),
        arguments={"n": "int"},
        returns="int",
        edges=((0,), (1,), (2,), (3,), (60,)),
        draw=lambda stream: (stream.integer(0, 40),),
        oracle=lambda n: result.same(sequence.terms(n + 1)),
        battery=BATTERY,
    )


FAMILY = Family(name="recurrence", kinds=kinds, task=task)
