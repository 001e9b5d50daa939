"""LiveCodeBench, lite (Jain et al. 2024): six files of JSON lines, each with the problems of some months.

`release_v1` to `release_v6` are upstream's releases: the first file, the first two, and so on to all six. `v5` and `v6`
are the windows that papers mean by these names, by the date of the contest, in whole months with both ends included:
`v6` is 2025-02 to 2025-05 (131 problems), `v5` is 2024-08 to 2025-02 (374). So the problems of February 2025 are in
both. Releases do not end with a month: the sixth file begins in January 2025, and by upstream's counts the fourth
cannot hold all of August and September 2024, so that `v5` reads the third as well.

A row's tests are the public ones, shown in the statement, and the private ones behind them (`packed_tests`). All of a
problem's are of one kind: `stdin`, a text to read and a text to print; or `functional`, a call of a method of
`class Solution` with one JSON value a line for each argument.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from ssd_iter.exceptions import DataError
from ssd_iter.problems.base import Problem, TestCase
from ssd_iter.problems.public.base import PublicSet, PublicSplit
from ssd_iter.problems.public.columns import column, json_lines
from ssd_iter.problems.public.packed_tests import unpack_tests

NAME = "livecodebench"
LICENCE = "CC, and the contest sites' own for their texts: for use here, not to be passed on"
TIME_LIMIT = 6.0
"""Seconds for each test, as LiveCodeBench's own evaluation has them."""
MEMORY_MB = 4096

FILES = ("test.jsonl", "test2.jsonl", "test3.jsonl", "test4.jsonl", "test5.jsonl", "test6.jsonl")
SPLITS = {
    f"release_v{version}": PublicSplit(files=FILES[:version], count=count)
    for version, count in enumerate((400, 511, 612, 713, 880, 1055), start=1)
} | {
    "v5": PublicSplit(files=FILES[2:], count=374, dates=("2024-08-01", "2025-02-28")),
    "v6": PublicSplit(files=FILES[5:], count=131, dates=("2025-02-01", "2025-05-31")),
}

_METHOD = re.compile(r"^\s*class\s+Solution\b.*?^\s+def\s+(?!__)(\w+)\s*\(", re.MULTILINE | re.DOTALL)


def parse(file: BinaryIO, split: str, sha256: str) -> Iterator[Problem]:
    """The problems of one file that belong to a split, a line in memory at a time. DataError names line and column."""
    dates = SPLITS[split].dates
    for number, row in json_lines(file):
        where = f"line {number}"
        date = _date(row, where)
        if dates is None or dates[0] <= date <= dates[1]:
            yield _problem(row, where, split, date, sha256)


def _problem(row: dict[str, Any], where: str, split: str, date: str, sha256: str) -> Problem:
    kind, cases = _cases(row, where)
    starter_code = column(row, "starter_code", str, where)
    return Problem(
        problem_id=f"{NAME}/{split}/{column(row, 'question_id', str, where)}",
        problem_set=NAME,
        split=split,
        style="function" if kind == "functional" else "stdin",
        statement=column(row, "question_content", str, where),
        starter_code=starter_code,
        statement_in_code=False,
        entry_point=_entry_point(row, starter_code, where) if kind == "functional" else "",
        cases=cases,
        comparison="livecodebench",
        reference="",
        time_limit=TIME_LIMIT,
        memory_mb=MEMORY_MB,
        difficulty=column(row, "difficulty", str, where),
        date=date,
        tags=(column(row, "platform", str, where),),
        source_version=sha256,
        licence=LICENCE,
    )


def _date(row: dict[str, Any], where: str) -> str:
    text = column(row, "contest_date", str, where)[:10]
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        raise DataError(f"{where}: column 'contest_date' should begin with an ISO date, found {text!r}") from None


def _cases(row: dict[str, Any], where: str) -> tuple[str, tuple[TestCase, ...]]:
    """The kind that all tests are of, and the tests: public ones, then private ones."""
    kinds: set[str] = set()
    cases: list[TestCase] = []
    for name, visible in (("public_test_cases", True), ("private_test_cases", False)):
        place = f"{where}, column {name!r}"
        tests = unpack_tests(column(row, name, str, where), place)
        if not isinstance(tests, list):
            raise DataError(f"{place}: should be a list of tests, found {type(tests).__name__}")
        for number, test in enumerate(tests, start=1):
            kind, case = _case(test, f"{place}, test {number}", visible)
            kinds.add(kind)
            cases.append(case)
    if len(kinds) != 1:
        found = f"tests of several kinds: {', '.join(sorted(kinds))}" if kinds else "no tests"
        raise DataError(f"{where}: {found}; a problem's are all stdin, or all functional")
    return kinds.pop(), tuple(cases)


def _case(test: object, place: str, visible: bool) -> tuple[str, TestCase]:
    if not isinstance(test, dict):
        raise DataError(f"{place}: should be an object, found {type(test).__name__}")
    given, expected, kind = (column(test, name, str, place) for name in ("input", "output", "testtype"))
    if kind == "stdin":
        return kind, TestCase((given,), expected, visible)
    if kind != "functional":
        raise DataError(f"{place}: testtype {kind[:60]!r} should be stdin or functional")
    try:
        args = tuple(json.loads(line) for line in given.split("\n") if line.strip())
        return kind, TestCase(args, json.loads(expected), visible)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{place}: an argument or the output is no JSON ({error})") from None


def _entry_point(row: dict[str, Any], starter_code: str, where: str) -> str:
    """The method asked for: the metadata names it, else it is the first of the starter code."""
    text = column(row, "metadata", str, where)
    try:
        metadata = json.loads(text) if text.strip() else {}
    except (ValueError, RecursionError) as error:
        raise DataError(f"{where}: column 'metadata' is no JSON ({error})") from None
    if not isinstance(metadata, dict):
        raise DataError(f"{where}: column 'metadata' should hold an object, found {type(metadata).__name__}")
    name = metadata.get("func_name")
    if name is None:
        method = _METHOD.search(starter_code)
        name = method[1] if method else None
    if not isinstance(name, str) or not name.isidentifier():
        raise DataError(f"{where}: neither 'func_name' in the metadata nor the starter code names the method to call")
    return name


SET = PublicSet(
    name=NAME,
    repo="livecodebench/code_generation_lite",
    splits=SPLITS,
    licence=LICENCE,
    description=(
        "contest problems by date (Jain et al. 2024); v6: 2025-02 to 2025-05, v5: 2024-08 to 2025-02, "
        "release_v1 to release_v6: all up to a release"
    ),
    parse=parse,
)
