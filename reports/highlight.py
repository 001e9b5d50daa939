"""Python code in colours, without a lexer's cost: comments, strings, keywords, numbers and names of definitions.

Made here, as lengths alone: a page colours a text by cutting it up and never by parsing it. Pygments would read 0.3 MB
a second, this one expression reads 5, and a page of 10,000 programs has three seconds for everything. Programs for one
problem share most of their lines, so that each different line is read once. How a program that does not parse is
coloured is a guess.
"""

from __future__ import annotations

import keyword
import re
from functools import lru_cache

CLASSES = ("plain", "comment", "string", "keyword", "number", "name")
"""What a run of characters can be; a run names its class by its place in this tuple."""

_TOKEN = re.compile(
    r"""
      (?P<plain>   (?: [^\w\#"']+ | \b(?!\d|(?:KEYWORDS)\b|[rbfuRBFU]{1,2}["'])(?<!\bdef[ ])(?<!\bclass[ ])\w+ )+)
    | (?P<comment> \#[^\n]*)
    | (?P<string>  (?:[rbfuRBFU]{1,2})?
          (?: (?P<open>\"\"\"|''')(?:[^\\]|\\.)*?(?:(?P=open)|(?P<unclosed>\Z))
            | "(?:[^"\\\n]|\\.)*"? | '(?:[^'\\\n]|\\.)*'? ))
    | (?P<keyword> (?:KEYWORDS)\b)
    | (?P<number>  \d[\w.]*)
    | (?P<name>    \w+)
    """.replace("KEYWORDS", "|".join(keyword.kwlist)),
    re.VERBOSE | re.DOTALL,
)
_CLOSING = {quote: re.compile(rf"(?:[^\\]|\\.)*?{quote}", re.DOTALL) for quote in ('"""', "'''")}
_PLACES = {name: place for place, name in enumerate(CLASSES)}


def runs_of(code: str) -> list[int]:
    """Class, length, class, length ...: neighbouring pieces that together are the whole text.

    Lengths are in UTF-16 units, as JavaScript counts. A text with no lone surrogates is expected.
    """
    runs: list[int] = []
    quote = ""
    for line in code.split("\n"):
        found, quote = _line(f"{line}\n", quote)
        if runs and runs[-2] == found[0]:
            runs[-1] += found[1]
            found = found[2:]
        runs += found
    # The last line has no end of its own.
    return [*runs[:-1], runs[-1] - 1] if runs[-1] > 1 else runs[:-2]


@lru_cache(maxsize=1 << 16)
def _line(line: str, quote: str) -> tuple[tuple[int, ...], str]:
    """The runs of one line, which begins within a string where `quote` is open, and the quote that it leaves open."""
    runs: list[int] = []
    start = 0
    if quote:
        closing = _CLOSING[quote].match(line)
        start = closing.end() if closing else len(line)
        quote = "" if closing else quote
        runs += [_PLACES["string"], _units(line[:start])]
    for match in _TOKEN.finditer(line, start):
        runs += [_PLACES[match.lastgroup or ""], _units(match[0])]
        quote = "" if match["unclosed"] is None else match["open"]
    return tuple(runs), quote


def _units(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2
