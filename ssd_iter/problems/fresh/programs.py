"""The same task as a program that reads and prints: other words, the same function, the same tests as text."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ssd_iter.problems.base import Comparison, Problem, TestCase
from ssd_iter.problems.fresh.family import Argument, Result, Task

_INPUT: dict[Argument, str] = {
    "int": "A line with the integer {name}.",
    "str": "A line with the text {name}, which may be empty.",
    "list[int]": "A line with n, the length of {name}, then a line with its n integers.",
    "list[str]": "A line with n, the length of {name}, then n lines with its texts.",
    "list[list[int]]": "A line with the numbers of rows and columns of {name}, then a line with each row's integers.",
}
_OUTPUT: dict[Result, str] = {
    "int": "One integer.",
    "bool": "True or False.",
    "str": "One line with the text.",
    "list[int]": "One line with the integers of the list.",
    "list[str]": "A line for each text of the list.",
    "list[list[int]]": "A line with the integers of each row.",
}
_READING: dict[Argument, str] = {
    "int": "{name} = int(input())\n",
    "str": "{name} = input()\n",
    "list[int]": "input()\n{name} = [int(word) for word in input().split()]\n",
    "list[str]": "{name} = [input() for _ in range(int(input()))]\n",
    "list[list[int]]": "{name} = [[int(word) for word in input().split()] for _ in range(int(input().split()[0]))]\n",
}
_PRINTING: dict[Result, str] = {
    "int": "print({call})\n",
    "bool": "print({call})\n",
    "str": "print({call})\n",
    "list[int]": "print(*{call})\n",
    "list[str]": 'print(*{call}, sep="\\n")\n',
    "list[list[int]]": "for row in {call}:\n    print(*row)\n",
}


def stdin_problem(problem: Problem, task: Task) -> Problem:
    """A problem of style `function` in style `stdin`: the same identity, split and tests."""
    types = dict(zip(argument_names(problem), task.arguments.values(), strict=True))
    cases = tuple(TestCase((_given(case.args, types),), printed(case.expected), case.visible) for case in problem.cases)
    comparison: Comparison = "exact" if task.returns in ("str", "list[str]", "list[list[int]]") else "tokens"
    return replace(
        problem,
        problem_id=f"{problem.problem_id}-stdin",
        style="stdin",
        statement=_statement(problem.statement, types, task.returns, cases),
        starter_code="",
        statement_in_code=False,
        cases=cases,
        comparison=comparison,
        reference=_program(problem, types, task.returns),
    )


def argument_names(problem: Problem) -> list[str]:
    """What the function's arguments are called."""
    function = ast.parse(problem.starter_code).body[0]
    assert isinstance(function, ast.FunctionDef)
    return [argument.arg for argument in function.args.args]


def _statement(text: str, types: Mapping[str, Argument], returns: Result, cases: Sequence[TestCase]) -> str:
    text = re.sub(r"\bReturn\b", "Print", re.sub(r"\breturn\b", "print", text))
    given = "\n".join(_INPUT[kind].format(name=name) for name, kind in types.items())
    examples = "\n\n".join(
        f"Example input:\n{case.args[0]}\nExample output:\n{case.expected}".rstrip() for case in cases if case.visible
    )
    return f"{text}\n\nInput:\n{given}\n\nOutput:\n{_OUTPUT[returns]}\n\n{examples}\n"


def _program(problem: Problem, types: Mapping[str, Argument], returns: Result) -> str:
    reading = "".join(_READING[kind].format(name=name) for name, kind in types.items())
    call = f"{problem.entry_point}({', '.join(types)})"
    return f"{problem.reference}\n\n{reading}{_PRINTING[returns].format(call=call)}"


def _given(arguments: Sequence[Any], types: Mapping[str, Argument]) -> str:
    return "".join(_lines(value, kind) for value, kind in zip(arguments, types.values(), strict=True))


def _lines(value: Any, kind: Argument) -> str:
    match kind:
        case "list[int]":
            return f"{len(value)}\n{_row(value)}\n"
        case "list[str]":
            return f"{len(value)}\n" + "".join(f"{text}\n" for text in value)
        case "list[list[int]]":
            columns = len(value[0]) if value else 0
            return f"{len(value)} {columns}\n" + "".join(f"{_row(row)}\n" for row in value)
    return f"{value}\n"


def printed(answer: Any) -> str:
    """What a program prints for an answer."""
    if not isinstance(answer, list):
        return f"{answer}\n"
    if answer and not isinstance(answer[0], int):
        return "".join(f"{item if isinstance(item, str) else _row(item)}\n" for item in answer)
    return f"{_row(answer)}\n"


def _row(values: Sequence[int]) -> str:
    return " ".join(map(str, values))
