"""Problems of your own: a JSON-lines file in HumanEval's shape, as the selector `file:PATH`.

One object a line. `prompt` (imports, helpers, then signature and docstring of the function asked for, last; or a class
`Solution` with it as a method) and `entry_point` are required; `task_id` names the problem (default: its line number);
`canonical_solution` is a body. Tests are needed to evaluate on a problem, not to train on it, in one of these forms:

    test       source of a `check(candidate)` function
    test_list  assert statements that call the function by its name, as MBPP has them
    cases      calls and answers, `{"args": [1, 2], "expected": 3}`; or what a program reads and should print,
               `{"stdin": "1 2\\n", "stdout": "3\\n"}`: then `prompt` is the problem in words, without `entry_point`

`comparison` says when the answer to a case is right (`ssd_iter.execution.comparison`); `inproc` that a check must run
in the candidate's process, as it passes callables or looks at changed arguments.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any, Literal, cast, get_args

from ssd_iter.exceptions import DataError, NotFoundError
from ssd_iter.problems.asserts import check_of_asserts
from ssd_iter.problems.base import Comparison, Problem, TestCase, first_n
from ssd_iter.problems.humaneval import preamble_of
from ssd_iter.problems.selectors import FILE, Selector, Source

_TEXTS = ("task_id", "prompt", "entry_point", "test", "canonical_solution", "comparison")
_TESTS = ("test", "test_list", "cases")


def select(selector: Selector, fresh_seed: int) -> list[Problem]:
    """What `file:mine.jsonl` or `file:mine.jsonl?n=24` means."""
    return first_n(load(Path(selector.split)), selector.n, str(selector))


def load(path: Path) -> list[Problem]:
    """The file's problems in order. NotFoundError where it is missing; DataError names the line that is wrong."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise NotFoundError(f"no problem file at {path}: {error.strerror}") from None
    version = hashlib.sha256(data).hexdigest()
    problems = []
    for number, line in enumerate(data.splitlines(), start=1):
        if line.strip():
            try:
                problems.append(_problem(json.loads(line), path.stem, number, version))
            except (ValueError, SyntaxError) as error:
                raise DataError(f"{path}, line {number}: {error}") from None
    if not problems:
        raise DataError(f"{path} holds no problems")
    return problems


def _problem(row: object, name: str, number: int, version: str) -> Problem:
    if not isinstance(row, dict):
        raise ValueError(f"expected an object, found {type(row).__name__}")
    unknown = row.keys() - {*_TEXTS, *_TESTS, "inproc"}
    if unknown:
        raise ValueError(f"unknown keys {sorted(unknown)}; known are {sorted([*_TEXTS, *_TESTS, 'inproc'])}")
    values: dict[str, Any] = {"task_id": str(number), "comparison": "exact"} | row
    if type(values["task_id"]) is int:
        values["task_id"] = str(values["task_id"])
    for column in _TEXTS:
        if column in values and not isinstance(values[column], str):
            raise ValueError(f"{column} should be text, found {values[column]!r}")
    given = [column for column in _TESTS if column in row]
    if len(given) > 1:
        raise ValueError(f"tests are given as one of {', '.join(given)}")
    style, cases = _cases(row.get("cases", []))
    for column in ("prompt",) if style == "stdin" else ("prompt", "entry_point"):
        if not values.get(column):
            raise ValueError(f"{column} is missing")
    if values["comparison"] not in get_args(Comparison):
        raise ValueError(f"comparison {values['comparison']!r} should be one of {', '.join(get_args(Comparison))}")
    if not isinstance(row.get("inproc", False), bool):
        raise ValueError(f"inproc should be true or false, found {row['inproc']!r}")
    entry_point = values.get("entry_point", "")
    return Problem(
        problem_id=f"{name}/all/{values['task_id']}",
        problem_set=name,
        split="all",
        style=style,
        statement=values["prompt"],
        starter_code=values["prompt"] if style == "function" else "",
        entry_point=entry_point,
        preamble=_preamble(values["prompt"], entry_point) if style == "function" else "",
        cases=cases,
        check=_check(row),
        comparison=cast(Comparison, values["comparison"]),
        inproc=row.get("inproc", False),
        reference=values["prompt"] + values["canonical_solution"] if "canonical_solution" in values else "",
        source_version=version,
        licence="your own",
    )


def _cases(rows: object) -> tuple[Literal["function", "stdin"], tuple[TestCase, ...]]:
    """The style that the cases are of, and they."""
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError("cases should be a list of objects")
    if rows and all(row.keys() == {"stdin", "stdout"} for row in rows):
        if not all(isinstance(text, str) for row in rows for text in row.values()):
            raise ValueError("stdin and stdout of a case should be text")
        return "stdin", tuple(TestCase((row["stdin"],), row["stdout"]) for row in rows)
    if not all(row.keys() == {"args", "expected"} and isinstance(row["args"], list) for row in rows):
        raise ValueError("each case should have `args` (a list) and `expected`, or `stdin` and `stdout`")
    return "function", tuple(TestCase(tuple(row["args"]), row["expected"]) for row in rows)


def _check(row: dict[str, Any]) -> str | None:
    """The source of the check, from either of its forms."""
    if "test_list" not in row:
        test: str | None = row.get("test")
        return test
    statements = row["test_list"]
    if not isinstance(statements, list) or not all(isinstance(statement, str) for statement in statements):
        raise ValueError("test_list should be a list of assert statements")
    return check_of_asserts(statements)


def _preamble(prompt: str, entry_point: str) -> str:
    """What stands before the function asked for, or before the class `Solution` that it is a method of."""
    method = re.search(rf"^class Solution\b.*?^[ \t]+def {re.escape(entry_point)}\(", prompt, re.MULTILINE | re.DOTALL)
    return prompt[: method.start()] if method else preamble_of(prompt, entry_point)


SOURCE = Source(
    name=FILE,
    splits=(),
    keys=("n",),
    count=None,
    licence="your own",
    description="your own problems: JSON lines with prompt, entry_point and (to evaluate on them) tests",
    load=select,
)
