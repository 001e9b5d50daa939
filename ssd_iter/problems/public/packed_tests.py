"""LiveCodeBench's private tests: a pickle of one JSON text, zlib-compressed, as base64; read without unpickling it.

A pickle is a program. Here nothing runs it: its instructions are listed, all but those that make one text are refused
by name, and the text is taken.
"""

from __future__ import annotations

import base64
import binascii
import json
import pickletools
import zlib
from collections.abc import Iterator
from typing import Any

from ssd_iter.exceptions import DataError

MOST_BYTES = 512 << 20
"""Of one problem's tests, decompressed: an order more than the largest that was published."""

_TEXT = {"UNICODE", "SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8"}
_HARMLESS = {"PROTO", "FRAME", "MEMOIZE", "PUT", "BINPUT", "LONG_BINPUT", "STOP"}


def unpack_tests(packed: str, where: str, *, most_bytes: int = MOST_BYTES) -> Any:
    """The JSON value of packed tests; plain JSON is taken as it is.

    `where` begins the message of a DataError: no base64, a stream that is cut off, goes on, or is larger than
    `most_bytes` decompressed, a pickle of anything but one text, a text that is no JSON.
    """
    if packed.lstrip()[:1] in ("[", "{"):  # neither is a character of base64
        return _json(packed, where)
    return _json(_only_text(_decompress(packed, where, most_bytes), where), where)


def _decompress(packed: str, where: str, most_bytes: int) -> bytes:
    try:
        compressed = base64.b64decode(packed, validate=True)
    except (binascii.Error, ValueError) as error:
        raise DataError(f"{where}: neither JSON nor base64 ({error}); is the download whole?") from None
    stream = zlib.decompressobj()
    try:
        data = stream.decompress(compressed, most_bytes + 1)
    except zlib.error as error:
        raise DataError(f"{where}: no zlib stream ({error}); is the download whole?") from None
    if len(data) > most_bytes:
        raise DataError(f"{where}: more than {most_bytes:,} bytes when decompressed; no published test is that large")
    if not stream.eof:
        raise DataError(f"{where}: the zlib stream is cut off after {len(data):,} bytes; is the download whole?")
    if behind := len(stream.unused_data):
        raise DataError(f"{where}: {behind:,} bytes behind the end of the zlib stream; do not trust it")
    return data


def _only_text(data: bytes, where: str) -> str:
    """The one text that a pickle holds."""
    texts: list[str] = []
    end = 0
    for name, argument, position in _instructions(data, where):
        end = position + 1
        if name in _TEXT:
            texts.append(argument)
        elif name not in _HARMLESS:
            raise DataError(
                f"{where}: its pickle holds {name} at byte {position}, where one text is expected; "
                "nothing was executed, and the file should not be trusted"
            )
        if len(texts) > 1:
            raise DataError(f"{where}: its pickle holds a second text at byte {position}; one is expected")
    if not texts:
        raise DataError(f"{where}: its pickle holds no text; one is expected")
    if end != len(data):
        raise DataError(f"{where}: {len(data) - end:,} bytes behind the end of its pickle; do not trust it")
    return texts[0]


def _instructions(data: bytes, where: str) -> Iterator[tuple[str, Any, int]]:
    """Name, argument and place of each instruction up to STOP, none of them run."""
    try:
        for operation, argument, position in pickletools.genops(data):
            yield operation.name, argument, position or 0
    except ValueError as error:
        raise DataError(f"{where}: no whole pickle ({error}); is the download whole?") from None


def _json(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{where}: no JSON ({error}); is the download whole?") from None
