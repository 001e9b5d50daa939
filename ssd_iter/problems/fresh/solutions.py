"""A task's body as Python source with other names, and as a function."""

from __future__ import annotations

import ast
import functools
import textwrap
from collections.abc import Callable, Mapping
from typing import Any

from ssd_iter.problems.fresh.family import Task


def written(body: str, names: Mapping[str, str], constants: Mapping[str, Any]) -> str:
    """The body as lines of a function, four spaces deep: `names` put in for argument slots, values for constants.

    The text is spliced, not unparsed, so that it is the same on every Python.
    """
    code, places = _parsed(body)
    lines = code.split("\n")
    for line, start, end, name in places:
        if name in names:
            text = names[name]
        elif name in constants:
            text = repr(constants[name])
            binds_tighter = lines[line][end:].lstrip().startswith(("**", ".", "["))
            text = f"({text})" if text.startswith("-") and binds_tighter else text
        else:
            continue
        lines[line] = lines[line][:start] + text + lines[line][end:]
    return textwrap.indent("\n".join(lines), "    ") + "\n"


def function_source(task: Task, name: str = "solve") -> str:
    """The task as a function whose arguments have the slots' names."""
    slots = {slot: slot for slot in task.arguments}
    return f"def {name}({', '.join(slots)}):\n{written(task.operation.body, slots, task.constants)}"


def compiled(source: str, name: str = "solve") -> Callable[..., Any]:
    """The function that source defines. The text is this package's own: nothing a model wrote is run here."""
    namespace: dict[str, Any] = {}
    exec(source, namespace)
    function: Callable[..., Any] = namespace[name]
    return function


@functools.lru_cache(maxsize=4096)
def _parsed(body: str) -> tuple[str, tuple[tuple[int, int, int, str], ...]]:
    """The body's statements, and where each name stands in them (line, start, end), from last to first."""
    code = textwrap.dedent(body).strip()
    try:
        tree: ast.AST = ast.parse(code, mode="eval")
        code = f"return {code}"
        tree = ast.parse(code)
    except SyntaxError:
        tree = ast.parse(code)
    if any(isinstance(node, ast.JoinedStr) for node in ast.walk(tree)):
        raise ValueError(f"Python 3.11 does not say where names stand in an f-string; write it without: {code}")
    places = [
        (node.lineno - 1, node.col_offset, node.end_col_offset or 0, node.id)
        for node in ast.walk(tree)
        if isinstance(node, ast.Name)
    ]
    return code, tuple(sorted(places, reverse=True))


def own_names(body: str) -> set[str]:
    """The names that the body gives to things of its own: variables, loop variables, functions and their arguments."""
    code, _ = _parsed(body)
    found: set[str] = set()
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.FunctionDef(name=name) | ast.arg(arg=name):
                found.add(name)
            case ast.alias(name=name, asname=other):
                found.add(other or name)
    return found
