"""Family 36: subsequences whose neighbours keep a gap and a relation: how many, longest, best. Levels 4 and 5."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ssd_iter.problems.fresh.arguments import EMPTY_LIST
from ssd_iter.problems.fresh.family import Arguments, Family, Kind, Operation, Task
from ssd_iter.problems.fresh.random_stream import RandomStream
from ssd_iter.problems.fresh.space import Product

Constants = dict[str, int]


class Relation(NamedTuple):
    """What must hold for each two neighbours in a subsequence."""

    code: str
    """Over `xs[start]` and `new`, in the list's order."""
    phrase: str
    holds: Callable[[int, int], bool]


class Gap(NamedTuple):
    """How far apart the indices of two neighbours in a subsequence are: from `least` to `most`."""

    least: int
    most: int | None

    def phrase(self) -> str:
        """Continues 'the indices differ by'."""
        if self.most is None:
            return f"at least {self.least}"
        return f"at most {self.most}" if self.least == 1 else f"at least {self.least} and at most {self.most}"

    def places(self) -> str:
        """Code for the indices that may come before index `end`."""
        stop = f"end - {self.least - 1}" if self.least > 1 else "end"
        return f"range({stop})" if self.most is None else f"range(max(0, end - {self.most}), {stop})"


@dataclass(frozen=True, kw_only=True, eq=False)
class Output:
    """What is asked about the subsequences."""

    loop: str
    """The body. PLACES stands for the indices that may come before `end`, RELATION for what must hold at `start`."""
    asks: tuple[str, ...]
    """Continues 'Return': test, dev, train."""
    measure: Callable[[list[list[int]], list[int], Constants], int]
    """The answer, from the indices of each allowed subsequence, the list and the constants."""
    names: tuple[str, ...]


def _relations() -> list[Relation]:
    def within(d: int) -> list[Relation]:
        return [
            Relation(
                f"abs(new - xs[start]) <= {d}", f"the two numbers differ by at most {d}", lambda a, b: -d <= b - a <= d
            ),
            Relation(
                f"abs(new - xs[start]) > {d}",
                f"the two numbers differ by more than {d}",
                lambda a, b: not -d <= b - a <= d,
            ),
            Relation(
                f"0 < new - xs[start] <= {d + 1}",
                f"the later number is greater than the earlier one by at least 1 and at most {d + 1}",
                lambda a, b: b in range(a + 1, a + d + 2),
            ),
            Relation(
                f"new >= xs[start] - {d}",
                f"the later number is greater than or equal to the earlier one minus {d}",
                lambda a, b: not b + d < a,
            ),
        ]

    def modulo(m: int) -> list[Relation]:
        return [
            Relation(
                f"(xs[start] + new) % {m} != 0",
                f"the sum of the two numbers is not divisible by {m}",
                lambda a, b: -a % m != b % m,
            ),
            Relation(
                f"(new - xs[start]) % {m} != 0",
                f"the difference of the two numbers is not divisible by {m}",
                lambda a, b: a % m != b % m,
            ),
        ]

    return [
        Relation("new > xs[start]", "the later number is greater than the earlier one", lambda a, b: not b <= a),
        Relation("new < xs[start]", "the later number is less than the earlier one", lambda a, b: not b >= a),
        Relation(
            "new >= xs[start]", "the later number is greater than or equal to the earlier one", lambda a, b: not b < a
        ),
        Relation(
            "(xs[start] + new) % 2 == 1",
            "one of the two numbers is even and the other is odd",
            lambda a, b: a & 1 != b & 1,
        ),
        *(relation for d in range(1, 6) for relation in within(d)),
        *(relation for m in range(3, 6) for relation in modulo(m)),
    ]


RELATIONS = _relations()
GAPS = (Gap(2, None), Gap(3, None), Gap(1, 2), Gap(1, 3), Gap(1, 4), Gap(2, 3), Gap(2, 4))

COUNT = Output(
    loop="""counts = []
for end, new in enumerate(xs):
    count = 1
    for start in PLACES:
        if RELATION:
            count += counts[start]
    counts.append(count)
return sum(counts) % m""",
    asks=("the number of good subsequences, modulo {m}", "how many good subsequences there are, modulo {m}",
          "the remainder modulo {m} of the number of good subsequences", "the count of good subsequences modulo {m}"),
    measure=lambda found, xs, constants: len(found) % constants["m"],
    names=("count_subsequences", "number_of_choices", "count_good", "tally", "good_subsequences"),
)  # fmt: skip
LONGEST = Output(
    loop="""lengths = []
for end, new in enumerate(xs):
    length = 1
    for start in PLACES:
        if RELATION:
            length = max(length, lengths[start] + 1)
    lengths.append(length)
return max(lengths, default=0)""",
    asks=("the length of the longest good subsequence (0 for an empty list)",
          "how many elements a good subsequence has at most (0, if the list is empty)",
          "the largest possible length of a good subsequence, or 0 for an empty list",
          "the greatest number of elements of any good subsequence (0 if there is none)"),
    measure=lambda found, xs, constants: max(map(len, found), default=0),
    names=("longest_subsequence", "longest_choice", "longest_good", "max_length", "longest_chain"),
)  # fmt: skip
BEST = Output(
    loop="""sums = []
for end, new in enumerate(xs):
    best = new
    for start in PLACES:
        if RELATION:
            best = max(best, sums[start] + new)
    sums.append(best)
return max(sums, default=0)""",
    asks=("the largest sum of the elements of a good subsequence (0 for an empty list)",
          "the greatest total that a good subsequence can have (0, if the list is empty)",
          "the maximum, over all good subsequences, of the sum of their elements, or 0 for an empty list",
          "the highest sum of any good subsequence (0 if there is none)"),
    measure=lambda found, xs, constants: max((sum(xs[place] for place in places) for places in found), default=0),
    names=("best_subsequence", "best_pick", "largest_sum", "best_total", "max_sum"),
)  # fmt: skip
COUNT_OF_LENGTH = Output(
    loop="""ways = [1] * len(xs)
for _ in range(k - 1):
    ways = [sum(ways[start] for start in PLACES if RELATION) for end, new in enumerate(xs)]
return sum(ways)""",
    asks=("the number of good subsequences with exactly {k} elements", "how many good subsequences have length {k}",
          "the count of those good subsequences that consist of exactly {k} elements",
          "the number of ways to choose a good subsequence of {k} elements"),
    measure=lambda found, xs, constants: sum(len(places) == constants["k"] for places in found),
    names=("count_of_length", "choices_of_size", "count_sized", "sized_chains", "tally_sized"),
)  # fmt: skip
SUM_OF_SUMS = Output(
    loop="""counts, totals = [], []
for end, new in enumerate(xs):
    count, total = 1, new
    for start in PLACES:
        if RELATION:
            count, total = count + counts[start], total + totals[start] + counts[start] * new
    counts.append(count)
    totals.append(total)
return sum(totals) % m""",
    asks=("the total of the sums of all good subsequences, modulo {m} (never negative)",
          "the number obtained by adding up the sums of all good subsequences, modulo {m} (from 0 up)",
          "the remainder modulo {m} (never negative) of the sum of the element sums of all good subsequences",
          "what the sums of all good subsequences add up to, modulo {m} (not negative)"),
    measure=lambda found, xs, constants: sum(xs[place] for places in found for place in places) % constants["m"],
    names=("sum_of_sums", "total_of_choices", "total_of_sums", "grand_total", "all_sums"),
)  # fmt: skip
BEST_WITH_COST = Output(
    loop="""worths = []
for end, new in enumerate(xs):
    best = new
    for start in PLACES:
        if RELATION:
            best = max(best, worths[start] + new - c * (end - start))
    worths.append(best)
return max(worths, default=0)""",
    asks=("the largest value of a good subsequence (0 for an empty list), where the value is the sum of its elements"
          " minus {c} times the difference between its last and its first index",
          "the greatest value that a good subsequence can have (0, if the list is empty); its value is its sum, less"
          " {c} for each step from its first index to its last",
          "the maximum value of a good subsequence, or 0 for an empty list; a subsequence from index i to index j with"
          " the sum s has the value s - {c} * (j - i)",
          "the highest value of any good subsequence (0 if there is none): the sum of its elements, of which {c} times"
          " its last index minus its first index is taken away"),
    measure=lambda found, xs, constants: max(
        (sum(xs[place] for place in places) + constants["c"] * (places[0] - places[-1]) for places in found), default=0
    ),
    names=("best_value", "best_with_cost", "largest_value", "best_net", "max_value"),
)  # fmt: skip
MIN_DISTINCT = 5
"""Answers to typical calls, where a few are common to most lists."""
EDGES: tuple[Arguments, ...] = (
    EMPTY_LIST, ([4],), ([-3],), ([3, 3, 3],), ([5, 1],), ([1, 2, 3, 4, 5, 6],), ([6, 5, 4, 3, 2, 1],), ([0, 7, 0, 7],),
)  # fmt: skip


def kinds() -> list[Kind]:
    """About 16,000 points: (output, relation, gap, constants)."""
    one: list[Constants] = [{}]
    moduli = [{"m": m} for m in range(11, 60, 2)]
    outputs: list[tuple[str, int, Output, list[Constants]]] = [
        ("count", 4, COUNT, moduli),
        ("longest", 4, LONGEST, one),
        ("best", 4, BEST, one),
        ("count-of-length", 5, COUNT_OF_LENGTH, [{"k": k} for k in (2, 3)]),
        ("sum-of-sums", 5, SUM_OF_SUMS, moduli),
        ("best-with-cost", 5, BEST_WITH_COST, [{"c": c} for c in range(1, 6)]),
    ]
    return [
        Kind(name=name, level=level, points=Product([output], RELATIONS, GAPS, constants))
        for name, level, output, constants in outputs
    ]


def task(output: Output, relation: Relation, gap: Gap, constants: Constants) -> Task | None:
    """Lists are short, so that all subsequences can be listed. None where answers vary too little."""

    def oracle(numbers: list[int]) -> int:
        return output.measure(list(_subsequences(numbers, relation, gap)), numbers, constants)

    if output in (LONGEST, COUNT_OF_LENGTH) and len({oracle(numbers) for numbers in _samples()}) < MIN_DISTINCT:
        return None
    body = output.loop.replace("PLACES", gap.places()).replace("RELATION", relation.code)
    return Task(
        operation=Operation(body=body, names=output.names, statements=_statements(output, relation, gap)),
        constants=constants,
        arguments={"xs": "list[int]"},
        returns="int",
        edges=EDGES,
        draw=_draw,
        oracle=oracle,
    )  # fmt: skip


@functools.cache
def _samples() -> list[list[int]]:
    stream = RandomStream("samples", "subsequence")
    return [_draw(stream)[0] for _ in range(40)]


def _draw(stream: RandomStream) -> Arguments:
    low, high = (-4, 9) if stream.integer(0, 2) else (0, 5)
    numbers = [stream.integer(low, high) for _ in range(stream.integer(5, 8))]
    for place in stream.shuffled(range(len(numbers)))[3:] if stream.integer(0, 2) == 0 else ():
        numbers[place] = 20 * stream.integer(-4, 4)  # few small ones among large ones: gaps matter
    return (numbers,)


def _subsequences(numbers: Sequence[int], relation: Relation, gap: Gap) -> Iterator[list[int]]:
    """The indices of every allowed subsequence."""
    open_ones = [[place] for place in range(len(numbers))]
    while open_ones:
        yield (places := open_ones.pop())
        last = places[-1]
        for place in range(last + gap.least, len(numbers)):
            if (gap.most is None or place - last <= gap.most) and relation.holds(numbers[last], numbers[place]):
                open_ones.append([*places, place])


def _statements(output: Output, relation: Relation, gap: Gap) -> tuple[str, ...]:
    first, second, third, fourth = output.asks
    span, rule = gap.phrase(), relation.phrase
    return (
        f"A good subsequence of {{xs}} keeps one or more of its elements, in their order, such that for each two"
        f" neighbouring kept elements their indices in {{xs}} differ by {span}, and {rule}. Equal elements at"
        f" different indices make different subsequences. Return {first}.",
        f"Choose one or more indices of {{xs}}, in ascending order. The chosen elements are a good subsequence if for"
        f" each two consecutive choices the indices differ by {span}, and {rule}. Choices of other indices count as"
        f" other subsequences. Return {second}.",
        f"Return {third}. A subsequence of {{xs}} is a non-empty choice of indices, kept in order; it is good if both"
        " of these hold for each two neighbours in it:"
        f"\n- their indices in {{xs}} differ by {span}\n- {rule}\nA single element is always good.",
        f"Leave out some elements of {{xs}}, or none, but not all. What is left is a good subsequence if any two"
        f" elements that are now next to each other had indices that differ by {span}, and {rule}. Subsequences are"
        f" told apart by their indices, not by their numbers. Return {fourth}.",
    )


FAMILY = Family(name="subsequence", kinds=kinds, task=task)
