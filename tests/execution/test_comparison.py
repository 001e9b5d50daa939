"""When an answer, or what was printed, is right."""

from __future__ import annotations

import json
import math
from collections import OrderedDict
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssd_iter.execution.comparison import matches, matches_livecodebench, prints
from ssd_iter.execution.inside.encoding import Opaque, decode, encode

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)
ALIKE = st.recursive(
    st.sampled_from([None, False, True, 0, 1, 0.0, 1.0, -0.0, 1e-9, "", "1", 2**53, 2.0**53, 2**53 + 1]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=4,
)
COMPARISONS = ("exact", "tokens", "close", "livecodebench")


def told_apart(value):
    """Python's `==`, but for bools, which are no numbers here."""
    if isinstance(value, list):
        return [told_apart(item) for item in value]
    if isinstance(value, dict):
        return {key: told_apart(item) for key, item in value.items()}
    return (value,) if isinstance(value, bool) else value


@given(JSON, st.sampled_from(["exact", "close"]))
def test_an_answer_matches_itself(value, comparison):
    assert matches(json.loads(json.dumps(value)), value, comparison)
    assert matches(decode(encode(value)), value, comparison)


@given(ALIKE, ALIKE)
def test_an_answer_matches_just_what_it_equals(answer, expected):
    assert matches(answer, expected) == (told_apart(answer) == told_apart(expected))


@given(ALIKE, ALIKE)
def test_being_close_never_takes_back_being_right(answer, expected):
    assert matches(answer, expected, "close") or not matches(answer, expected)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (True, 1),
        (1, True),
        (False, 0.0),
        (0.0, False),
        (None, False),
        (0, None),
        ("1", 1),
        (b"a", "a"),
        ({1: 2}, {"1": 2}),
        ({"a": 1, 1: 2}, {"a": 1, "1": 2}),
        ({1}, [1]),
        (range(2), [0, 1]),
        ([1], [1, 2]),
        ([1, 2], [1]),
        ({"a": 1}, {"a": 1, "b": 1}),
        ({"a": 1, "b": 1}, {"a": 1}),
        (Decimal(1), 1),
        (Fraction(1), 1),
        (1 + 0j, 1),
        ([True], [1]),
        ({"a": [1]}, {"a": [True]}),
        (float("nan"), float("nan")),
        ([[[]]], [[]]),
    ],
)
def test_values_of_other_kinds_do_not_match(answer, expected):
    assert not matches(answer, expected)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [(2.0, 2), (2, 2.0), (-0.0, 0), ((1, (2,)), [1, [2]]), ({"b": 1, "a": ()}, {"a": [], "b": 1}), (10**400, 10**400)],
)
def test_numbers_compare_by_value_and_a_tuple_will_do_for_a_list(answer, expected):
    assert matches(answer, expected)
    assert matches([answer], [expected], "close")


@pytest.mark.parametrize("comparison", ["exact", "close"])
@pytest.mark.parametrize("expected", [None, True, 1, 1.5, "a", [], {}, [1], {"a": 1}])
def test_an_opaque_answer_never_matches(expected, comparison):
    opaque = Opaque("generator")
    assert not matches(opaque, expected, comparison)
    assert not matches([1, opaque], [1, expected], comparison)
    assert not matches_livecodebench(opaque, expected)


def test_an_opaque_answer_matches_not_even_itself():
    opaque = Opaque("generator")
    assert opaque != opaque and not matches_livecodebench((opaque,), [Opaque("generator")])


CLOSE = [
    (0.1 + 0.2, 0.3, True),
    (1.0 + 9e-7, 1.0, True),
    (1.0 + 2e-6, 1.0, False),
    (-9e-7, 0.0, True),
    (-2e-6, 0.0, False),
    (1e9 + 90, 1e9, True),
    (1e9 + 200, 1e9, False),
    (1, 1.0000005, True),
    (1.0000005, 1, False),
    (10**9 + 1, 10**9, False),
    (math.inf, math.inf, True),
    (-math.inf, math.inf, False),
    (1e308, math.inf, False),
    (math.nan, math.nan, True),
    (math.nan, 1.0, False),
    (1.0, math.nan, False),
    (10**400, 1.0, False),
    (1.0, 10**400, False),
    (10**400, math.inf, False),
    (True, 1.0, False),
    ("1.0", 1.0, False),
    (None, 0.0, False),
]


@pytest.mark.parametrize(("answer", "expected", "right"), CLOSE)
@pytest.mark.parametrize(
    "place", [lambda v: v, lambda v: [0, [v]], lambda v: {"a": {"b": [v]}}], ids=["top", "list", "dict"]
)
def test_close_forgives_small_differences_of_floats_at_any_depth(answer, expected, right, place):
    assert matches(place(answer), place(expected), "close") is right


@pytest.mark.parametrize(("answer", "expected", "right"), [row for row in CLOSE if row[2]])
def test_exact_forgives_nothing(answer, expected, right):
    assert matches(answer, expected) is (answer == expected)


@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(-2e-6, 2e-6))
def test_close_is_within_a_millionth_or_a_ten_millionth_part(value, off):
    gap = abs((value + off) - value)
    bound = max(1e-6, 1e-7 * max(abs(value), abs(value + off)))
    assert matches(value + off, value, "close") is (gap <= bound)


@pytest.mark.parametrize(
    ("answer", "expected", "right"),
    [
        ((1, 2), [1, 2], True),
        ([(1, 2)], [[1, 2]], False),
        (((1, 2),), [[1, 2]], False),
        (True, 1, True),
        ({1}, [1], False),
        (Decimal(1), 1, True),
        (Decimal("sNaN"), 1, False),
        ([Decimal("sNaN")], [1], False),
        (float("nan"), 1.0, False),
        ({1: 2}, {"1": 2}, False),
        ("[1, 2]", [1, 2], False),
    ],
)
def test_livecodebench_makes_the_outermost_tuple_a_list_and_compares(answer, expected, right):
    assert matches_livecodebench(answer, expected) is right


@given(JSON)
def test_a_subclass_from_the_other_side_matches_as_its_base(value):
    dressed = OrderedDict(value) if isinstance(value, dict) else value
    assert matches(decode(encode(dressed)), value)


PRINTED = [
    # printed, expected, exact, tokens, close, livecodebench
    ("1 2\n", "1 2\n", True, True, True, True),
    ("1 2", "1 2\n", True, True, True, True),
    ("1 2  \n3\t\n", "1 2\n3", True, True, True, True),
    ("1\r\n2\r\n", "1\n2\n", True, True, True, True),
    ("1\n\n\n", "1", True, True, True, True),
    ("1\u00a0\u3000", "1", True, True, True, True),
    ("", "\n \n", True, True, True, True),
    ("  1", "1", False, True, True, True),
    ("\n1", "1", False, True, True, True),
    ("1\n\n2", "1\n2", False, True, True, False),
    ("1  2", "1 2", False, True, True, True),
    ("1\u20032", "1 2", False, True, True, True),
    ("a  b", "a b", False, True, True, False),
    ("1 2", "1\n2", False, True, True, False),
    ("12", "1 2", False, False, False, False),
    ("1.0", "1", False, False, True, True),
    ("1e2", "100", False, False, True, True),
    ("+1", "1", False, False, True, True),
    ("0.30000000000000004", "0.3", False, False, True, False),
    ("x 1.0000001", "x 1", False, False, True, False),
    ("1.001", "1", False, False, False, False),
    ("nan", "NaN", False, False, True, False),
    ("sNaN 1", "nan 1", False, False, False, False),
    ("yes", "Yes", False, False, False, False),
    ("yes 1.0", "yes 1", False, False, True, False),
    ("0x10", "16", False, False, False, False),
    ("\u0661", "1", False, False, True, True),
    ("1\u200b", "1", False, False, False, False),
    ("1", "", False, False, False, False),
    ("", "1", False, False, False, False),
    ("1 2", "1", False, False, False, False),
]


@pytest.mark.parametrize(("printed", "expected", *COMPARISONS), PRINTED)
def test_how_much_of_the_spacing_and_the_digits_counts(printed, expected, exact, tokens, close, livecodebench):
    right = [prints(printed, expected, comparison) for comparison in COMPARISONS]
    assert right == [exact, tokens, close, livecodebench]


@given(st.text(), st.sampled_from(COMPARISONS))
def test_what_is_printed_matches_itself(text, comparison):
    assert prints(text, text, comparison)
    assert prints(f"{text}\n", text, comparison)


@given(st.lists(st.text(st.characters(categories=["L", "N"]), min_size=1)), st.sampled_from(["", " ", "\n", "\t \n"]))
def test_tokens_are_the_words_however_they_are_spaced(words, space):
    assert prints(f" {space}".join(words) + space, " ".join(words), "tokens")
    assert not prints(" ".join([*words, "more"]), " ".join(words), "tokens")
