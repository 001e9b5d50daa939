"""What crosses between the two sides: data, whole or not at all."""

from __future__ import annotations

import json
import types
from collections import Counter, OrderedDict, defaultdict, namedtuple
from decimal import Decimal
from enum import IntEnum, StrEnum
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssd_iter.execution.inside.encoding import NotDataError, Opaque, decode, encode, encode_exactly

TEXT = st.text(st.characters(exclude_categories=()))
HUGE = 10**5000
INTEGERS = st.integers() | st.integers(2**62, 2**65) | st.integers(0, 9).map(lambda more: -HUGE - more)
ENDS = st.integers(-(10**30), 10**30)
RANGES = st.builds(
    lambda start, n, step: range(start, start + n * step, step), ENDS, st.integers(0, 99), ENDS.filter(bool)
)
ATOMS = (
    st.none()
    | st.booleans()
    | INTEGERS
    | st.floats(allow_nan=False)
    | TEXT
    | st.binary()
    | st.complex_numbers(allow_nan=False)
    | RANGES
    | st.fractions()
    | st.decimals(allow_nan=False)
)
HASHABLE = st.recursive(ATOMS, lambda inner: st.lists(inner, max_size=3).map(tuple) | st.frozensets(inner, max_size=3))
VALUES = st.recursive(
    ATOMS | st.decimals() | st.sets(HASHABLE, max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.lists(inner, max_size=3).map(tuple) | st.dictionaries(HASHABLE, inner)
    ),
    max_leaves=10,
)
TAGS = ("int", "tuple", "dict", "set", "frozenset", "bytes", "complex", "range", "Decimal", "Fraction", "opaque")
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT | st.sampled_from(["1/0", "0x", "sNaN", "-1/3"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(TEXT, inner, max_size=3)
        | st.fixed_dictionaries({"t": st.sampled_from(TAGS) | inner, "v": inner | st.lists(inner, max_size=3)})
        | st.fixed_dictionaries({}, optional={"t": st.sampled_from(TAGS), "v": inner, "w": inner})
    ),
)


def shape(value):
    """Tells apart what `==` does not: types at every depth, and the sign of a zero."""
    kind = type(value)
    if kind in (list, tuple):
        return kind, tuple(map(shape, value))
    if kind in (set, frozenset):
        return kind, frozenset(map(shape, value))
    if kind is dict:
        return kind, tuple((shape(key), shape(item)) for key, item in value.items())
    return kind, repr(value) if kind in (float, complex, Decimal) else value


def nested(depth):
    answer = []
    for _ in range(depth):
        answer = [answer]
    return answer


def holding_itself():
    answer = [1]
    answer.append(answer)
    return answer


class Liar:
    """Of any class one likes, and equal to everything."""

    __class__ = int

    def __eq__(self, other):
        return True

    __hash__ = object.__hash__


class NamelessKind(type):
    __name__ = property(lambda self: 1 / 0)


class Nameless(metaclass=NamelessKind):
    pass


class HostileInt(int):
    def __eq__(self, other):
        return True

    __hash__ = int.__hash__
    __index__ = __int__ = __repr__ = lambda self: 99


def hostile(base, value, **methods):
    lies = {name: lambda *_, lie=lie: lie for name, lie in methods.items()}
    return type("Hostile", (base,), lies)(value)


Point = namedtuple("Point", "x y")


@pytest.mark.filterwarnings("ignore:Generating overly large repr")  # hypothesis shows what it draws from
@given(VALUES)
def test_data_arrives_with_its_value_and_its_types_at_every_depth(value):
    assert shape(decode(encode_exactly(value))) == shape(value)
    assert encode(value) == encode_exactly(value)


@pytest.mark.parametrize("value", [float("nan"), [float("nan")], {"a": (float("nan"),)}], ids=str)
def test_not_a_number_arrives_as_such(value):
    assert repr(decode(encode_exactly(value))) == repr(value)


@pytest.mark.parametrize(
    "value",
    [
        range(HUGE),
        range(-HUGE, HUGE, 3),
        range(10**7),
        Fraction(HUGE),
        Fraction(1, HUGE),
        Decimal("1." + "3" * 20_000),
        Decimal("1E+999999"),
        [[HUGE**2]],
    ],
    ids=["range", "steps", "long range", "fraction", "small fraction", "decimal", "exponent", "integer"],
)
def test_a_value_of_very_many_digits_arrives_or_is_refused(value):
    try:
        message = encode_exactly(value)
    except NotDataError:
        return
    assert shape(decode(message)) == shape(value)


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        (Point(1, [2]), (1, [2])),
        (IntEnum("Colour", "RED BLUE").BLUE, 2),
        (StrEnum("Word", "one").one, "one"),
        (OrderedDict(a=1), {"a": 1}),
        (defaultdict(list, {1: [2]}), {1: [2]}),
        (Counter("aab"), {"a": 2, "b": 1}),
        (bytearray(b"a\0"), b"a\0"),
        (HostileInt(7), 7),
        (HostileInt(2**70), 2**70),
        ([HostileInt(7), {HostileInt(8): HostileInt(9)}], [7, {8: 9}]),
        (hostile(str, "a", __str__="b", __repr__="b", __eq__=True, __hash__=1), "a"),
        (hostile(float, 1.5, __float__=2.5, __pos__=2.5, __repr__="2.5"), 1.5),
        (hostile(list, [1], __iter__=iter([2]), __len__=0, __getitem__=2), [1]),
        (hostile(tuple, (1,), __iter__=iter([2]), __len__=0), (1,)),
        (hostile(dict, {1: 2}, items=[(3, 4)], __iter__=iter([3]), keys=[3]), {1: 2}),
        (hostile(set, {1}, __iter__=iter([2]), __contains__=True), {1}),
        (hostile(frozenset, {1}, __iter__=iter([2])), frozenset({1})),
        (hostile(bytes, b"a", __bytes__=b"b", hex="62"), b"a"),
        (hostile(complex, 1 + 2j, __complex__=3j, real=3.0), 1 + 2j),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_subclass_counts_as_its_base_whatever_it_says_of_itself(answer, value):
    assert shape(decode(encode(answer))) == shape(value)
    with pytest.raises(NotDataError):
        encode_exactly([answer])


OPAQUE = {
    "generator": (lambda: (i for i in ()), "<generator>"),
    "function": (lambda: len, "<builtin_function_or_method>"),
    "class": (lambda: int, "<type>"),
    "object": (object, "<object>"),
    "liar": (Liar, "<Liar>"),
    "list that holds itself": (holding_itself, "<list>"),
    "deep list": (lambda: nested(10**5), "<list>"),
    "module": (lambda: types, "<module>"),
    "memory": (lambda: memoryview(b"a"), "<memoryview>"),
    "long name": (type("N" * 500, (), {}), f"<{'N' * 100}>"),
    "no number": (type("Decimal", (), {"__module__": "decimal"}), "<Decimal>"),
}


@pytest.mark.parametrize(("make", "shown"), OPAQUE.values(), ids=OPAQUE)
def test_what_is_no_data_becomes_opaque_and_equals_nothing(make, shown):
    answer = decode(encode(make()))
    assert type(answer) is Opaque
    assert answer != answer and answer != 1 and answer != make()
    assert repr(answer) == shown


@pytest.mark.parametrize(("make", "shown"), OPAQUE.values(), ids=OPAQUE)
@pytest.mark.parametrize("place", [lambda v: v, lambda v: [1, (v,)], lambda v: {"a": v}], ids=["top", "list", "dict"])
def test_what_is_no_data_is_not_sent_at_any_depth(make, shown, place):
    with pytest.raises(NotDataError, match="more than plain data"):
        encode_exactly(place(make()))


def test_an_opaque_part_leaves_the_rest_as_it_is():
    first, second, third = decode(encode([1, len, {"a": object()}]))
    assert (first, type(second), type(third["a"])) == (1, Opaque, Opaque)


def test_a_class_that_cannot_be_named_is_opaque_too():
    assert type(decode(encode(Nameless()))) is Opaque
    assert 1 in decode(encode([1, Nameless()]))


@given(DOCUMENTS)
def test_any_document_is_read_as_a_value_or_refused(document):
    try:
        decode(json.dumps(document))
    except ValueError as refused:
        assert type(refused) is ValueError


@given(TEXT | st.binary())
def test_what_is_no_document_is_refused_or_read(data):
    try:
        json.loads(data)
    except ValueError:
        with pytest.raises(ValueError):
            decode(data)


@pytest.mark.parametrize("depth", [300, 600, 900, 10**6])
def test_a_document_of_any_depth_is_read_or_opaque(depth):
    value = decode("[" * depth + "]" * depth)
    assert type(value) in (list, Opaque)


@pytest.mark.parametrize(
    "document",
    [
        {"t": "Fraction", "v": "1e5"},
        {"t": "Fraction", "v": 2},
        {"t": "Decimal", "v": 2},
        {"t": "Decimal", "v": "x"},
        {"t": "set", "v": [[]]},
        {"t": "dict", "v": [[1, 2, 3]]},
        {"t": "range", "v": [0, 1, 0]},
        {"t": "bytes", "v": "0"},
        {"t": "eval", "v": "1"},
        {"v": 1},
    ],
    ids=json.dumps,
)
def test_a_document_that_the_other_side_does_not_write_is_refused(document):
    with pytest.raises(ValueError, match="not a tagged value"):
        decode(json.dumps(document))
