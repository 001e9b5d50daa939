"""What a program meets in LiveCodeBench's own grader, where that differs from running it as a program.

For those who want the published verdicts. There, a long list of imports comes first; of a program that reads and
prints, all but its imports runs inside a function, so that `global` names are not found; stdin is an object whose
`readline` gives lines without their ends (an empty one looks like the end to `input`), whose `read` always gives
everything, whose `buffer.readline` always gives the first line, and which cannot be iterated over.
"""

from __future__ import annotations

import ast
import io

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any


_STARRED = (
    "string", "re", "datetime", "collections", "heapq", "bisect", "copy", "math", "random", "statistics", "itertools",
    "functools", "operator", "io", "sys", "json", "builtins", "typing",
)  # fmt: skip
PREAMBLE = "".join(
    [
        *(f"from {name} import *\n" for name in _STARRED),
        *(f"import {name}\n" for name in _STARRED if name != "builtins"),
    ]
)
"""What stands before every program there."""


def compiled(source: str) -> CodeType:
    """The program with everything but its top-level imports inside a function that is called at the end."""
    body = ast.parse(source).body
    imports = [statement for statement in body if isinstance(statement, (ast.Import, ast.ImportFrom))]
    rest = [statement for statement in body if not isinstance(statement, (ast.Import, ast.ImportFrom))]
    shell = ast.parse("def wrapped_function(): pass\nwrapped_function()")
    if rest:
        shell.body[0].body = rest  # type: ignore[attr-defined]
    shell.body[:0] = imports
    return compile(ast.fix_missing_locations(shell), "<candidate>", "exec", dont_inherit=True)


class Stdin:
    """All of the input, and one walk over its lines."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = iter(text.split("\n"))
        self.buffer = Buffer(text.encode())

    def read(self, *_: object) -> str:
        return self._text

    def readline(self, *_: object) -> str:
        return next(self._lines)

    def readlines(self, *_: object) -> list[str]:
        return self._text.split("\n")

    def __getattr__(self, name: str) -> Any:
        return getattr(io.StringIO(self._text), name)


class Buffer:
    """The input as bytes, always from its start."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self, *_: object) -> bytes:
        return self._data

    def readline(self, *_: object) -> bytes:
        return self._data.split(b"\n")[0] + b"\n"
