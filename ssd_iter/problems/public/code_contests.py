"""CodeContests (13,328 problems to train on, 117 to validate, 165 to test, CC-BY-4.0): programs that read and print.

Parquet. Public tests may be shown, private and generated ones not. Where several answers are right the tests know one
only: some right programs fail. A problem with a picture has the tag `image`; one that reads or writes a file of a
given name has no tests, as programs here read stdin.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from ssd_iter.exceptions import DataError
from ssd_iter.problems.base import Problem, TestCase
from ssd_iter.problems.public.base import PublicSet, PublicSplit
from ssd_iter.problems.public.columns import column
from ssd_iter.problems.public.contest_tests import memory_mb, text_or_empty
from ssd_iter.problems.public.parquet_rows import parquet_rows, texts

SOURCES = ("unknown", "codechef", "codeforces", "hackerearth", "codejam", "atcoder", "aizu")
"""The sites, by their number."""
DIFFICULTIES = (
    "UNKNOWN_DIFFICULTY", "EASY", "MEDIUM", "HARD", "HARDER", "HARDEST", "EXTERNAL", *"ABCDEFGHIJKLMNOPQRSTUV"
)  # fmt: skip
"""The words for a difficulty, by their number; letters are Codeforces' own indices in a contest."""
_PYTHON3 = 3
_TESTS = ("public_tests", "private_tests", "generated_tests")
_COLUMNS = {
    "name": str, "description": str, **dict.fromkeys(_TESTS, dict), "source": int, "difficulty": int, "solutions": dict,
    "cf_tags": list, "time_limit": dict, "memory_limit_bytes": int, "input_file": str, "output_file": str,
}  # fmt: skip


def parse(file: BinaryIO, split: str, source_version: str) -> Iterator[Problem]:
    """The problems of one file, as `PublicSet.parse` has it."""
    for number, row in parquet_rows(file, _COLUMNS, batch_rows=4):  # a row can hold megabytes of tests
        where = f"row {number}"
        name = re.sub(r"\s+", "_", column(row, "name", str, where).strip())
        description = column(row, "description", str, where)
        tags = tuple(tag for tag in texts(row, "cf_tags", where) if tag)
        reads_files = text_or_empty(row, "input_file", where) or text_or_empty(row, "output_file", where)
        cases = [case for tests in _TESTS for case in _cases(row, tests, where)]
        yield Problem(
            # Two sites may have problems of one name.
            problem_id=f"{SET.name}/{split}/{_word(row, 'source', SOURCES, where)}-{name}",
            problem_set=SET.name,
            split=split,
            style="stdin",
            statement=description,
            starter_code="",
            statement_in_code=False,
            entry_point="",
            cases=() if reads_files else tuple(cases),
            comparison="tokens",
            reference=_reference(row, where),
            time_limit=_seconds(row, where),
            memory_mb=memory_mb((row["memory_limit_bytes"] or 0) / 2**20),
            difficulty=_word(row, "difficulty", DIFFICULTIES, where),
            tags=(*tags, "image") if "<image>" in description else tags,
            source_version=source_version,
            licence=SET.licence,
        )


def _cases(row: dict[str, Any], name: str, where: str) -> Iterator[TestCase]:
    tests = column(row, name, dict, where)
    inside = f"{where}: column {name!r}"
    inputs, outputs = texts(tests, "input", inside), texts(tests, "output", inside)
    if len(inputs) != len(outputs):
        raise DataError(f"{inside} has {len(inputs)} inputs and {len(outputs)} outputs")
    for text, printed in zip(inputs, outputs, strict=True):
        yield TestCase((text,), printed, visible=name == "public_tests")


def _reference(row: dict[str, Any], where: str) -> str:
    """The first solution in Python 3; empty where there is none."""
    solutions = column(row, "solutions", dict, where)
    inside = f"{where}: column 'solutions'"
    languages, programs = column(solutions, "language", list, inside), texts(solutions, "solution", inside)
    if len(languages) != len(programs):
        raise DataError(f"{inside} has {len(languages)} languages and {len(programs)} solutions")
    return next((p for language, p in zip(languages, programs, strict=True) if language == _PYTHON3), "")


def _seconds(row: dict[str, Any], where: str) -> float | None:
    limit = row["time_limit"] or {"seconds": None, "nanos": None}
    if limit.get("seconds") is None and limit.get("nanos") is None:
        return None
    inside = f"{where}: column 'time_limit'"
    whole, nanos = (column(limit, name, int, inside) for name in ("seconds", "nanos"))
    return whole + nanos / 1e9 or None


def _word(row: dict[str, Any], name: str, words: tuple[str, ...], where: str) -> str:
    number = column(row, name, int, where)
    if not 0 <= number < len(words):
        raise DataError(f"{where}: column {name!r} should be from 0 to {len(words) - 1}, found {number}")
    return words[number]


SET = PublicSet(
    name="code-contests",
    repo="deepmind/code_contests",
    splits={
        split: PublicSplit(files=(f"data/{split}-*.parquet",), count=count)
        for split, count in (("train", 13_328), ("valid", 117), ("test", 165))
    },
    licence="CC-BY-4.0",
    description="13,610 problems of contest sites with tests and solutions (AlphaCode, Li et al. 2022)",
    parse=parse,
)
