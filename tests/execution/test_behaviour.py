"""The hash of what a program answered: alike for like answers, however they came about."""

from __future__ import annotations

import json
from contextlib import closing
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssd_iter.execution.behaviour import Behaviour
from ssd_iter.execution.cache import VerdictCache
from ssd_iter.execution.inside.encoding import Opaque, decode, encode
from ssd_iter.execution.limits import Limits
from ssd_iter.execution.programs import Program
from ssd_iter.execution.sandbox import Sandbox, execute
from ssd_iter.problems.base import TestCase

LIMITS = Limits(cpu_seconds=0.4, memory_mb=256, output_mb=1)
DOUBLES = tuple(TestCase((x,), 2 * x) for x in (1, 2, 3))
DOUBLE = "def f(x): return 2 * x"
OTHERS = [
    "def f(x): return 2 * x if x < 3 else 7",
    "def f(x): return 2 * x if x < 3 else 8",
    "def f(x): return 2 * x if x < 2 else 7",
    "def f(x): return 2 * x if x < 3 else 1 / 0",
    "def f(x): return 2 * x if x < 3 else [][0]",
    "def f(x): return 2 * x if x < 3 else (i for i in ())",
    "def f(x): return 2 * x if x < 3 else f",
    "def f(x):\n    while x == 3: pass\n    return 2 * x",
    "def f(x):\n    while x == 2: pass\n    return 2 * x",
    "import ctypes\ndef f(x): return 2 * x if x < 3 else ctypes.string_at(0)",
    "import os\ndef f(x): return 2 * x if x < 3 else os._exit(0)",
    "def f(x): return 2 * x if x < 3 else [0] * 10**9",
    "import f",
    "def f(x)",
    "1 / 0",
    "while True: pass",
]
KEYS = st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.binary(max_size=3)
VALUES = st.recursive(
    KEYS | st.floats(allow_nan=False) | st.decimals(allow_nan=False),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(KEYS, inner, max_size=3)
        | st.sets(KEYS, max_size=3)
        | st.frozensets(KEYS, max_size=3)
    ),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def sandbox(level):
    with closing(Sandbox(level, 1)) as opened:
        yield opened


@pytest.fixture
def result_of(sandbox):
    """How a function `f` ends, that should double 1, 2 and 3 where nothing else is asked."""

    def run(code, **fields):
        known = {"entry_point": "f", "limits": LIMITS} | fields
        known |= {} if "check" in known or "cases" in known else {"cases": DOUBLES}
        [(_, result)] = sandbox.run([Program(code=code, **known)])
        return result

    return run


@pytest.fixture
def behaviour(result_of):
    return lambda code, **fields: result_of(code, **fields).behaviour_sha256


@pytest.fixture
def answer(behaviour):
    """The behaviour of an `f` that returns the value of an expression."""
    return lambda expression, **fields: behaviour(f"def f(x): return {expression}", **fields)


@pytest.fixture
def printing(behaviour):
    """The behaviour of a program that reads and prints."""
    cases = (TestCase(("1\n",), "a\nb\n"),)
    return lambda code, **fields: behaviour(code, style="stdin", **({"cases": cases} | fields))


def taken_down(value):
    taken = Behaviour()
    taken.answered(value)
    return taken.sha256(["wrong"])


def shape(value):
    """What tells values apart: types at every depth and the sign of a zero, but no order of sets or keys."""
    kind = type(value)
    if kind in (list, tuple):
        return kind, tuple(map(shape, value))
    if kind in (set, frozenset):
        return kind, frozenset(map(shape, value))
    if kind is dict:
        return kind, frozenset((shape(key), shape(item)) for key, item in value.items())
    return kind, repr(value) if kind in (float, Decimal) else value


def reordered(value):
    """The same value, its sets and dicts filled the other way round."""
    kind = type(value)
    if kind is dict:
        return {reordered(key): reordered(item) for key, item in reversed(value.items())}
    if kind in (set, frozenset):
        return kind(sorted(value, key=repr, reverse=True))
    return kind(map(reordered, value)) if kind in (list, tuple) else value


def test_programs_that_answer_alike_share_a_behaviour_however_they_are_written(behaviour):
    other = "import math\nclass Solution:\n    def f(self, number):\n        return sum([number, number])"
    assert behaviour(DOUBLE) == behaviour(other)


def test_a_behaviour_is_64_hexadecimal_digits(behaviour):
    assert len(bytes.fromhex(behaviour(DOUBLE))) == 32


def test_another_answer_or_end_is_another_behaviour(behaviour):
    found = {behaviour(code): code for code in OTHERS}
    assert len(found) == len(OTHERS)
    assert not {None, behaviour(DOUBLE)} & found.keys()


def test_what_a_check_asks_and_gets_counts(behaviour):
    check = "def check(c):\n    assert c(1) == 2\n    assert c(x=2)[0] in (4, 5)\n    assert c(3) == 6"
    codes = [f"def f(x): return [{last}] if x == 2 else 2 * x" for last in (4, 5)]
    assert len({behaviour(code, check=check) for code in [DOUBLE, *codes]}) == 3
    assert behaviour(codes[0], check=check) == behaviour(f"\n{codes[0]}", check=check)


def test_an_exception_that_the_check_expects_counts_by_its_builtin_class(behaviour):
    check = "def check(c):\n    try: c(-1)\n    except Exception: return\n    assert False"
    words, own, other = (
        behaviour(code, check=check)
        for code in (
            "def f(x): raise ValueError('negative')",
            "class Negative(ValueError): pass\ndef f(x): raise Negative(x)",
            "def f(x): raise TypeError('negative')",
        )
    )
    assert words == own != other


def test_answers_that_are_equal_or_look_alike_differ_by_type():
    alike = [1, True, 1.0, "1", [1], (1,), {1}, frozenset([1]), {1: 1}, b"1", 1 + 0j, Decimal(1), Fraction(1), None]
    assert len(set(map(taken_down, alike))) == len(alike)


def test_types_differ_through_the_sandbox_where_the_verdict_is_the_same(result_of):
    results = [result_of(f"def f(x): return {x}", check="def check(c): assert c(1) == 1") for x in ("1", "True", "1.0")]
    assert [result.verdict for result in results] == ["pass"] * 3
    assert len({result.behaviour_sha256 for result in results}) == 3


def test_floats_count_to_the_bit(answer):
    assert len({answer(x) for x in ("0.3", "0.1 + 0.2", "0.0", "-0.0", "1e-320")}) == 5


def test_nan_is_stable(answer):
    assert answer("float('nan')") == answer("1e999 - 1e999") != answer("1e999")
    assert answer("{float('nan'): 1, 'a': 2}") == answer("{'a': 2, float('nan'): 1}")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("{'a': 1, 'b': [{1: 2, 'c': 3}]}", "{'b': [{'c': 3, 1: 2}], 'a': 1}"),
        ("{1, 9, 17, 'a', (2,)}", "{(2,), 'a', 17, 9, 1}"),
        ("{frozenset({8, 16}), frozenset({0, 32})}", "{frozenset({32, 0}), frozenset({16, 8})}"),
        ("[{0: 1, 8: 2}, 'x']", "[{8: 2, 0: 1}, 'x']"),
    ],
)
def test_the_order_of_keys_and_members_does_not_count(answer, one, other):
    assert answer(one) == answer(other)


def test_the_order_of_an_answer_that_is_passed_back_does_not_count(behaviour):
    check = "def check(c): assert c(c(1)) is None"
    assert behaviour("def f(x): return {1: 2, 3: 4}", check=check) == behaviour(
        "def f(x): return {3: 4, 1: 2}", check=check
    )


@given(VALUES, VALUES)
def test_values_share_a_hash_if_and_only_if_they_are_the_same(one, other):
    assert taken_down(one) == taken_down(reordered(one)) == taken_down(decode(encode(one)))
    assert (taken_down(one) == taken_down(other)) == (shape(one) == shape(other))


def test_a_set_of_hashes_is_not_taken_for_what_was_hashed():
    members = {1, "a"}
    assert taken_down(members) != taken_down({sha256(json.dumps(member).encode()).hexdigest() for member in members})


def test_opaque_answers_go_by_their_type(answer, behaviour):
    assert answer("(i for i in ())") == answer("(i for i in [1])") != answer("f")
    assert behaviour("class A: pass\ndef f(x): return A()") != behaviour("class B: pass\ndef f(x): return B()")
    assert taken_down([Opaque("A")]) != taken_down([Opaque("B")])


def test_deep_answers_have_a_behaviour(answer, behaviour):
    deep = "def f(x):\n    a = {}\n    for _ in range(DEPTH): a = {1: a, 2: 0}\n    return a"
    found = {behaviour(deep.replace("DEPTH", str(depth))) for depth in (100, 150, 300, 600)}
    assert None not in found
    assert len(found) >= 2


@pytest.mark.parametrize("text", ["'x' * 10**6", "'é' * 170_000", "'\\U0001f40d\\ud800\\0' * 9000", "[0.5] * 200_000"])
def test_large_and_odd_answers_count_whole(answer, text):
    assert answer(text) == answer(f"type({text})({text})") != answer(f"({text})[:-1]")


def test_white_space_at_the_ends_of_what_is_printed_does_not_count(printing):
    same = [printing(code) for code in ("print('a\\nb')", "print('a  \\nb\\t\\n\\n')", "print(end='a\\r\\nb')")]
    others = [printing(code) for code in ("print('a b')", "print(' a\\nb')", "print('a\\n\\nb')", "print('a')", "")]
    assert len(set(same)) == 1
    assert len({*same, *others}) == 6


def test_what_the_comparison_lets_pass_counts_all_the_same(printing, answer):
    assert printing("print('a b')", comparison="tokens") != printing("print('a  b')", comparison="tokens")
    assert answer("2 * x", comparison="close") != answer("2 * x + 1e-9", comparison="close")


@given(st.lists(st.sampled_from(["", "a", "bc ", " \t", "é"]), max_size=9), st.sampled_from([1, 20_000]))
def test_lines_count_wherever_pieces_end(lines, times):
    one, other, third = Behaviour(), Behaviour(), Behaviour()
    one.printed("\n".join(lines * times))
    other.printed("\n".join([line.rstrip() for line in lines] * times).rstrip())
    third.printed("\n".join([*lines * times, "e"]))
    assert one.sha256(["pass"]) == other.sha256(["pass"]) != third.sha256(["pass"])


def test_how_a_program_that_prints_ends_counts(printing):
    codes = ["1 / 0", "[][0]", "import sys; sys.exit(1)", "while True: pass", "def", "print('a')"]
    assert len({printing(code) for code in codes}) == 6
    assert printing("print('a')\n1 / 0") == printing("raise ZeroDivisionError('of its own')")


def test_all_tests_that_ran_count(behaviour):
    codes = ["def f(x): return 0", "def f(x): return 0 if x == 1 else 2 * x"]
    assert behaviour(codes[0]) == behaviour(codes[1])
    assert behaviour(codes[0], all_tests=True) != behaviour(codes[1], all_tests=True)


@pytest.mark.parametrize("code", [DOUBLE, "1 / 0", "def f(x): return 3"])
def test_where_the_tests_run_in_its_process_a_program_has_no_behaviour(behaviour, code):
    assert behaviour(code, check="def check(c): assert c(1) == 2", inproc=True) is None


def test_tests_that_are_broken_show_no_behaviour(result_of):
    result = result_of(DOUBLE, check="def check(c):\n    c(1)\n    missing")
    assert (result.verdict, result.behaviour_sha256) == ("sandbox_error", None)


def test_a_cached_result_has_the_same_behaviour(level, tmp_path):
    program = Program(code=DOUBLE, entry_point="f", cases=DOUBLES, limits=LIMITS)
    found = []
    for _ in range(2):
        with closing(VerdictCache(tmp_path / "verdicts.sqlite")) as cache:
            found += [result for _, result in execute([program], isolation=level, workers=1, cache=cache)]
    assert [result.cached for result in found] == [False, True]
    assert found[0].behaviour_sha256 == found[1].behaviour_sha256 is not None
