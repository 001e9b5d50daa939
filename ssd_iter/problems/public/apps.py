"""APPS (5,000 problems to train on and 5,000 to test, MIT): from contest sites, programs and functions.

JSON lines. Some rows have no tests, or no solutions: without tests a problem can only be trained on. Tests and
solutions are texts of JSON in the JSON: `contest_tests` says which cases are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from ssd_iter.problems.base import Problem
from ssd_iter.problems.public.base import PublicSet, PublicSplit
from ssd_iter.problems.public.columns import column, json_lines
from ssd_iter.problems.public.contest_tests import contest_problem


def parse(file: BinaryIO, split: str, source_version: str) -> Iterator[Problem]:
    """The problems of one file, as `PublicSet.parse` has it."""
    for number, row in json_lines(file):
        where = f"line {number}"
        # The card says `problem_id`, the files on the hub have `id`.
        key = column(row, "id" if "id" in row else "problem_id", int, where)
        yield contest_problem(
            row,
            where,
            problem_id=f"{SET.name}/{split}/{key}",
            problem_set=SET.name,
            split=split,
            source_version=source_version,
            licence=SET.licence,
        )


SET = PublicSet(
    name="apps",
    repo="codeparrot/apps",
    splits={split: PublicSplit(files=(f"{split}.jsonl",), count=5000) for split in ("train", "test")},
    licence="MIT",
    description="10,000 problems of contest sites, many with tests and solutions (Hendrycks et al. 2021)",
    parse=parse,
)
