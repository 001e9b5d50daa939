"""rStar-Coder (Liu et al. 2025): the seed problems, to be sampled from, and the same with tests.

Parquet shards with one row a response (`seed_sft`) or a set of tests (`seed_testcase`). Statements repeat: of those
that are the same but for white space the first is kept, here within a file and by the store across files
(`semantic_key`). The responses, most of the bytes, are never read.

Tests are two JSON lists of the same length, inputs and outputs. Where the row names a function, an input is the list of
its arguments (a method of `class Solution` where it names a class); otherwise an input is a text to read and an output
one to print. Rows with empty lists, or a method of another class, have no tests here: they can be trained on.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from ssd_iter.exceptions import DataError
from ssd_iter.problems.base import Problem, TestCase
from ssd_iter.problems.public.base import PublicSet, PublicSplit
from ssd_iter.problems.public.columns import column
from ssd_iter.problems.public.parquet_rows import parquet_rows

NAME = "rstar-coder"
LICENCE = "CC-BY-4.0"
SPLITS = {split: PublicSplit(files=(f"{split}/*.parquet",)) for split in ("seed_sft", "seed_testcase")}

_QUESTION = {"question_id": str, "question": str, "starter_code": str}
_TESTS = {"inputs": str, "outputs": str, "func_name": str, "class_name": str}


def parse(file: BinaryIO, split: str, sha256: str) -> Iterator[Problem]:
    """The problems of one shard, each statement once. DataError names row and column."""
    seen: set[bytes] = set()
    with_tests = split == "seed_testcase"
    # Tests of one row can be large; without them and the responses a thousand rows are a few megabytes.
    rows = parquet_rows(file, _QUESTION | _TESTS if with_tests else _QUESTION, batch_rows=1 if with_tests else 1000)
    for number, row in rows:
        where = f"row {number}"
        statement = column(row, "question", str, where)
        normal = hashlib.sha256(" ".join(statement.split()).encode("utf-8", "surrogatepass"))
        if normal.digest() in seen:
            continue
        seen.add(normal.digest())
        entry_point, cases = _tests(row, where) if with_tests else ("", ())
        starter_code = _text(row, "starter_code", where)
        is_function = bool(entry_point or (starter_code and not cases))
        yield Problem(
            problem_id=f"{NAME}/{split}/{column(row, 'question_id', str, where)}",
            problem_set=NAME,
            split=split,
            style="function" if is_function else "stdin",
            statement=statement,
            starter_code=starter_code,
            statement_in_code=False,
            entry_point=entry_point or (_first_defined(starter_code) if is_function else ""),
            cases=cases,
            comparison="exact" if is_function else "tokens",
            reference="",
            semantic_key=f"statement:{normal.hexdigest()}",
            source_version=sha256,
            licence=LICENCE,
        )


def _first_defined(starter_code: str) -> str:
    """The first function or method of code that may be cut short; empty where there is none."""
    found = re.search(r"^\s*def\s+(?!__)(\w+)", starter_code, re.MULTILINE)
    return found[1] if found else ""


def _tests(row: dict[str, Any], where: str) -> tuple[str, tuple[TestCase, ...]]:
    """The function to call, empty for a program that reads and prints; and the cases."""
    entry_point, class_name = _text(row, "func_name", where), _text(row, "class_name", where)
    if class_name not in ("", "Solution") or (class_name and not entry_point):
        return "", ()
    inputs, outputs = (_list(_text(row, name, where), f"{where}, column {name!r}") for name in ("inputs", "outputs"))
    if len(inputs) != len(outputs):
        raise DataError(f"{where}: {len(inputs)} inputs and {len(outputs)} outputs; a case needs both")
    wanted = list if entry_point else str
    for number, given in enumerate(inputs, start=1):
        if not isinstance(given, wanted) or not (entry_point or isinstance(outputs[number - 1], str)):
            form = "a list of arguments" if entry_point else "text, and its output too"
            raise DataError(f"{where}, column 'inputs': input {number} should be {form}, found {type(given).__name__}")
    pairs = zip(inputs, outputs, strict=True)
    return entry_point, tuple(TestCase(tuple(i) if entry_point else (i,), o) for i, o in pairs)


def _text(row: dict[str, Any], name: str, where: str) -> str:
    """A text that may be null, which counts as empty."""
    return "" if row[name] is None else column(row, name, str, where)


def _list(text: str, place: str) -> list[Any]:
    try:
        value = json.loads(text) if text.strip() else []
    except (ValueError, RecursionError) as error:
        raise DataError(f"{place}: no JSON ({error})") from None
    if value is None:
        return []
    if not isinstance(value, list):
        raise DataError(f"{place}: should be a JSON list, found {type(value).__name__}")
    return value


SET = PublicSet(
    name=NAME,
    repo="microsoft/rStar-Coder",
    splits=SPLITS,
    licence=LICENCE,
    description="competition problems to train on, each statement once (Liu et al. 2025); seed_testcase has tests",
    parse=parse,
)
