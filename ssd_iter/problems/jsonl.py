"""Problems of your own: a JSON-lines file in HumanEval's shape, as the selector `file:PATH`.

One object a line. `prompt` (imports, helpers, then signature and docstring of the function asked for, last) and
`entry_point` are required; `task_id` names the problem (default: its line number); `test` is the source of a
`check(candidate)` function, needed to evaluate on the problem, not to train on it; `canonical_solution` is a body.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from ssd_iter.exceptions import DataError, NotFoundError
from ssd_iter.problems.base import Problem
from ssd_iter.problems.humaneval import preamble_of

_COLUMNS = {"task_id", "prompt", "entry_point", "test", "canonical_solution"}


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
    unknown = row.keys() - _COLUMNS
    if unknown:
        raise ValueError(f"unknown keys {sorted(unknown)}; known are {sorted(_COLUMNS)}")
    values = {"task_id": str(number)} | row
    for column, value in values.items():
        if not isinstance(value, str):
            raise ValueError(f"{column} should be text, found {value!r}")
    for column in ("prompt", "entry_point"):
        if not values.get(column):
            raise ValueError(f"{column} is missing")
    return Problem(
        problem_id=f"{name}/all/{values['task_id']}",
        problem_set=name,
        split="all",
        statement=values["prompt"],
        starter_code=values["prompt"],
        entry_point=values["entry_point"],
        preamble=preamble_of(values["prompt"], values["entry_point"]),
        check=values.get("test"),
        reference=values["prompt"] + values["canonical_solution"] if "canonical_solution" in values else "",
        source_version=version,
        licence="your own",
    )
