"""Stages of pipes that make one integer of a list of integers."""

from __future__ import annotations

import functools
import itertools
import operator
from collections import Counter

from ssd_iter.problems.fresh.families.pipe_stages import stage

_stage = functools.partial(stage, takes="numbers", gives="number")


def _last_of(numbers: list[int], empty: int = 0) -> int:
    for number in reversed(numbers):
        return number
    return empty


def _longest_climb(numbers: list[int]) -> int:
    longest = length = 0
    for place, number in enumerate(numbers):
        length = length + 1 if place and numbers[place - 1] < number else 1
        longest = max(longest, length)
    return longest


def _longest_run(numbers: list[int]) -> int:
    places = range(len(numbers))
    return max(
        (end - start + 1 for start in places for end in places if len({*numbers[start : end + 1]}) == 1), default=0
    )


def _most_common(numbers: list[int]) -> int:
    counts = Counter(sorted(numbers))
    return counts.most_common(1)[0][0] if counts else 0


def _horner(numbers: list[int], k: int, m: int) -> int:
    value = 0
    for number in numbers:
        value = (value * k + number) % m
    return value


PLAIN = (
    _stage("sum", "sum({it})", lambda xs: functools.reduce(operator.add, xs, 0),
           "take the sum of all numbers (0, if there are none)", "add all numbers up (no numbers give 0)",
           "compute the sum of its elements (0 for an empty list)", "take the total of the numbers (0 for none)",
           local="total", effect="unordered"),
    _stage("largest", "max({it}, default=0)", lambda xs: _last_of(sorted(xs)),
           "take the largest number (0, if there are none)", "find the maximum (an empty list gives 0)",
           "pick the largest element (0 for an empty list)", "take the greatest of the numbers (0 for none)",
           local="largest", effect="unordered"),
    _stage("smallest", "min({it}, default=0)", lambda xs: _last_of(sorted(xs)[:1]),
           "take the smallest number (0, if there are none)", "find the minimum (an empty list gives 0)",
           "pick the smallest element (0 for an empty list)", "take the least of the numbers (0 for none)",
           local="smallest", effect="unordered"),
    _stage("first", "{it}[0] if {it} else 0", lambda xs: sum(xs[:1]),
           "take the first number (0, if there are none)", "take its first element (an empty list gives 0)",
           "pick the number at the front (0 for an empty list)", "take the element at index 0 (0 for an empty list)",
           local="front"),
    _stage("last", "{it}[-1] if {it} else 0", _last_of,
           "take the last number (0, if there are none)", "take its last element (an empty list gives 0)",
           "pick the number at the end (0 for an empty list)", "take the final element (0 for an empty list)",
           local="back"),
    _stage("spread", "max({it}, default=0) - min({it}, default=0)",
           lambda xs: sum(sorted(xs)[-1:]) - sum(sorted(xs)[:1]),
           "take the largest number minus the smallest (0, if there are none)",
           "compute the difference between the maximum and the minimum (an empty list gives 0)",
           "subtract the smallest element from the largest (0 for an empty list)",
           "find how far the smallest and the largest number are apart (0 for an empty list)",
           local="spread", effect="unordered"),
    _stage("sum_of_squares", "sum(item * item for item in {it})", lambda xs: sum(x**2 for x in xs),
           "take the sum of the squares of the numbers (0, if there are none)",
           "add up the squares of all numbers (no numbers give 0)",
           "square each element and take the total (0 for an empty list)",
           "compute the sum of all numbers, each multiplied by itself (0 for none)",
           local="total", effect="unordered"),
    _stage("sum_of_sizes", "sum(abs(item) for item in {it})", lambda xs: sum(max(x, -x) for x in xs),
           "take the sum of the absolute values of the numbers (0, if there are none)",
           "add up the absolute values of all numbers (no numbers give 0)",
           "total the elements without their minus signs (0 for an empty list)",
           "compute the sum of all numbers, each made positive first (0 for none)",
           local="total", effect="unordered"),
    _stage("number_of_distinct", "len(set({it}))", lambda xs: sum(x not in xs[:i] for i, x in enumerate(xs)),
           "count the distinct numbers", "find how many different numbers there are",
           "count the different values among its elements", "count the numbers, equal ones once",
           local="distinct", effect="unordered"),
)  # fmt: skip
COUNTED = (
    _stage("count_above", "sum(item > {k} for item in {it})", lambda xs, k: len([x for x in xs if x >= k + 1]),
           "count the numbers greater than {k}", "find how many numbers are larger than {k}",
           "count the elements that exceed {k}", "take the number of elements above {k}",
           local="count", effect="unordered", k=range(-4, 13)),
    _stage("count_below", "sum(item < {k} for item in {it})", lambda xs, k: len([x for x in xs if x <= k - 1]),
           "count the numbers less than {k}", "find how many numbers are smaller than {k}",
           "count the elements that are under {k}", "take the number of elements below {k}",
           local="count", effect="unordered", k=range(1, 18)),
    _stage("count_multiples", "sum(item % {k} == 0 for item in {it})", lambda xs,
           k: len([x for x in xs if x // k * k == x]),
           "count the numbers that are divisible by {k}", "find how many numbers are multiples of {k}",
           "count the multiples of {k} among its elements", "take the number of elements that {k} divides",
           local="count", effect="unordered", k=range(2, 5)),
    _stage("sum_above", "sum(item for item in {it} if item > {k})", lambda xs, k: sum(x for x in xs if not x <= k),
           "take the sum of the numbers greater than {k} (0, if there are none)",
           "add up all numbers that are larger than {k} (none give 0)",
           "total the elements that exceed {k} (0, if none does)", "sum up what is above {k} (0, if nothing is)",
           local="total", effect="unordered", k=range(-4, 11)),
    _stage("sum_below", "sum(item for item in {it} if item < {k})", lambda xs, k: sum(x for x in xs if not x >= k),
           "take the sum of the numbers less than {k} (0, if there are none)",
           "add up all numbers that are smaller than {k} (none give 0)",
           "total the elements that are under {k} (0, if none is)", "sum up what is below {k} (0, if nothing is)",
           local="total", effect="unordered", k=range(4, 19)),
    _stage("element_at", "{it}[{k}] if len({it}) > {k} else {c}", lambda xs, k, c: sum(xs[k : k + 1]) if xs[k:] else c,
           "take the element at index {k}, counting from 0 ({c}, if it is too short for that)",
           "pick the number at index {k} (the first has index 0); if there is none, take {c}",
           "take the element that has {k} others before it ({c}, if there is no such element)",
           "look up index {k}, where indices start at 0, and use {c} if the list has no such index",
           local="chosen", k=range(1, 5), c=range(-3, 4)),
)  # fmt: skip
HARD = (
    _stage("alternating_sum", "sum({it}[::2]) - sum({it}[1::2])",
           lambda xs: sum(-x if i & 1 else x for i, x in enumerate(xs)),
           "take the alternating sum: the first number minus the second plus the third and so on (0, if it is empty)",
           "add and subtract the numbers by turns, starting with plus for the first one (no numbers give 0)",
           "add the numbers at even indices and subtract those at odd ones (indices from 0; an empty list gives 0)",
           "sum up the first, third, fifth, ... number and subtract all the others (0 for an empty list)",
           local="balance", hard=True),
    _stage("weighted_sum", "sum(place * item for place, item in enumerate({it}, 1))",
           lambda xs: sum(sum(xs[i:]) for i in range(len(xs))),
           "take the sum of every number times its position, counting from 1 (0, if there are none)",
           "add up 1 times the first number, 2 times the second, 3 times the third and so on (no numbers give 0)",
           "multiply each element by its place (the first has place 1) and total that (0 for an empty list)",
           "weigh each number with its index, where indices start at 1, and take the sum (0 for none)",
           local="weighted", hard=True),
    _stage("sum_of_neighbour_products", "sum(left * right for left, right in zip({it}, {it}[1:]))",
           lambda xs: sum(xs[i] * xs[i - 1] for i in range(1, len(xs))),
           "take the sum of the products of all two neighbouring numbers (0, if there are fewer than two)",
           "multiply each number by the next one, except the last, and add these products up (fewer than two give 0)",
           "add up the products of adjacent elements (0, if it has fewer than two elements)",
           "compute first times second plus second times third and so on (0 for fewer than two numbers)",
           local="total", hard=True),
    _stage("sum_of_steps", "sum(abs(right - left) for left, right in zip({it}, {it}[1:]))",
           lambda xs: sum(max(a, b) - min(a, b) for a, b in itertools.pairwise(xs)),
           "take the sum of the absolute differences of neighbours (0, if there are fewer than two numbers)",
           "add up how far each number is from the next one (fewer than two numbers give 0)",
           "total the distances between adjacent elements (0, if it has fewer than two elements)",
           "sum up the absolute difference of each two adjacent numbers (0 for fewer than two)",
           local="total", hard=True),
    _stage("count_rises", "sum(left < right for left, right in zip({it}, {it}[1:]))",
           lambda xs: len([i for i in range(1, len(xs)) if xs[i - 1] < xs[i]]),
           "count the numbers that are greater than the number just before them",
           "find how many elements are larger than their left neighbour (the first has none)",
           "count the places where a number is directly followed by a greater one",
           "count the adjacent pairs whose second number is larger", local="rises", hard=True),
    _stage("longest_run", "max((len(list(run)) for _, run in groupby({it})), default=0)", _longest_run,
           "take the length of the longest run of equal neighbours (0, if there are no numbers)",
           "find how many times in a row one number occurs at most (an empty list gives 0)",
           "take the size of the largest block of equal adjacent elements (0 for an empty list)",
           "find the greatest number of equal elements that stand next to each other (0 for none)",
           local="longest", hard=True, needs="from itertools import groupby"),
    _stage("second_largest", "sorted(set({it}))[-2] if len(set({it})) > 1 else 0",
           lambda xs: max((x for x in xs if x != max(xs)), default=0),
           "take the second largest of the distinct numbers (0, if there are fewer than two)",
           "find the largest number that is smaller than the maximum (0, if there is none)",
           "drop all copies of the maximum and take the largest number left (0, if none is)",
           "sort the different values and take the last but one (0 for fewer than two)",
           local="second", hard=True, effect="unordered"),
    _stage("most_common", "min({it}, key=lambda item: (-{it}.count(item), item), default=0)", _most_common,
           "take the number that occurs most often, the smallest one of several (0, if there are none)",
           "find the most frequent number; on a tie, take the smallest (an empty list gives 0)",
           "pick the value with the most occurrences, and the least such value on ties (0 for an empty list)",
           "take the most common element, or the smallest of the most common ones (0 for none)",
           local="favourite", hard=True, effect="unordered"),
    _stage("lower_median", "sorted({it})[(len({it}) - 1) // 2] if {it} else 0",
           lambda xs: sum(sorted(xs)[: (len(xs) + 1) // 2][-1:]),
           "take the median, which for an even count is the smaller of the two middle ones (0, if there are none)",
           "sort the numbers and take the middle one, or the lower of the two middle ones (an empty list gives 0)",
           "find the median; of two middle numbers in sorted order, use the smaller (0 for an empty list)",
           "take the middle number in ascending order, the left one of two (0 for none)",
           local="middle", hard=True, effect="unordered"),
    _stage("index_of_largest", "{it}.index(max({it})) if {it} else -1",
           lambda xs: min((i for i, x in enumerate(xs) if x == sorted(xs)[-1]), default=-1),
           "find the index of the first largest number, counting from 0 (-1, if there are none)",
           "take the position of the maximum, its first one, where positions start at 0 (an empty list gives -1)",
           "find where the largest element first occurs; indices start at 0 (-1 for an empty list)",
           "count the elements before the first occurrence of the maximum (-1 for an empty list)",
           local="place", hard=True),
    _stage("fold_modulo", "reduce(lambda state, item: (state * {k} + item) % {m}, {it}, 0)", _horner,
           "start with 0, and for every number, from left to right, multiply by {k}, add the number and take the"
           " result modulo {m} (never negative)",
           "begin with 0 and for each element in turn replace the value v by ({k} * v + element) modulo {m} (never"
           " negative)",
           "fold it from the left: start with 0, and with each number x turn the value v into (v * {k} + x) mod {m},"
           " which is at least 0",
           "go through the numbers, starting with the value 0, and each time take {k} times the value plus the number,"
           " modulo {m} (never negative)",
           local="folded", hard=True, needs="from functools import reduce", k=range(2, 6),
           m=(11, 13, 17, 19, 23, 29, 31, 37)),
)  # fmt: skip
EASY = (*PLAIN, *COUNTED)
STAGES = (*EASY, *HARD)
