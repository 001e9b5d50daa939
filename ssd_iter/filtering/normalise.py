"""A hash that is the same for programs that differ only in form.

Comments, docstrings, layout and the names of arguments and locals are taken away; names of top-level functions,
globals, imports, attributes and keywords stay. It looks at names, not at scopes: a name that is local anywhere is
renamed everywhere, so in odd programs (an argument named like a builtin that is used elsewhere, a keyword that
names an argument) the hash can err either way. Hashes are comparable within one minor version of Python, as `ast`
changes between them.
"""

from __future__ import annotations

import ast
import hashlib
import warnings
from collections.abc import Sequence

LONGEST = 2**20
"""Characters of code that are looked at: parsing takes hundreds of times as much memory."""

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
_NAME_FIELDS: dict[type[ast.AST], str] = {
    ast.Name: "id",
    ast.arg: "arg",
    ast.FunctionDef: "name",
    ast.AsyncFunctionDef: "name",
    ast.ClassDef: "name",
    ast.ExceptHandler: "name",
    ast.MatchAs: "name",
    ast.MatchStar: "name",
    ast.MatchMapping: "rest",
}
"""Where each kind of node holds the name that it binds (or, for `Name`, binds or reads)."""


def parse(code: str) -> ast.Module | None:
    """The program's tree; None where Python does not compile it, or it is too long or too deeply nested to try."""
    if len(code) > LONGEST:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(code, "<code>", "exec", dont_inherit=True)
            return ast.parse(code)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None


def normal_sha256(code: str) -> str | None:
    """SHA-256 (hex) of the program's normal form; None where it does not parse or is nested too deeply to be walked."""
    tree = parse(code)
    if tree is None:
        return None
    _rename_locals(_without_docstrings(tree))
    try:
        return hashlib.sha256(ast.dump(tree).encode("utf-8", "surrogatepass")).hexdigest()
    except (RecursionError, MemoryError):
        return None


def _without_docstrings(tree: ast.Module) -> list[tuple[ast.AST, bool]]:
    """Remove them, and list all nodes in the order of `ast.walk`, each with whether it is inside a scope of names.

    One walk does both: walking is most of the time.
    """
    nodes: list[tuple[ast.AST, bool]] = [(tree, False)]
    for node, inside in nodes:  # the list grows while it is read
        if isinstance(node, _DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            node.body[:1] = [ast.Pass()] if len(node.body) == 1 else []
        # A scope's own name belongs to the scope around it.
        within = inside or isinstance(node, _SCOPES)
        nodes += [(child, within) for child in ast.iter_child_nodes(node)]
    return nodes


def _rename_locals(nodes: Sequence[tuple[ast.AST, bool]]) -> None:
    """Number the local names in the order in which the nodes first name them."""
    declared_global = {name for node, _ in nodes if isinstance(node, ast.Global) for name in node.names}
    local = {name for node, inside in nodes if inside and (name := _bound(node)) is not None} - declared_global
    numbers: dict[str, str] = {}

    def rename(name: str) -> str:
        # A bare number is no Python name, so it never meets a name that stays.
        return numbers.setdefault(name, str(len(numbers))) if name in local else name

    for node, _ in nodes:
        field = _NAME_FIELDS.get(type(node))
        if field is not None and getattr(node, field) is not None:
            setattr(node, field, rename(getattr(node, field)))
        elif isinstance(node, ast.Nonlocal):
            node.names = [rename(name) for name in node.names]


def _bound(node: ast.AST) -> str | None:
    """The name that a node binds; None where it binds none, or only reads one."""
    field = _NAME_FIELDS.get(type(node))
    reads = isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    return None if field is None or reads else getattr(node, field)
