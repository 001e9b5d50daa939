"""MBPP (974 problems, 427 of them also in a sanitized form, CC-BY-4.0): a line of English, and three asserts.

The function's name is only in the asserts: the first is shown, the others are not. Splits of the sanitized form are
named `sanitized-train` and so on. Challenge tests are not used.

A few rows build trees for their asserts of a class that the solution has to bring (`root = Node(1)`): their tests
need the candidate's own names, and run in its process (`inproc`).
"""

from __future__ import annotations

import ast
import builtins
import warnings
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from ssd_iter.exceptions import DataError
from ssd_iter.problems.asserts import check_of_asserts
from ssd_iter.problems.base import Problem
from ssd_iter.problems.public.base import PublicSet, PublicSplit
from ssd_iter.problems.public.columns import column
from ssd_iter.problems.public.parquet_rows import table_rows, texts

_SANITIZED = "sanitized-"


def parse(file: BinaryIO, split: str, source_version: str) -> Iterator[Problem]:
    """The problems of one file, as `PublicSet.parse` has it; the split says which form the file is in."""
    sanitized = split.startswith(_SANITIZED)
    text = "prompt" if sanitized else "text"
    setup = {"test_imports": list} if sanitized else {"test_setup_code": str}
    for where, row in table_rows(file, {"task_id": int, text: str, "code": str, "test_list": list, **setup}):
        tests = texts(row, "test_list", where)
        code = column(row, "code", str, where)
        imports = texts(row, "test_imports", where) if sanitized else []
        before = "" if sanitized else column(row, "test_setup_code", str, where)
        try:
            with warnings.catch_warnings(action="ignore"):  # "\d" in a solution, many times
                entry_point = entry_point_of(tests, code)
                check = _check(before, tests, entry_point)
                inproc = _needs_candidates_names([*imports, before, *tests], code, entry_point)
        except (ValueError, SyntaxError) as error:
            raise DataError(f"{where}: column 'test_list', 'test_setup_code' or 'code': {error}") from None
        yield Problem(
            problem_id=f"{SET.name}/{split}/{column(row, 'task_id', int, where)}",
            problem_set=SET.name,
            split=split,
            statement=statement_of(column(row, text, str, where), tests),
            starter_code="",
            statement_in_code=False,
            entry_point=entry_point,
            preamble="".join(f"{line}\n" for line in imports),
            check=check,
            inproc=inproc,
            reference=code,
            source_version=source_version,
            licence=SET.licence,
        )


def statement_of(text: str, tests: Sequence[str]) -> str:
    """What is asked, and the first assert, which shows the function's name and how it is called."""
    return f"{text.strip()}\n\nIt should pass this test:\n\n{tests[0].strip()}"


def entry_point_of(tests: Sequence[str], code: str) -> str:
    """The function asked for: of the names called in the first assert, the outermost that the solution defines.

    ValueError where there is none, SyntaxError for what is no Python.
    """
    if not tests:
        raise ValueError("there are no tests: the function's name is not known")
    defined = _bound_at_top(code)
    for node in ast.walk(ast.parse(tests[0])):  # outermost first
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in defined:
                return name
    raise ValueError(f"{tests[0][:100]!r} calls nothing that the solution defines ({', '.join(sorted(defined))})")


def _check(setup: str, tests: Sequence[str], entry_point: str) -> str:
    """A check in which the function's name means the candidate, even where that name is `check`."""
    check = check_of_asserts([f"{entry_point} = candidate\n{setup}\n{tests[0]}", *tests[1:]])
    compile(check, "<check>", "exec", dont_inherit=True)
    return check


def _needs_candidates_names(tests: Sequence[str], code: str, entry_point: str) -> bool:
    """Whether tests use a name that only the solution defines, besides the function asked for, or pass a function."""
    nodes = [node for test in tests for node in ast.walk(ast.parse(test))]
    used = {node.id for node in nodes if isinstance(node, ast.Name)}
    own = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    own = own.union(*map(_bound_at_top, tests))
    foreign = used - own - set(dir(builtins)) - {entry_point}
    return bool(foreign & _bound_at_top(code)) or any(isinstance(node, ast.Lambda) for node in nodes)


def _bound_at_top(code: str) -> set[str]:
    names: set[str] = set()
    for statement in ast.parse(code).body:
        match statement:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                names.update((alias.asname or alias.name).split(".")[0] for alias in aliases)
            case ast.Assign(targets=targets):
                names.update(node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name))
    return names


def _splits() -> dict[str, PublicSplit]:
    counts = {"full": (374, 500, 90, 10), "sanitized": (120, 257, 43, 7)}
    return {
        (_SANITIZED if form == "sanitized" else "") + split: PublicSplit(files=(f"{form}/{split}-*.parquet",), count=n)
        for form, numbers in counts.items()
        for split, n in zip(("train", "test", "validation", "prompt"), numbers, strict=True)
    }


SET = PublicSet(
    name="mbpp",
    repo="google-research-datasets/mbpp",
    splits=_splits(),
    licence="CC-BY-4.0",
    description="short Python functions from one line of English, three asserts each (Austin et al. 2021)",
    parse=parse,
)
