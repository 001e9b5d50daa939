"""Wordings made of parts: for families whose statements say which of many rules is meant."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from ssd_iter.problems.fresh.family import Operation

Wordings = Sequence[tuple[str, str]]
"""(function name, statement), both templates: {parts} are put in by `worded`, what is left by the renderer."""


def worded(body: str, wordings: Wordings, **parts: str) -> Operation:
    """The operation with parts put into its names and statements; a part may hold {slots} and {constants}.

    The body may be indented. Imports it needs of `functools` or `math` are put before it.
    """
    body = textwrap.dedent(body)
    imports = "".join(f"import {module}\n" for module in ("functools", "math") if f"{module}." in body)
    return Operation(
        body=imports + body,
        names=tuple(put(name, parts) for name, _ in wordings),
        statements=tuple(put(statement, parts) for _, statement in wordings),
    )


def put(text: str, parts: dict[str, str]) -> str:
    """The text with the {parts} put in, in their order; other braces stay as they are."""
    for name, part in parts.items():
        text = text.replace(f"{{{name}}}", part)
    return text


def listed(items: Iterable[object]) -> str:
    """`1, 2 and 3`."""
    *most, last = map(str, items)
    return f"{', '.join(most)} and {last}" if most else last
