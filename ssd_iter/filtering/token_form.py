"""A hash for code that does not parse: the same for texts that differ only in layout, comments and their own names.

There is no tree, so it is cruder than `ssd_iter.filtering.normalise`: every name that is not Python's own and does not
follow a dot is numbered, at every place, and indentation is nothing. Strings are kept as they stand, up to the end of
their line.
"""

from __future__ import annotations

import builtins
import hashlib
import keyword
import re

_TOKEN = re.compile(
    "|".join([
        r"#[^\n]*",
        r"\"(?:\\.|[^\"\\\n])*\"?",
        r"'(?:\\.|[^'\\\n])*'?",
        r"\.[ \t]*[^\W\d]\w*",
        r"\w+",
        r"[^\w\s]",
    ])
)  # fmt: skip
_PYTHONS_OWN = {*keyword.kwlist, *keyword.softkwlist, *dir(builtins)}


def token_sha256(code: str) -> str:
    """SHA-256 (hex) of the code's tokens in their normal form. Any text will do; time grows with its length."""
    numbers: dict[str, str] = {}

    def normal(token: str) -> str:
        if token.isidentifier() and token not in _PYTHONS_OWN:
            # A bare number after a dollar sign is no token of Python, so it never meets one that stays.
            return numbers.setdefault(token, f"${len(numbers)}")
        return token

    tokens = [normal(token) for token in _TOKEN.findall(code) if not token.startswith("#")]
    return hashlib.sha256("\n".join(tokens).encode("utf-8", "surrogatepass")).hexdigest()
