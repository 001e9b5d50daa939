"""Stages of pipes that take an integer."""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Sequence

from ssd_iter.problems.fresh.families.pipe_stages import stage

_stage = functools.partial(stage, takes="number", gives="number")


def _digits(value: int) -> list[int]:
    """Decimal digits of the absolute value, most significant first."""
    value, digits = abs(value), []
    while value >= 10:
        value, digit = divmod(value, 10)
        digits.append(digit)
    return [value, *reversed(digits)]


def _bits(value: int) -> list[int]:
    """Binary digits of the absolute value, most significant first."""
    value = abs(value)
    return [value >> place & 1 for place in reversed(range(max(1, value.bit_length())))]


def _gcd(value: int, k: int) -> int:
    while value:
        value, k = k % value, value
    return abs(k)


def _undigits(digits: Sequence[int]) -> int:
    return sum(digit * 10**place for place, digit in enumerate(reversed(digits)))


ARITHMETIC = (
    _stage("add", "{it} + {k}", operator.add,
           "add {k}", "increase it by {k}", "add {k} to it", "make it larger by {k}",
           local="increased", group="shift", k=range(1, 31)),
    _stage("subtract", "{it} - {k}", operator.sub,
           "subtract {k}", "decrease it by {k}", "subtract {k} from it", "make it smaller by {k}",
           local="decreased", group="shift", k=range(1, 31)),
    _stage("subtract_from", "{k} - {it}", lambda x, k: -x + k,
           "subtract it from {k}", "replace it by {k} minus it", "take it away from {k}",
           "replace it by the result of {k} minus it",
           local="complement", group="shift", k=range(1, 31)),
    _stage("multiply", "{it} * {k}", operator.mul,
           "multiply it by {k}", "make it {k} times as large", "take it times {k}",
           "replace it by its product with {k}",
           local="scaled", group="scale", k=range(2, 21)),
    _stage("square", "{it} * {it}", lambda x: x**2,
           "square it", "multiply it by itself", "replace it by its square", "take its square", local="squared"),
    _stage("negate", "-{it}", operator.neg,
           "negate it", "change its sign", "multiply it by -1", "flip its sign", local="negated", group="scale"),
)  # fmt: skip
LIMITS = (
    _stage("absolute", "abs({it})", lambda x: math.isqrt(x * x),
           "take its absolute value", "drop its minus sign if it has one", "replace it by its absolute value",
           "make it positive if it is negative", local="size", group="absolute"),
    _stage("distance", "abs({it} - {k})", lambda x, k: max(x, k) - min(x, k),
           "take the absolute difference between it and {k}", "replace it by its distance from {k}",
           "compute how far it is from {k}", "take the absolute value of the difference of it and {k}",
           local="distance", group="absolute", k=range(3, 33)),
    _stage("at_least", "max({it}, {k})", lambda x, k: x if x > k else k,
           "if it is less than {k}, replace it by {k}", "raise it to {k} if it is smaller than that",
           "take the larger of it and {k}", "take the maximum of it and {k}",
           local="raised", group="limit", k=range(-6, 19)),
    _stage("at_most", "min({it}, {k})", lambda x, k: x if x < k else k,
           "if it is greater than {k}, replace it by {k}", "lower it to {k} if it is larger than that",
           "take the smaller of it and {k}", "take the minimum of it and {k}",
           local="lowered", group="limit", k=range(18, 48)),
)  # fmt: skip
DIVISION = (
    _stage("remainder", "{it} % {k}", lambda x, k: x - math.floor(x // k) * k,
           "take the remainder when it is divided by {k} (never negative)",
           "replace it by its value modulo {k} (from 0 up to, but not including, {k})",
           "take it modulo {k} (never negative)", "reduce it modulo {k}, to a number that is not negative",
           local="rest", group="remainder", k=range(6, 31)),
    _stage("divide", "{it} // {k}", lambda x, k: (x - x % k) // k,
           "divide it by {k}, rounding down (toward minus infinity)",
           "replace it by the floor of it divided by {k}",
           "floor divide it by {k} (round toward minus infinity)",
           "divide it by {k} and round the result down to the next integer that is not larger",
           local="quotient", group="divide", k=range(2, 14)),
    _stage("round_down", "{it} - {it} % {k}", lambda x, k: x // k * k,
           "round it down to a multiple of {k}", "replace it by the largest multiple of {k} that is not above it",
           "lower it to the nearest multiple of {k} that is at most it",
           "reduce it to the greatest multiple of {k} not exceeding it",
           local="rounded", group="round", k=range(3, 16)),
    _stage("round_up", "-(-{it} // {k}) * {k}", lambda x, k: x + (k - x % k) % k,
           "round it up to a multiple of {k}", "replace it by the smallest multiple of {k} that is not below it",
           "raise it to the nearest multiple of {k} that is at least it",
           "increase it to the least multiple of {k} not less than it",
           local="rounded", group="round", k=range(3, 16)),
)  # fmt: skip
RULES = (
    _stage("digit_sum", "sum(int(digit) for digit in str(abs({it})))", lambda x: sum(_digits(x)),
           "take the sum of its decimal digits, ignoring any minus sign",
           "replace it by the sum of the digits of its absolute value",
           "add up its decimal digits (without the sign)", "compute the digit sum of its absolute value",
           local="digit_sum", hard=True),
    _stage("reverse_digits", "int(str(abs({it}))[::-1])", lambda x: _undigits(_digits(x)[::-1]),
           "reverse its decimal digits, dropping any minus sign and any leading zeros that result",
           "read the digits of its absolute value backwards, as a number",
           "replace it by the number that has the digits of its absolute value in reverse order",
           "write its absolute value backwards and take that as a number",
           local="mirrored", hard=True),
    _stage("count_ones", 'bin(abs({it})).count("1")', lambda x: sum(_bits(x)),
           "count the ones in the binary form of its absolute value",
           "replace it by the number of 1 bits of its absolute value",
           "take the number of ones among the binary digits of its absolute value",
           "write its absolute value in base 2 and count the ones",
           local="ones", hard=True),
    _stage("gcd", "gcd({it}, {k})", _gcd,
           "take the greatest common divisor of it and {k} (which is {k} for 0)",
           "replace it by the largest number that divides both it and {k} (for 0, that is {k})",
           "compute the greatest common divisor of {k} and it (0 gives {k})",
           "find the greatest number that divides {k} and it (for 0 that is {k})",
           local="divisor", hard=True, needs="from math import gcd",
           k=(12, 18, 20, 24, 30, 36, 40, 42, 48, 60, 72, 84, 90, 96, 120)),
    _stage("halve_or_grow", "{it} // 2 if {it} % 2 == 0 else {it} * {k} + {c}",
           lambda x, k, c: x * k + c if x & 1 else x >> 1,
           "if it is even, halve it, otherwise multiply it by {k} and add {c}",
           "divide it by 2 if it is even; if it is odd, replace it by {k} times it plus {c}",
           "halve it when it is even, and when it is odd, multiply it by {k} and add {c} to that",
           "for an even number take half of it, for an odd one take {k} times it plus {c}",
           local="moved", hard=True, k=range(2, 8), c=range(1, 10)),
    _stage("divisible_rule", "{it} + {a} if {it} % {m} == 0 else {it} - {b}",
           lambda x, m, a, b: x + (-b if x % m else a),
           "if it is divisible by {m}, add {a}, otherwise subtract {b}",
           "increase it by {a} if it is a multiple of {m}, and else decrease it by {b}",
           "add {a} to it when {m} divides it, and subtract {b} from it when not",
           "for a multiple of {m} add {a}, for any other number subtract {b}",
           local="moved", hard=True, m=range(2, 6), a=range(3, 8), b=range(1, 8)),
    _stage("threshold_rule", "{it} - {a} if {it} > {t} else {it} * {b}",
           lambda x, t, a, b: x * b if x <= t else x - a,
           "if it is greater than {t}, subtract {a}, otherwise multiply it by {b}",
           "decrease it by {a} if it is above {t}, and else take it times {b}",
           "subtract {a} from it when it exceeds {t}, and multiply it by {b} when not",
           "above {t} make it smaller by {a}; if it is {t} or less, multiply it by {b}",
           local="moved", hard=True, t=range(5, 26, 5), a=range(1, 8), b=range(2, 6)),
)  # fmt: skip
TO_LISTS = (
    _stage("digits", "[int(digit) for digit in str(abs({it}))]", _digits,
           "make the list of its decimal digits, most significant first, ignoring any minus sign",
           "turn it into the list of the digits of its absolute value, from left to right",
           "split its absolute value into the list of its decimal digits, in the order they are written",
           "list the decimal digits of its absolute value, the leading one first",
           local="digits", gives="numbers", hard=True),
    _stage("bits", "[int(bit) for bit in bin(abs({it}))[2:]]", _bits,
           "make the list of the binary digits of its absolute value, most significant first",
           "turn its absolute value into the list of its bits, from left to right (0 gives [0])",
           "write its absolute value in base 2 and take the list of the digits, the leading one first",
           "list the digits of the binary form of its absolute value, in the order they are written",
           local="bits", gives="numbers", hard=True),
    _stage("multiples", "[{it} * factor for factor in range(1, {k} + 1)]",
           lambda x, k: [x * n for n in range(k + 1)][1:],
           "make the list of its first {k} multiples, from 1 times it to {k} times it",
           "turn it into the list of 1 times it, 2 times it and so on, up to {k} times it",
           "list the products of it with 1, 2, 3, ..., {k}",
           "multiply it by each number from 1 to {k}, in that order, and take the list of the products",
           local="multiples", gives="numbers", hard=True, k=range(4, 8)),
    _stage("progression", "[{it} + {d} * count for count in range({k})]",
           lambda x, d, k: list(range(x, x + d * k, d)),
           "make the list of {k} numbers that starts with it, each one {d} more than the one before",
           "turn it into a list of {k} numbers: it is the first, and each next one is larger by {d}",
           "list {k} numbers, starting with it and going up in steps of {d}",
           "count up from it in steps of {d}, and take the list of the first {k} numbers, it being the first",
           local="progression", gives="numbers", hard=True, d=range(2, 10), k=range(4, 7)),
    _stage("remainders", "[{it} % divisor for divisor in range(2, {k} + 1)]",
           lambda x, k: [x - x // n * n for n in range(2, k + 1)],
           "make the list of its remainders when divided by 2, by 3 and so on up to {k} (never negative)",
           "turn it into the list of its values modulo 2, 3, ..., {k}, none of which is negative",
           "list its remainders modulo 2, modulo 3, ..., modulo {k} (all from 0 up)",
           "divide it by each number from 2 to {k}, in that order, and take the list of remainders (never negative)",
           local="remainders", gives="numbers", hard=True, k=range(5, 10)),
)  # fmt: skip
STAGES = (*ARITHMETIC, *LIMITS, *DIVISION, *RULES)
