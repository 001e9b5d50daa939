"""The gate every generated problem passes: one that tells too little, or asks unclearly, is not given out.

Not here yet: killing mutants of the reference, and a second, independent reference (these families are one
expression each).
"""

from __future__ import annotations

import ast
import builtins
import keyword
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

from ssd_iter.problems.base import Problem

MIN_DISTINCT = 5
MAX_MAJORITY = 0.5
MIN_BOOL_SHARE = 0.25

BASELINES: dict[str, Callable[..., Any]] = {
    "its first argument": lambda *arguments: arguments[0],
    "len": lambda *arguments: len(arguments[0]) if isinstance(arguments[0], str | list) else None,
}
"""What may not pass. A constant answer cannot either: no answer is frequent enough."""


def rejection(problem: Problem, constants: tuple[int | str, ...]) -> str | None:
    """Why the problem is not good enough to give out, or None. `constants` are those the statement must name."""
    return (
        _reference_fault(problem)
        or _answers_fault(problem)
        or _baseline_fault(problem)
        or _wording_fault(problem, constants)
    )


def _reference_fault(problem: Problem) -> str | None:
    """The reference's text, run twice, gives the expected answers with their exact JSON types."""
    for _ in range(2):
        namespace: dict[str, Any] = {}
        exec(problem.reference, namespace)
        if not _solves(namespace[problem.entry_point], problem):
            return "the reference fails its own tests"
    return None


def _answers_fault(problem: Problem) -> str | None:
    answers = Counter(repr(case.expected) for case in problem.cases)
    majority = max(answers.values()) / len(problem.cases)
    if set(answers) <= {"True", "False"}:
        if majority > 1 - MIN_BOOL_SHARE:
            return f"one answer has a share of {majority:.2f}"
    elif len(answers) < MIN_DISTINCT:
        return f"only {len(answers)} different answers"
    elif majority > MAX_MAJORITY:
        return f"one answer has a share of {majority:.2f}"
    if len({repr(case.expected) for case in problem.cases if case.visible}) < 2:
        return "the examples all have the same answer"
    return None


def _baseline_fault(problem: Problem) -> str | None:
    passed = [name for name, baseline in BASELINES.items() if _solves(baseline, problem)]
    return f"{passed[0]} solves it" if passed else None


def _wording_fault(problem: Problem, constants: tuple[int | str, ...]) -> str | None:
    function = ast.parse(problem.starter_code).body[0]
    assert isinstance(function, ast.FunctionDef)
    names = [argument.arg for argument in function.args.args]
    unnamed = [name for name in names if not re.search(rf"\b{name}\b", problem.statement)]
    unnamed += [repr(constant) for constant in constants if not _shows(problem, str(constant))]
    if unnamed:
        return f"the statement does not name {', '.join(unnamed)}"
    for name in (problem.entry_point, *names):
        if not name.isidentifier() or keyword.iskeyword(name) or hasattr(builtins, name):
            return f"{name} is not a free name"
    return None if (problem.statement + problem.starter_code).isascii() else "not ASCII"


def _shows(problem: Problem, constant: str) -> bool:
    """In the statement and, where wrapping lines may have broken it, in the docstring too."""
    return constant in problem.statement and constant in problem.starter_code


def _solves(solve: Callable[..., Any], problem: Problem) -> bool:
    return all(repr(solve(*case.args)) == repr(case.expected) for case in problem.cases)
