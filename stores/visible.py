"""Text that hides text, made visible; and text too long to be shown whole.

What a model wrote may hold controls that move a terminal's cursor, letters of no width, and marks that turn the
direction of what follows. Wherever it is shown to a person, each of these is spelt out as `␣` and its code, which
unlike a backslash can't be taken for an escape that stands in a program.
"""

from __future__ import annotations

import unicodedata

_CATEGORIES = ("Cc", "Cf", "Cs", "Zl", "Zp")
_IGNORED = frozenset(
    (
        *(0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2065, 0x3164, 0xFFA0),
        *(*range(0x180B, 0x1810), *range(0xFFF0, 0xFFF9), *range(0xE0000, 0xE1000)),
    )
)
"""Of Unicode's Default_Ignorable_Code_Point those of other categories, but for the variation selectors of emoji."""


def visible(text: str) -> str:
    """The text with its control and invisible characters, but line ends and tabs, spelt out: `a␣202eb`."""
    # Most texts are printable ASCII, and looking is faster than translating.
    if text.isascii() and text.replace("\n", "").replace("\t", "").isprintable():
        return text
    return text.translate(_SPELLINGS)


def is_hidden(code: int) -> bool:
    """Whether the character of this code is spelt out."""
    category = unicodedata.category(chr(code))
    return code in _IGNORED or (category in _CATEGORIES and chr(code) not in "\n\t")


class _Spellings(dict[int, str]):
    """How each character is shown, by its code: found out when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = f"␣{code:04x}" if is_hidden(code) else chr(code)
        return self[code]


_SPELLINGS = _Spellings()


def clipped(text: str, limit: int, rest: str) -> str:
    """The text, or its first `limit` characters, how many more it has, and in the words of `rest` where those are."""
    if len(text) <= limit:
        return text
    return f"{text[:limit]} [{len(text) - limit:,} more characters; {rest}]"
