"""MBPP's form of tests, assert statements that call the function by its name, as a `check`."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Sequence


def check_of_asserts(statements: Sequence[str]) -> str:
    """The source of a `check(candidate)` that runs the statements in order; the function's name means the candidate.

    Raises SyntaxError for what is no Python, ValueError for a statement that asserts nothing, or none at all.
    """
    for statement in statements:
        if not any(isinstance(node, ast.Assert) for node in ast.walk(ast.parse(statement))):
            raise ValueError(f"{statement!r} asserts nothing: every answer would pass")
    if not statements:
        raise ValueError("test_list is empty: every answer would pass")
    # Unparsed, as a text with line breaks in it cannot be indented.
    body = ast.unparse(ast.parse("\n".join(statements)))
    return f"def check(candidate):\n{textwrap.indent(body, '    ')}\n"
