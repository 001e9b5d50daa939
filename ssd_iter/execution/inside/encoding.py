"""Values between the two sides as tagged JSON: data and nothing else, so that reading it can run no code.

None, bool, int, float and str stand as themselves, a list as a list; anything else is an object of two keys, `t` (its
type) and `v`. An answer's subclass counts as its base; what is none of these types becomes opaque, equal to nothing.
"""

from __future__ import annotations

import json
import re
import sys
from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

PLAIN = frozenset((bool, float, str, type(None)))
LONGEST_RANGE = 10**6
"""Tests may make a list of it."""
SMALL = 2**63
"""Larger integers go as hexadecimal digits, which no limit on decimal digits concerns."""


class Opaque:
    """Stands for an answer that is no plain data, such as a generator. Equal to nothing, itself included."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __eq__(self, other: object) -> bool:
        return False

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return f"<{self.name}>"


class NotDataError(TypeError):
    """A value that has to arrive as it is, and cannot."""

    def __init__(self, message: str, *, is_answer: bool) -> None:
        super().__init__(message)
        self.is_answer = is_answer
        """It holds an opaque answer, or one nested too deeply."""


def encode(answer: Any) -> bytes:
    """An answer as JSON text in ASCII. Whatever the answer does when looked at, only MemoryError is raised."""
    try:
        return as_json(answer)
    except MemoryError:
        raise
    except BaseException:  # an answer that holds itself, or whose methods raise
        return json.dumps(_opaque(answer)).encode("ascii")


def encode_exactly(value: Any) -> bytes:
    """A value that will be the same on the other side. NotDataError where it would not be."""
    try:
        if _exact(value):
            return as_json(value)
        is_answer = _holds_opaque(value)
    except RecursionError:
        is_answer = True
    except (ValueError, OverflowError):  # more digits or a longer range than Python handles
        is_answer = False
    raise NotDataError("an argument that is more than plain data", is_answer=is_answer)


def as_json(value: Any) -> bytes:
    """A value that came back, or is to be sent, as JSON text in ASCII: one text for one value and order of members.

    RecursionError where it is nested too deeply, ValueError where a Fraction has more digits than Python prints.
    """
    return json.dumps(_tagged(value)).encode("ascii")


def decode(data: bytes | str) -> Any:
    """The value that was encoded. ValueError where it is none; what is nested too deeply to be read is opaque."""
    try:
        document = json.loads(data)
    except RecursionError:
        return Opaque("deeply nested answer")
    return revived(document)


def revived(document: Any) -> Any:
    """`untagged`, but that what is nested too deeply to be read is opaque."""
    try:
        return untagged(document)
    except RecursionError:
        return Opaque("deeply nested answer")


def untagged(value: Any) -> Any:
    """The value that a parsed JSON document stands for; ValueError where it stands for none."""
    if type(value) is list:
        return [untagged(item) for item in value]
    if type(value) is not dict:
        return value
    try:
        return _READERS[value["t"]](value["v"])
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError, ImportError) as error:
        raise ValueError(f"not a tagged value: {error}") from None


def _tagged(value: Any) -> Any:
    kind = type(value)
    if kind in PLAIN:
        return value
    if kind is list and all(type(item) in PLAIN or (type(item) is int and -SMALL < item < SMALL) for item in value):
        return value
    for base, convert in _WRITERS:
        if issubclass(kind, base):
            return convert(value)
    if _is_number(value):
        return {"t": _name(kind), "v": str(value)}
    return _opaque(value)


def _exact(value: Any) -> bool:
    """Whether a value and all it holds are of the very types that come back."""
    kind = type(value)
    if kind in (list, tuple, set, frozenset):
        return all(map(_exact, value))
    if kind is dict:
        return all(_exact(key) and _exact(item) for key, item in value.items())
    if kind is range:
        return len(value) <= LONGEST_RANGE
    if _is_number(value):
        return _NUMBER_TEXT.fullmatch(str(value)) is not None
    return kind in PLAIN or kind in (int, bytes, complex)


def _holds_opaque(value: Any) -> bool:
    if type(value) is dict:
        return any(map(_holds_opaque, (*value.keys(), *value.values())))
    if type(value) in (list, tuple, set, frozenset):
        return any(map(_holds_opaque, value))
    return type(value) is Opaque


def _is_number(value: Any) -> bool:
    """An instance of Decimal or Fraction, modules that may not even be loaded."""
    return any(type(value) is getattr(sys.modules.get(module), name, None) for module, name in _NUMBERS)


def _integer(value: int) -> Any:
    number = int.__index__(value)
    return number if -SMALL < number < SMALL else {"t": "int", "v": hex(number)}


def _collection(tag: str, items: Callable[[Any], Iterable[Any]]) -> Callable[[Any], Any]:
    return lambda value: {"t": tag, "v": [_tagged(item) for item in items(value)]}


def _dict(value: dict[Any, Any]) -> Any:
    return {"t": "dict", "v": [[_tagged(key), _tagged(item)] for key, item in dict.items(value)]}


def _bytes(value: Any) -> Any:
    return {"t": "bytes", "v": (bytes if isinstance(value, bytes) else bytearray).hex(value)}


def _complex(value: complex) -> Any:
    return {"t": "complex", "v": [complex.real.__get__(value), complex.imag.__get__(value)]}


def _range(value: range) -> Any:
    return {"t": "range", "v": [value.start, value.stop, value.step]} if len(value) <= LONGEST_RANGE else _opaque(value)


def _opaque(value: Any) -> Any:
    return {"t": "opaque", "v": _name(type(value))[:100]}


def _name(kind: type) -> str:
    """The class's name, whatever its own class makes of that."""
    name: str = type.__dict__["__name__"].__get__(kind)
    return name


_NUMBERS = (("decimal", "Decimal"), ("fractions", "Fraction"))
_NUMBER_TEXT = re.compile(
    r"-?\d{1,9999}(\.\d{1,9999})?(E[+-]?\d{1,4})?|-?\d{1,9999}/\d{1,9999}|-?Infinity|-?s?NaN", re.ASCII
)
"""No exponent that would take for ever to work out."""


def _made_range(ends: Any) -> range:
    made = range(*ends)
    if len(made) > LONGEST_RANGE:
        raise ValueError(f"a range of {len(made)}")
    return made


def _made_number(module: str, name: str, text: Any) -> Any:
    if type(text) is not str or not _NUMBER_TEXT.fullmatch(text):
        raise ValueError(f"no {name}")
    return getattr(import_module(module), name)(text)


_WRITERS: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (int, _integer),
    (float, float.__pos__),
    (str, str.__str__),
    (list, lambda value: [_tagged(item) for item in list.__iter__(value)]),
    (tuple, _collection("tuple", tuple.__iter__)),
    (dict, _dict),
    (set, _collection("set", set.__iter__)),
    (frozenset, _collection("frozenset", frozenset.__iter__)),
    (bytes, _bytes),
    (bytearray, _bytes),
    (complex, _complex),
    (range, _range),
    (Opaque, lambda value: {"t": "opaque", "v": value.name}),
)

_READERS: dict[str, Callable[[Any], Any]] = {
    "int": lambda v: int(v, 16),
    "tuple": lambda v: tuple(map(untagged, v)),
    "dict": lambda v: {untagged(key): untagged(item) for key, item in v},
    "set": lambda v: set(map(untagged, v)),
    "frozenset": lambda v: frozenset(map(untagged, v)),
    "bytes": bytes.fromhex,
    "complex": lambda v: complex(*v),
    "range": _made_range,
    "Decimal": lambda v: _made_number("decimal", "Decimal", v),
    "Fraction": lambda v: _made_number("fractions", "Fraction", v),
    "opaque": lambda v: Opaque(str(v)[:100]),
}
