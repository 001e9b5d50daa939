"""What a program did under its tests, as one hash: programs that answer alike share it, however they are written.

It covers, in order, each call's arguments and the answer or the exception that came of it, or what a program read and
printed; and how each test ended. The order of a set or of a dict's keys, an exception's words, and white space at the
ends of printed lines are no part of it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from operator import itemgetter
from typing import Any

from ssd_iter.execution.inside.encoding import as_json
from ssd_iter.records import Verdict

_PIECE = 2**16
"""Characters of printed text that are looked at together."""
_ATOMS = frozenset((bool, int, float, str, type(None)))
_ORDERED: tuple[set[type], ...] = ({int}, {str})
_ORDERLESS = frozenset(("set", "frozenset", "dict"))
_FILLED_ORDERLESS = re.compile(rb'"t": "(?:set|frozenset|dict)", "v": \[[^\]]')


class Behaviour:
    """Takes down what happens, in order, on the trusted side. Answers are hashed and not kept."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def asked(self, arguments: bytes) -> None:
        """A call, with its arguments as they are sent."""
        self._note(b"\nasked ", _in_order(arguments))

    def answered(self, value: Any) -> None:
        """An answer, by type and value: 1, 1.0 and True are three, and so are (1,), [1] and {1}. Opaque ones go by
        their type's name; all that are nested too deeply, or of too many digits, to be written are one."""
        text = _plain(value)
        if text is None:
            self._note(b"\nanswered, in order ", _ordered(value))
            return
        self._hash.update(b"\nanswered ")
        for start in range(0, len(text), _PIECE):
            self._hash.update(text[start : start + _PIECE].encode())

    def raised(self, error: Exception) -> None:
        """An exception instead, by its builtin class, as tests get to see it."""
        self._note(b"\nraised ", type(error).__name__.encode())

    def read(self, given: bytes) -> None:
        """What a program got to read."""
        self._note(b"\nread ", hashlib.sha256(given).digest())

    def printed(self, text: str) -> None:
        """What a program printed, but for white space at the ends of lines and of the text."""
        text = text.rstrip()
        lines = hashlib.sha256()
        start = 0
        while start < len(text):
            end = text.find("\n", start + _PIECE)
            end = len(text) if end < 0 else end
            piece = "\n".join([line.rstrip() for line in text[start:end].split("\n")])
            lines.update(f"{piece}\n".encode())
            start = end + 1
        self._note(b"\nprinted ", lines.digest())

    def sha256(self, verdicts: Iterable[Verdict]) -> str:
        """The hash of all that was taken down, and of how each test ended."""
        self._note(b"\nended ", " ".join(verdicts).encode())
        return self._hash.hexdigest()

    def _note(self, kind: bytes, data: bytes) -> None:
        # Only digests, whose length is known, may hold a newline: notes cannot be taken for others.
        self._hash.update(kind)
        self._hash.update(data)


def _plain(value: Any) -> str | None:
    """The repr of a value that holds no set, dict or opaque part: no other's, and several times quicker than JSON."""
    try:
        text = repr(value)
    except (RecursionError, ValueError):
        return None
    return None if "{" in text or "<" in text else text


def _ordered(value: Any) -> bytes:
    """A value as JSON, with the members of its sets and dicts in one order."""
    try:
        return _in_order(as_json(value))
    except (RecursionError, ValueError):
        return b"cannot be written"


def _in_order(text: bytes) -> bytes:
    """An encoded value with the members of sets and dicts in one order; as it is where it is nested too deeply."""
    if not _FILLED_ORDERLESS.search(text):
        return text
    try:
        return json.dumps(_sorted(json.loads(text))).encode("ascii")
    except RecursionError:
        return text


def _sorted(document: Any) -> Any:
    if type(document) is list:
        return document if _ATOMS.issuperset(map(type, document)) else [_sorted(item) for item in document]
    if type(document) is not dict:
        return document
    tag, items = document["t"], _sorted(document["v"])
    if tag not in _ORDERLESS:
        return {"t": tag, "v": items}
    keys = [key for key, _ in items] if tag == "dict" else items
    if set(map(type, keys)) in _ORDERED:
        return {"t": tag, "v": sorted(items, key=itemgetter(0) if tag == "dict" else None)}
    # Kinds that have no order among them: by hash, so that the work stays linear, however deeply sets are nested.
    return {"t": tag, "hashes": sorted(hashlib.sha256(json.dumps(item).encode("ascii")).hexdigest() for item in items)}
