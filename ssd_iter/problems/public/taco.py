"""TACO (25,443 problems to train on and 1,000 to test, Apache-2.0, texts under each site's licence).

Parquet, all columns of text. Tests and solutions are as in APPS, and wrong tests are common. A row has no id: its key
is a hash of what it asks and tests, so that only rows that say the same share one.
"""

from __future__ import annotations

import ast
import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from ssd_iter.exceptions import DataError
from ssd_iter.problems.base import Problem
from ssd_iter.problems.public.base import PublicSet, PublicSplit
from ssd_iter.problems.public.contest_tests import contest_problem, memory_mb, text_or_empty
from ssd_iter.problems.public.parquet_rows import parquet_rows

_COLUMNS = (
    "question", "solutions", "starter_code", "input_output", "difficulty", "tags", "url", "time_limit", "date",
    "picture_num", "memory_limit",
)  # fmt: skip
_SECONDS = {"second": 1.0, "millisecond": 1e-3}
_MIB = {"byte": 2.0**-20, "kilobyte": 2.0**-10, "megabyte": 1.0, "gigabyte": 2.0**10}


def parse(file: BinaryIO, split: str, source_version: str) -> Iterator[Problem]:
    """The problems of one file, as `PublicSet.parse` has it. One with pictures has the tag `image`."""
    for number, row in parquet_rows(file, dict.fromkeys(_COLUMNS, str)):
        where = f"row {number}"
        yield contest_problem(
            row,
            where,
            problem_id=f"{SET.name}/{split}/{_key(row)}",
            problem_set=SET.name,
            split=split,
            time_limit=_quantity(row, "time_limit", _SECONDS, where),
            memory_mb=memory_mb(_quantity(row, "memory_limit", _MIB, where)),
            date=_date(row, where),
            tags=_tags(row, where),
            source_version=source_version,
            licence=SET.licence,
        )


def _key(row: dict[str, Any]) -> str:
    content = [row[name] for name in ("question", "starter_code", "input_output")]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16]


def _quantity(row: dict[str, Any], name: str, units: dict[str, float], where: str) -> float | None:
    """A limit such as "2.0 seconds" in the unit that is 1; None where none is given, or it is 0."""
    text = text_or_empty(row, name, where).strip()
    if text in ("", "None"):
        return None
    parts = re.fullmatch(r"(\d+(?:\.\d*)?) *([a-z]+?)s?", text)
    if parts is None or parts[2] not in units:
        raise DataError(f"{where}: column {name!r} should be a number of {'s, '.join(units)}s, found {text[:60]!r}")
    return float(parts[1]) * units[parts[2]] or None


def _date(row: dict[str, Any], where: str) -> str | None:
    text = text_or_empty(row, "date", where).strip()
    if text in ("", "None"):
        return None
    if not re.match(r"\d{4}-\d\d-\d\d(?!\d)", text):
        raise DataError(f"{where}: column 'date' should be an ISO date, found {text[:60]!r}")
    return text[:10]


def _tags(row: dict[str, Any], where: str) -> tuple[str, ...]:
    """The tags, which are the repr of a list of texts."""
    text = text_or_empty(row, "tags", where).strip()
    try:
        tags = ast.literal_eval(text) if text not in ("", "None") else []
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        tags = None
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise DataError(f"{where}: column 'tags' should be a list of texts, found {text[:60]!r}")
    pictures = text_or_empty(row, "picture_num", where) not in ("", "None", "0")
    return (*tags, "image") if pictures else tuple(tags)


SET = PublicSet(
    name="taco",
    repo="BAAI/TACO",
    splits={
        "train": PublicSplit(files=("ALL/train-*.parquet",), count=25_443),
        "test": PublicSplit(files=("ALL/test-*.parquet",), count=1_000),
    },
    licence="Apache-2.0",
    description="26,443 problems of contest sites with tests, solutions and topics (Li et al. 2023)",
    parse=parse,
)
