"""HumanEval+ (164 problems, Apache-2.0): HumanEval with about 80 times as many tests, in the form it has on the hub.

A row's `test` is a whole `check(candidate)` with inputs and results in it. It uses numpy, which the trusted side has.
JSON lines of the same columns will do as well.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from typing import BinaryIO

from ssd_iter.exceptions import DataError
from ssd_iter.problems.base import Problem
from ssd_iter.problems.humaneval import docstring_of, preamble_of
from ssd_iter.problems.public.base import PublicSet, PublicSplit
from ssd_iter.problems.public.columns import column
from ssd_iter.problems.public.parquet_rows import table_rows

TIME_LIMIT = 10.0
"""CPU seconds for all tests of a problem: there can be a thousand, and numpy is loaded for them."""
_COLUMNS = ("task_id", "prompt", "canonical_solution", "entry_point", "test")


def parse(file: BinaryIO, split: str, source_version: str) -> Iterator[Problem]:
    """The problems of one file, as `PublicSet.parse` has it."""
    for where, row in table_rows(file, dict.fromkeys(_COLUMNS, str)):
        task_id, prompt, solution, entry_point, test = (column(row, name, str, where) for name in _COLUMNS)
        key = re.fullmatch(r"HumanEval/(\d+)", task_id)
        if key is None:
            raise DataError(f"{where}: column 'task_id' should be HumanEval/<number>, found {task_id[:60]!r}")
        if not re.search(r"^def check\(", test, re.MULTILINE):
            raise DataError(f"{where}: column 'test' defines no check(candidate)")
        try:
            preamble = preamble_of(prompt, entry_point)
            with warnings.catch_warnings(action="ignore"):  # "\d" in a docstring
                statement = docstring_of(prompt, entry_point)
        except (ValueError, SyntaxError) as error:
            raise DataError(f"{where}: column 'prompt': {error}") from None
        yield Problem(
            problem_id=f"{SET.name}/{split}/{key[1]}",
            problem_set=SET.name,
            split=split,
            statement=statement,
            starter_code=prompt,
            entry_point=entry_point,
            preamble=preamble,
            check=test,
            reference=prompt + solution,
            time_limit=TIME_LIMIT,
            source_version=source_version,
            licence=SET.licence,
        )


SET = PublicSet(
    name="humaneval-plus",
    repo="evalplus/humanevalplus",
    splits={"test": PublicSplit(files=("data/test-*.parquet",), count=164)},
    licence="Apache-2.0",
    description="HumanEval with about 80 times as many tests (EvalPlus, Liu et al. 2023)",
    parse=parse,
)
