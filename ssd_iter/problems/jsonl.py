"""Problems of your own: a JSON-lines file in HumanEval's shape, as the selector `file:PATH`.

One object a line. `prompt` (imports, helpers, then signature and docstring of the function asked for, last; or a class
`Solution` with it as a method) and `entry_point` are required; `task_id` names the problem (default: its line number);
`canonical_solution` is a body (of a program, all of it). Tests are needed to evaluate on a problem, not to train on it,
in one of these forms:

    test       source of a `check(candidate)` function
    test_list  assert statements that call the function by its name, as MBPP has them
    cases      calls and answers, `{"args": [1, 2], "expected": 3}`; or what a program reads and should print,
               `{"stdin": "1 2\\n", "stdout": "3\\n"}`: then `prompt` is the problem in words, without `entry_point`

With `starter_code`, which may be empty, `prompt` is the problem in words for a function too. `comparison` says when the
answer to a case is right (`ssd_iter.execution.comparison`); `inproc` that a check must run in the candidate's process,
as it passes callables or looks at changed arguments; `time_limit` (CPU seconds for each test) and `memory_mb` raise the
config's limits. `style` is function or stdin, where no case tells. `reference` is a whole program in place of
`canonical_solution`. `ssd-iter problems export` writes this form, with all that is known of a problem.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast, get_args

from ssd_iter.exceptions import DataError, NotFoundError
from ssd_iter.problems.asserts import check_of_asserts
from ssd_iter.problems.base import Comparison, Problem, Style, TestCase, first_n, is_unusable
from ssd_iter.problems.humaneval import preamble_of
from ssd_iter.problems.selectors import FILE, Selector, Source

_ABOUT = ("difficulty", "date", "family", "semantic_key", "licence")
_TEXTS = (
    *("task_id", "prompt", "starter_code", "preamble", "entry_point", "test", "canonical_solution", "reference"),
    *("style", "comparison", "canary", *_ABOUT),
)
_TESTS = ("test", "test_list", "cases")
_OTHERS: dict[str, tuple[type, ...]] = {
    "inproc": (bool,),
    "time_limit": (int, float),
    "memory_mb": (int,),
    "level": (int,),
    "tags": (list,),
}


def select(selector: Selector, fresh_seed: int) -> list[Problem]:
    """What `file:mine.jsonl` or `file:mine.jsonl?n=24` means."""
    return first_n(load(Path(selector.split)), selector.n, str(selector))


def load(path: Path) -> list[Problem]:
    """The file's problems in order. NotFoundError where it is missing; DataError names the line that is wrong."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise NotFoundError(f"no problem file at {path}, looked for from {Path.cwd()}: {error.strerror}") from None
    problems: dict[str, Problem] = {}
    for number, problem in _parsed(data, path):
        if problem.problem_id in problems:
            raise DataError(f"{path}, line {number}: task_id {problem.problem_id.split('/', 2)[2]!r} was there before")
        problems[problem.problem_id] = problem
    if not problems:
        raise DataError(f"{path} holds no problems")
    return list(problems.values())


def _parsed(data: bytes, path: Path) -> Iterator[tuple[int, Problem]]:
    version = hashlib.sha256(data).hexdigest()
    for number, line in enumerate(data.splitlines(), start=1):
        if line.strip():
            try:
                yield number, _problem(json.loads(line), path.stem, number, version)
            except (ValueError, SyntaxError, RecursionError) as error:
                raise DataError(f"{path}, line {number}: {error}") from None


def _problem(row: object, name: str, number: int, version: str) -> Problem:
    if not isinstance(row, dict):
        raise ValueError(f"expected an object, found {type(row).__name__}")
    _refuse_wrong_types(row)
    values: dict[str, Any] = {"task_id": str(number), "comparison": "exact", "entry_point": ""} | row
    given = [column for column in _TESTS if column in row]
    if len(given) > 1:
        raise ValueError(f"tests are given as one of {', '.join(given)}")
    style, cases = _style_and_cases(row)
    for column in ("prompt",) if style == "stdin" else ("prompt", "entry_point"):
        if not values.get(column):
            raise ValueError(f"{column} is missing")
    if values["comparison"] not in get_args(Comparison):
        raise ValueError(f"comparison {values['comparison']!r} should be one of {', '.join(get_args(Comparison))}")
    in_words = style == "stdin" or "starter_code" in row
    return Problem(
        problem_id=f"{name}/all/{values['task_id']}",
        problem_set=name,
        split="all",
        style=style,
        statement=values["prompt"],
        starter_code=values.get("starter_code", "") if in_words else values["prompt"],
        statement_in_code=not in_words,
        entry_point=values["entry_point"],
        preamble=_preamble(values, in_words),
        cases=cases,
        check=_check(row),
        comparison=cast(Comparison, values["comparison"]),
        inproc=row.get("inproc", False),
        reference=_reference(values, in_words),
        time_limit=row.get("time_limit"),
        memory_mb=row.get("memory_mb"),
        level=row.get("level"),
        tags=tuple(row.get("tags", ())),
        source_version=version,
        **{"licence": "your own"} | {column: row[column] for column in _ABOUT if column in row},
    )


def _refuse_wrong_types(row: dict[str, Any]) -> None:
    known = {*_TEXTS, *_TESTS, *_OTHERS}
    unknown = row.keys() - known
    if unknown:
        raise ValueError(f"unknown keys {sorted(unknown)}; known are {sorted(known)}")
    if type(row.get("task_id")) is int:
        row["task_id"] = str(row["task_id"])
    for column in _TEXTS:
        if column in row and not isinstance(row[column], str):
            raise ValueError(f"{column} should be text, found {row[column]!r}")
        if is_unusable(row.get(column, "")):
            raise ValueError(f"{column} holds a NUL or half a surrogate pair, which no prompt can; take it out")
    for column, kinds in _OTHERS.items():
        if column in row and type(row[column]) not in kinds:
            raise ValueError(f"{column} should be {kinds[0].__name__}, found {row[column]!r}")
    if not all(isinstance(tag, str) for tag in row.get("tags", ())):
        raise ValueError("tags should be a list of texts")


def _reference(values: dict[str, Any], in_words: bool) -> str:
    if "canonical_solution" not in values:
        return str(values.get("reference", ""))
    if "reference" in values:
        raise ValueError("a solution is given as reference (a whole program) or canonical_solution (a body), not both")
    if in_words:
        return str(values.get("starter_code", "") + values["canonical_solution"])
    return str(values["prompt"] + values["canonical_solution"])


def _style_and_cases(row: dict[str, Any]) -> tuple[Style, tuple[TestCase, ...]]:
    style, cases = _cases(row.get("cases", []))
    named = row.get("style", style)
    if named not in ("function", "stdin") or (cases and named != style):
        raise ValueError(f"style {named!r} should be function or stdin, as its cases are")
    return named, cases


def _cases(rows: object) -> tuple[Style, tuple[TestCase, ...]]:
    """The style that the cases are of, and they."""
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError("cases should be a list of objects")
    shown = [row.get("visible", False) for row in rows]
    if not all(isinstance(visible, bool) for visible in shown):
        raise ValueError("visible of a case should be true or false")
    given = [{key: value for key, value in row.items() if key != "visible"} for row in rows]
    if rows and all(row.keys() == {"stdin", "stdout"} for row in given):
        if not all(isinstance(text, str) for row in given for text in row.values()):
            raise ValueError("stdin and stdout of a case should be text")
        texts = zip(given, shown, strict=True)
        return "stdin", tuple(TestCase((row["stdin"],), row["stdout"], visible) for row, visible in texts)
    if not all(row.keys() == {"args", "expected"} and isinstance(row["args"], list) for row in given):
        raise ValueError("each case should have `args` (a list) and `expected`, or `stdin` and `stdout`")
    calls = zip(given, shown, strict=True)
    return "function", tuple(TestCase(tuple(row["args"]), row["expected"], visible) for row, visible in calls)


def _check(row: dict[str, Any]) -> str | None:
    """The source of the check, from either of its forms."""
    if "test_list" not in row:
        test: str | None = row.get("test")
        return test
    statements = row["test_list"]
    if not isinstance(statements, list) or not all(isinstance(statement, str) for statement in statements):
        raise ValueError("test_list should be a list of assert statements")
    return check_of_asserts(statements)


def _preamble(values: dict[str, Any], in_words: bool) -> str:
    """What stands before the function asked for, or before the class `Solution` that it is a method of."""
    if in_words or "preamble" in values:
        return str(values.get("preamble", ""))
    prompt, entry_point = values["prompt"], values["entry_point"]
    method = re.search(rf"^class Solution\b.*?^[ \t]+def {re.escape(entry_point)}\(", prompt, re.MULTILINE | re.DOTALL)
    return prompt[: method.start()] if method else preamble_of(prompt, entry_point)


SOURCE = Source(
    name=FILE,
    splits=(),
    keys=("n",),
    licence="your own",
    description="your own problems: JSON lines with prompt, entry_point and (to evaluate on them) tests",
    load=select,
)
