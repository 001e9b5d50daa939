from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssd_iter.execution.worker import matches

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


class Agreeable:
    """Equal to everything, of any class one likes."""

    def __init__(self, claimed):
        self.claimed = claimed

    @property
    def __class__(self):
        return self.claimed

    def __eq__(self, other):
        return True

    __hash__ = object.__hash__


def agreeable(base):
    return type("Agreeable", (base,), {"__eq__": lambda self, other: True, "__hash__": base.__hash__})


@given(JSON)
def test_an_answer_matches_itself(value):
    assert matches(json.loads(json.dumps(value)), value)


@given(JSON, JSON)
def test_only_equal_values_match(answer, expected):
    assert not matches(answer, expected) or answer == expected


@given(JSON)
def test_an_object_equal_to_everything_matches_nothing(expected):
    assert not matches(Agreeable(type(expected)), expected)


@pytest.mark.parametrize(
    ("answer", "true_value", "expected"),
    [
        (agreeable(int)(3), 3, 4),
        (agreeable(float)(3.0), 3.0, 4.0),
        (agreeable(str)("a"), "a", "b"),
        (agreeable(list)([1]), [1], [2]),
        (agreeable(tuple)([1]), [1], [2]),
        (agreeable(dict)(a=1), {"a": 1}, {"a": 2}),
        ([agreeable(int)(3)], [3], [4]),
    ],
)
def test_a_subclass_counts_as_its_base_whatever_it_says_of_itself(answer, true_value, expected):
    assert answer == expected
    assert not matches(answer, expected)
    assert matches(answer, true_value)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [(True, 1), (1, True), (0.0, False), (None, False), ("1", 1), ({1: 2}, {"1": 2}), ({1}, [1]), (b"a", "a")],
)
def test_values_of_other_kinds_do_not_match(answer, expected):
    assert not matches(answer, expected)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [(2.0, 2), (2, 2.0), ((1, (2,)), [1, [2]]), ({"b": 1, "a": 2}, {"a": 2, "b": 1})],
)
def test_numbers_compare_by_value_and_a_tuple_will_do_for_a_list(answer, expected):
    assert matches(answer, expected)


def test_an_answer_that_holds_itself_does_not_match():
    endless = []
    endless.append(endless)
    assert not matches(endless, [[[]]])
