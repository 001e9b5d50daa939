"""MBPP+ (378 problems, Apache-2.0): the sound ones of sanitized MBPP with about 35 times as many tests.

A row's `test` is a script: helpers, inputs, results, then a loop that calls the function by its name. It uses numpy,
which the trusted side has. As in MBPP, one assert is shown, for the function's name.
"""

from __future__ import annotations

import ast
import re
import textwrap
import warnings
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from ssd_iter.exceptions import DataError
from ssd_iter.problems.base import Problem
from ssd_iter.problems.public.base import PublicSet, PublicSplit
from ssd_iter.problems.public.columns import column
from ssd_iter.problems.public.mbpp import entry_point_of, statement_of
from ssd_iter.problems.public.parquet_rows import table_rows, texts

TIME_LIMIT = 10.0
"""CPU seconds for all tests of a problem: there can be a thousand, and numpy is loaded for them."""
_LONG_VALUE = re.compile(r"^(\w+) = .{5000,}")
"""Inputs and results: parsing a megabyte of them takes seconds and some 300 MB, and they call nothing."""
_COLUMNS = {"task_id": int, "code": str, "prompt": str, "test_imports": list, "test_list": list, "test": str}


def parse(file: BinaryIO, split: str, source_version: str) -> Iterator[Problem]:
    """The problems of one file, as `PublicSet.parse` has it."""
    for where, row in table_rows(file, _COLUMNS):
        tests = texts(row, "test_list", where)
        code = column(row, "code", str, where)
        try:
            with warnings.catch_warnings(action="ignore"):  # "\d" in a solution
                entry_point = entry_point_of(tests, code)
        except (ValueError, SyntaxError) as error:
            raise DataError(f"{where}: column 'test_list' or 'code': {error}") from None
        try:
            with warnings.catch_warnings(action="ignore"):
                check = check_of_script(column(row, "test", str, where), entry_point)
        except (ValueError, SyntaxError) as error:
            raise DataError(f"{where}: column 'test': {error}") from None
        yield Problem(
            problem_id=f"{SET.name}/{split}/{column(row, 'task_id', int, where)}",
            problem_set=SET.name,
            split=split,
            statement=statement_of(column(row, "prompt", str, where), tests),
            starter_code="",
            statement_in_code=False,
            entry_point=entry_point,
            preamble="".join(f"{line}\n" for line in texts(row, "test_imports", where)),
            check=check,
            reference=code,
            time_limit=TIME_LIMIT,
            source_version=source_version,
            licence=SET.licence,
        )


def check_of_script(script: str, entry_point: str) -> str:
    """The source of a `check(candidate)` that does what a script of tests does.

    Up to the first statement that names the function, the script stays as it is: its inputs can be megabytes. The
    rest becomes the check. SyntaxError for what is no Python, ValueError where the script defines the function
    itself or never names it: every answer would pass.
    """
    lines = script.replace("\r\n", "\n").replace("\r", "\n").split("\n")  # as the parser counts them
    outline = [_LONG_VALUE.sub(r"\1 = 0", line) if entry_point not in line else line for line in lines]
    try:
        first, tail = _split(outline, entry_point)
    except SyntaxError:
        first, outline = 0, []
    if outline[first:] != lines[first:]:  # what looked like a value on one line is something else
        first, tail = _split(lines, entry_point)
    head = "".join(f"{line}\n" for line in lines[:first])
    check = f"{head}def check(candidate):\n    {entry_point} = candidate\n{textwrap.indent(tail, '    ')}\n"
    compile(check, "<check>", "exec", dont_inherit=True)
    return check


def _split(lines: Sequence[str], entry_point: str) -> tuple[int, str]:
    """How many lines there are before the first statement that names the function, and the code from there on."""
    statements = ast.parse("\n".join(lines)).body
    first: int | None = None
    for index, statement in enumerate(statements):
        for node in ast.walk(statement):
            match node:
                case ast.FunctionDef(name=name) | ast.Name(id=name, ctx=ast.Store()) if name == entry_point:
                    raise ValueError(f"line {node.lineno} defines {entry_point!r} itself: every answer would pass")
                case ast.Name(id=name) if name == entry_point and first is None:
                    first = index
    if first is None:
        raise ValueError(f"it never calls {entry_point!r}: every answer would pass")
    while first and statements[first - 1].end_lineno == statements[first].lineno:  # two of them on a line
        first -= 1
    # Unparsed, as a text with line breaks in it cannot be indented.
    return statements[first].lineno - 1, "\n".join(map(ast.unparse, statements[first:]))


SET = PublicSet(
    name="mbpp-plus",
    repo="evalplus/mbppplus",
    splits={"test": PublicSplit(files=("data/test-*.parquet",), count=378)},
    licence="Apache-2.0",
    description="378 problems of MBPP with about 35 times as many tests (EvalPlus, Liu et al. 2023)",
    parse=parse,
)
