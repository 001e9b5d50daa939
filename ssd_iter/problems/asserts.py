"""MBPP's form of tests, assert statements that call the function by its name, as a `check`."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Sequence


def check_of_asserts(statements: Sequence[str]) -> str:
    """The source of a `check(candidate)` that runs the statements in order; the function's name means the candidate.

    Raises SyntaxError for what is no Python.
    """
    # Unparsed, as a text with line breaks in it cannot be indented.
    body = ast.unparse(ast.parse("\n".join(statements)))
    return f"def check(candidate):\n{textwrap.indent(body or 'pass', '    ')}\n"
