"""Mutants of a reference: small changes that its tests should notice, run within a budget of steps.

Steps are counted, not seconds, so that the set of problems depends on no machine's speed.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

MAX_STEPS = 20_000
"""Loop rounds and calls that a reference may take for one test."""
MAX_BITS = 4096
MAX_LENGTH = 20_000
"""Numbers and texts beyond these end a mutant: some would grow for ever."""

_OPERATORS = {
    ast.Add: "_add", ast.Sub: "_sub", ast.Mult: "_mul", ast.FloorDiv: "_floordiv", ast.Mod: "_mod", ast.Pow: "_pow",
}  # fmt: skip
_SWAPPED_OPERATORS = {"_add": "_sub", "_sub": "_add", "_mul": "_add", "_floordiv": "_mod", "_mod": "_floordiv"}
_SWAPPED_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_SWAPPED_NAMES = {"min": "max", "max": "min", "any": "all", "all": "any", "upper": "lower", "lower": "upper"}


class OutOfSteps(Exception):
    """A run took more steps than its budget, or made something too large."""


@dataclass(slots=True)
class Budget:
    """Steps that are left for one call."""

    left: int = MAX_STEPS

    def step(self) -> bool:
        """Count one; always true, so that it can stand in a comprehension's condition."""
        self.left -= 1
        if self.left < 0:
            raise OutOfSteps
        return True


class Mutants:
    """One reference, ready to be run within a budget, and all its mutants."""

    def __init__(self, source: str, name: str = "solve") -> None:
        """`source` defines the function `name`, at its top level."""
        self.budget = Budget()
        self._name = name
        self._tree = ast.fix_missing_locations(_Instrumented().visit(ast.parse(source)))

    def reference(self) -> Callable[..., Any]:
        """The reference itself; a call raises OutOfSteps where the budget does not last."""
        return self._compiled()

    def mutants(self) -> Iterator[Callable[..., Any]]:
        """Each mutant in turn, in the source's order. One is valid until the next is asked for."""
        for node in ast.walk(self._tree):
            for attribute, old, new in _mutations(node):
                setattr(node, attribute, new)
                try:
                    yield self._compiled()
                finally:
                    setattr(node, attribute, old)

    def _compiled(self) -> Callable[..., Any]:
        namespace: dict[str, Any] = {"_step": self.budget.step, **_BOUNDED}
        exec(compile(self._tree, "<reference>", "exec"), namespace)
        function: Callable[..., Any] = namespace[self._name]
        return function


def _mutations(node: ast.AST) -> Iterator[tuple[str, Any, Any]]:
    """(attribute, its value, another value) for each small change of one node."""
    match node:
        case ast.Compare(ops=ops):
            for place, operator in enumerate(ops):
                other = _SWAPPED_COMPARISONS[type(operator)]()
                yield "ops", ops, [*ops[:place], other, *ops[place + 1 :]]
        case ast.BoolOp(op=ast.And() as operator):
            yield "op", operator, ast.Or()
        case ast.BoolOp(op=ast.Or() as operator):
            yield "op", operator, ast.And()
        case ast.Constant(value=bool(value)):
            yield "value", value, not value
        case ast.Constant(value=int(value)):
            yield "value", value, value + 1
            yield "value", value, value - 1
        case ast.Name(id=name) if name in _SWAPPED_OPERATORS:
            yield "id", name, _SWAPPED_OPERATORS[name]
        case ast.Name(id=name) if name in _SWAPPED_NAMES:
            yield "id", name, _SWAPPED_NAMES[name]
        case ast.Attribute(attr=name) if name in _SWAPPED_NAMES:
            yield "attr", name, _SWAPPED_NAMES[name]


class _Instrumented(ast.NodeTransformer):
    """Counts a step in each loop and function, and bounds what arithmetic makes."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        return _operated(node.op, node.left, node.right) or node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        self.generic_visit(node)
        if not isinstance(node.target, ast.Name):
            return node
        value = _operated(node.op, ast.Name(node.target.id, ast.Load()), node.value)
        return node if value is None else ast.Assign([node.target], value)

    def visit_For(self, node: ast.For) -> ast.AST:
        return self._stepped(node)

    def visit_While(self, node: ast.While) -> ast.AST:
        return self._stepped(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._stepped(node)

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        self.generic_visit(node)
        node.ifs.insert(0, _step())
        return node

    def _stepped(self, node: ast.For | ast.While | ast.FunctionDef) -> ast.AST:
        self.generic_visit(node)
        node.body.insert(0, ast.Expr(_step()))
        return node


def _step() -> ast.Call:
    return ast.Call(ast.Name("_step", ast.Load()), [], [])


def _operated(operator: ast.operator, left: ast.expr, right: ast.expr) -> ast.Call | None:
    name = _OPERATORS.get(type(operator))
    return None if name is None else ast.Call(ast.Name(name, ast.Load()), [left, right], [])


def _bounded(value: Any) -> Any:
    if type(value) is int:
        if value.bit_length() > MAX_BITS:
            raise OutOfSteps
    elif isinstance(value, (str, list, tuple)) and len(value) > MAX_LENGTH:
        raise OutOfSteps
    return value


def _mul(left: Any, right: Any) -> Any:
    for times, sized in ((left, right), (right, left)):
        if isinstance(sized, (str, list, tuple)) and times * len(sized) > MAX_LENGTH:
            raise OutOfSteps
    return _bounded(left * right)


def _pow(left: Any, right: Any) -> Any:
    if right < 0 or left.bit_length() * right > MAX_BITS:
        raise OutOfSteps
    return left**right


_BOUNDED: dict[str, Callable[[Any, Any], Any]] = {
    "_add": lambda left, right: _bounded(left + right),
    "_sub": lambda left, right: left - right,
    "_mul": _mul,
    "_floordiv": lambda left, right: left // right,
    "_mod": lambda left, right: left % right,
    "_pow": _pow,
}
