"""Text that hides text, made visible: controls, zero-width and direction-changing characters are spelt out."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from stores.formats import FILLERS

INVISIBLE = [
    *(code for code in range(0x20) if chr(code) not in "\t\n"),
    *range(0x7F, 0xA0), 0xAD, 0x61C, *range(0x200B, 0x2010), *range(0x2028, 0x202F), *range(0x2060, 0x2070),
    *range(0xD800, 0xE000), 0xFEFF, *range(0xFFF9, 0xFFFC), *range(0xE0000, 0xE0080), *FILLERS,
]  # fmt: skip
"""Controls, zero-width and direction-changing characters, fillers, lone surrogates, tags and the variation selectors
that no emoji needs."""

SPELT_OUT = {code: f"␣{code:04x}" for code in INVISIBLE}


def visible(value: Any) -> Any:
    """Text with its invisible characters spelt out as `␣` and their code; anything else as it is."""
    if not isinstance(value, str) or isinstance(value, Markup) or _is_plain(value):
        return value
    return value.translate(SPELT_OUT)


def _is_plain(text: str) -> bool:
    """Whether a text is printable ASCII, tabs and line ends: most are, and looking is faster than translating."""
    return text.isascii() and text.replace("\n", "").replace("\t", "").isprintable()


def spelt_out(part: Any) -> Any:
    """A part of a report with all its texts made visible."""
    if isinstance(part, dict):
        return {key: spelt_out(value) for key, value in part.items()}
    return [spelt_out(value) for value in part] if isinstance(part, list) else visible(part)
