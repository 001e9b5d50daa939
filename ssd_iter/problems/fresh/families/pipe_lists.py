"""Stages of pipes that make a list of integers of another one."""

from __future__ import annotations

import functools
import itertools

from ssd_iter.problems.fresh.families.pipe_stages import stage

_stage = functools.partial(stage, takes="numbers", gives="numbers")


def _window_maxima(numbers: list[int], k: int) -> list[int]:
    windows = zip(*(numbers[start:] for start in range(k)))  # noqa: B905 - the shortest ends them
    return [sorted(window)[-1] for window in windows]


def _runs(numbers: list[int]) -> list[list[int]]:
    """[value, length] of each run of equal neighbours."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][0] == number:
            runs[-1][1] += 1
        else:
            runs.append([number, 1])
    return runs


def _group_sums(numbers: list[int], k: int) -> list[int]:
    sums: list[int] = []
    for place, number in enumerate(numbers):
        if place % k == 0:
            sums.append(0)
        sums[-1] += number
    return sums


def _climbs(numbers: list[int]) -> list[int]:
    return [right for left, right in itertools.pairwise(numbers) if right - left > 0]


def _sort_by_remainder(numbers: list[int], k: int) -> list[int]:
    return [number for rest in range(k) for number in numbers if number % k == rest]


SLICES = (
    _stage("take_first", "{it}[:{k}]", lambda xs, k: [x for i, x in enumerate(xs) if i < k],
           "keep only the first {k} elements (all, if there are fewer)", "take the first {k} numbers, or all if fewer",
           "drop everything after the first {k} elements", "cut it off after {k} elements",
           local="beginning", group="first", k=range(2, 6)),
    _stage("take_last", "{it}[-{k}:]", lambda xs, k: [x for i, x in enumerate(xs) if len(xs) - i <= k],
           "keep only the last {k} elements (all, if there are fewer)", "take the last {k} numbers, or all if fewer",
           "drop everything before the last {k} elements", "drop elements from the front until at most {k} are left",
           local="ending", group="last", k=range(2, 6)),
    _stage("drop_first", "{it}[{k}:]", lambda xs, k: [x for i, x in enumerate(xs) if i >= k],
           "drop the first {k} of its elements (all, if there are not more)",
           "remove the first {k} numbers, or all if fewer",
           "keep only what comes after the first {k} elements", "delete {k} elements from the front, or all if fewer",
           local="remaining", group="last", k=range(2, 5)),
    _stage("drop_last", "{it}[:-{k}]", lambda xs, k: [x for i, x in enumerate(xs) if i + k < len(xs)],
           "drop the last {k} of its elements (all, if there are not more)",
           "remove the last {k} numbers, or all if fewer",
           "keep only what comes before the last {k} elements", "delete {k} elements from the end, or all if fewer",
           local="remaining", group="first", k=range(2, 5)),
    _stage("take_every", "{it}[::{k}]", lambda xs, k: [x for i, x in enumerate(xs) if i % k == 0],
           "keep only the elements at the indices 0, {k}, 2 * {k} and so on (indices start at 0)",
           "take the first element, and from there every {k}th one",
           "keep the first element and then each element that is {k} places after the last kept one",
           "keep only elements whose index (from 0) is a multiple of {k}", local="picked", k=range(2, 4)),
    _stage("skip_first_pick", "{it}[1::2]", lambda xs: [x for i, x in enumerate(xs) if i & 1],
           "keep only the elements at odd indices (indices start at 0)",
           "take the second, fourth, sixth element and so on",
           "drop the first, third, fifth element and so on",
           "keep every second element, starting with the second",
           local="picked"),
    _stage("append", "[*{it}, {k}]", lambda xs, k: [*xs, k],
           "append the number {k}", "add the element {k} at the end", "put the number {k} behind the last element",
           "extend it by the number {k}, as its last element", local="longer", k=range(0, 16)),
    _stage("prepend", "[{k}, *{it}]", lambda xs, k: [k, *xs],
           "insert the number {k} at the front", "add the element {k} at the beginning",
           "put the number {k} before the first element", "extend it by the number {k}, as its first element",
           local="longer", k=range(0, 16)),
)  # fmt: skip
ORDERS = (
    _stage("reverse", "{it}[::-1]", lambda xs: list(reversed(xs)),
           "reverse the order", "turn it around, so that the last element comes first", "put it in reverse order",
           "reverse it", local="backwards", group="order", effect="moves"),
    _stage("sort_up", "sorted({it})", lambda xs: sorted(xs, key=lambda x: -x)[::-1],
           "sort it in ascending order", "order it from the smallest number to the largest", "sort it, smallest first",
           "arrange the numbers from smallest to largest", local="ordered", group="order", effect="moves"),
    _stage("sort_down", "sorted({it}, reverse=True)", lambda xs: sorted(xs, key=lambda x: -x),
           "sort it in descending order", "order it from the largest number to the smallest", "sort it, largest first",
           "arrange the numbers from largest to smallest", local="ordered", group="order", effect="moves"),
    _stage("drop_repeats", "list(dict.fromkeys({it}))", lambda xs: [x for i, x in enumerate(xs) if x not in xs[:i]],
           "remove duplicates, keeping the first occurrence of each number",
           "drop each number that already occurred before it", "keep only the first of all equal numbers",
           "leave each number out where it repeats an earlier one", local="unique", group="unique"),
    _stage("move_front_to_end", "{it}[{k}:] + {it}[:{k}]", lambda xs,
           k: [*xs[min(k, len(xs)):], *xs[: min(k, len(xs))]],
           "move the first {k} elements to the end, in their order (if there are not more, nothing changes)",
           "cut off the first {k} elements and put them behind the others (a list of at most {k} stays as it is)",
           "take {k} elements from the front and append them at the end in the same order, if there are more than {k}",
           "move a block of {k} elements from the front to the end (shorter lists stay unchanged)",
           local="turned", group="order", effect="moves", k=range(2, 5)),
)  # fmt: skip
HARD = (
    _stage("running_sums", "list(accumulate({it}))", lambda xs: [sum(xs[: i + 1]) for i in range(len(xs))],
           "replace every number by the sum of all numbers up to and including it",
           "take the running totals: the sum of the first number, of the first two, and so on",
           "turn it into its prefix sums, from the first element alone to all elements",
           "add to each element all elements before it (the original ones)",
           local="totals", hard=True, needs="from itertools import accumulate"),
    _stage("running_maxima", "list(accumulate({it}, max))",
           lambda xs: [sorted(xs[: i + 1])[-1] for i in range(len(xs))],
           "replace every number by the largest number up to and including it",
           "take the running maximum: the largest of the first number, of the first two, and so on",
           "turn each element into the largest of it and all elements before it",
           "put in place of each number the maximum of the elements from the start to it",
           local="records", hard=True, needs="from itertools import accumulate"),
    _stage("differences", "[after - before for before, after in zip({it}, {it}[1:])]",
           lambda xs: [xs[i + 1] - xs[i] for i in range(len(xs) - 1)],
           "take the differences of neighbours, each number minus the one before it",
           "replace it by the list of each element, from the second on, minus its predecessor",
           "turn it into the list of steps between neighbours (the later one minus the earlier one)",
           "subtract from each number but the first the number just before it, and keep only these results",
           local="steps", hard=True),
    _stage("window_sums", "[sum({it}[start : start + {k}]) for start in range(len({it}) - {k} + 1)]",
           lambda xs, k: [sum(xs[:end]) - sum(xs[: end - k]) for end in range(k, len(xs) + 1)],
           "take the sums of all {k} consecutive elements, from left to right (none, if it is shorter)",
           "replace it by the list of the sum of each window of {k} neighbours (empty, if there are fewer)",
           "slide a window of {k} elements over it and list the window sums (no window, if it is too short)",
           "list the sum of every block of {k} adjacent elements, overlapping ones too (empty, if it is shorter)",
           local="window_sums", hard=True, k=range(2, 4)),
    _stage("window_maxima", "[max({it}[start : start + {k}]) for start in range(len({it}) - {k} + 1)]", _window_maxima,
           "take the maximum of each {k} consecutive elements, from left to right (none, if it is shorter)",
           "replace it by the list of the largest number of each window of {k} neighbours (empty, if there are fewer)",
           "slide a window of {k} elements over it and list the window maxima (no window, if it is too short)",
           "list the largest of every block of {k} adjacent elements, overlaps too (empty, if it is shorter)",
           local="window_maxima", hard=True, k=range(2, 4)),
    _stage("group_sums", "[sum({it}[start : start + {k}]) for start in range(0, len({it}), {k})]", _group_sums,
           "split it into groups of {k} neighbours (the last one may be shorter) and take the sum of each group",
           "add up the first {k} elements, then the next {k}, and so on (what is left at the end is added up too)",
           "cut it into chunks of {k} elements, the last of which may be shorter, and list the sums of the chunks",
           "replace every {k} elements in a row (fewer at the end) by their sum, without overlap",
           local="group_sums", hard=True, k=range(2, 4)),
    _stage("weigh_by_place", "[place * item for place, item in enumerate({it}, 1)]",
           lambda xs: [xs[i] * (i + 1) for i in range(len(xs))],
           "multiply every number by its position, counting from 1",
           "take the first number times 1, the second times 2, and so on",
           "multiply each element by its place in the list (the first has place 1)",
           "replace each number by itself times its index, where indices start at 1", local="weighted", hard=True),
    _stage("run_lengths", "[len(list(run)) for _, run in groupby({it})]", lambda xs: [run[1] for run in _runs(xs)],
           "take the lengths of the runs of equal neighbours, from left to right",
           "replace each longest block of equal adjacent numbers by its length",
           "list how many elements each run of equal adjacent numbers has",
           "turn it into the list of the sizes of its groups of equal neighbours",
           local="lengths", hard=True, needs="from itertools import groupby"),
    _stage("drop_equal_neighbours", "[item for item, _ in groupby({it})]", lambda xs: [run[0] for run in _runs(xs)],
           "reduce each run of equal neighbours to one element",
           "drop every element that equals the one just before it",
           "keep just one number of each block of equal adjacent numbers",
           "leave out each number that is the same as its left neighbour",
           local="changes", hard=True, group="unique", needs="from itertools import groupby"),
    _stage("keep_climbs", "[after for before, after in zip({it}, {it}[1:]) if after > before]", _climbs,
           "keep only numbers that are greater than the number just before them (the first has none: drop it)",
           "drop the first element and each element that is not larger than its left neighbour in the list",
           "select the numbers that exceed their predecessor (never the first one)",
           "remove the first number and all that are at most as large as the original number before them",
           local="climbs", hard=True),
    _stage("repeat_each", "[item for item in {it} for _ in range({k})]",
           lambda xs, k: [xs[i // k] for i in range(len(xs) * k)],
           "repeat every number {k} times in a row", "replace each element by {k} copies of it",
           "write each number {k} times before the next one", "put {k} equal numbers in place of each number",
           local="copies", hard=True, k=range(2, 4)),
    _stage("sort_by_remainder", "sorted({it}, key=lambda item: item % {k})", _sort_by_remainder,
           "sort it by remainder modulo {k} (never negative), ascending, equal remainders keeping their order",
           "order the numbers by their value modulo {k} (0 first); those with the same value stay in their order",
           "put the numbers with remainder 0 modulo {k} first, then those with 1, and so on, each in their order",
           "sort stably by the remainder when divided by {k} (never negative), smallest remainder first",
           local="ordered", hard=True, group="order", effect="moves", k=range(3, 8)),
    _stage("scale_even_ones", "[item * {k} if item % 2 == 0 else item + {c} for item in {it}]",
           lambda xs, k, c: [x + c if x & 1 else x * k for x in xs],
           "multiply every even number by {k} and add {c} to every odd one",
           "replace each even element by {k} times it, and each odd element by it plus {c}",
           "take the even numbers times {k} and make the odd ones larger by {c}, leaving all in their places",
           "add {c} to each number that is odd and multiply each that is even by {k}",
           local="mixed", hard=True, effect="pointwise", k=range(2, 6), c=range(1, 8)),
)  # fmt: skip
