"""Problems in a Parquet file: written one at a time, read back lazily, a few megabytes in memory at once.

A problem's tests, which may be a hundred megabytes, are one compressed value: Parquet itself would hold several copies
of it, and would unpack those of a whole row group to read one.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Collection, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ssd_iter.exceptions import DataError
from ssd_iter.problems.base import Problem, TestCase

GROUP_BYTES = 8 << 20
"""Texts and compressed tests that make a row group full; a larger problem has one of its own."""
GROUP_ROWS = 1000

_CODEC = "zstd"
_FIELDS = [field.name for field in dataclasses.fields(Problem) if field.name not in ("cases", "check", "selector")]
"""As they are; cases and check are in the tests, and the selector is the run's."""
_TESTS, _TESTS_BYTES = "tests", "tests_bytes"
"""The tests as JSON, compressed, and their length before that."""
_OTHER_TYPES = {
    "statement_in_code": pa.bool_(),
    "inproc": pa.bool_(),
    "time_limit": pa.float64(),
    "memory_mb": pa.int64(),
    "level": pa.int64(),
    "tags": pa.list_(pa.string()),
    _TESTS: pa.binary(),
    _TESTS_BYTES: pa.int64(),
}
_SCHEMA = pa.schema([(name, _OTHER_TYPES.get(name, pa.string())) for name in (*_FIELDS, _TESTS, _TESTS_BYTES)])


class ProblemWriter:
    """Context manager that writes a file of problems, in the order they are given."""

    def __init__(self, path: Path) -> None:
        self._writer = pq.ParquetWriter(
            path, _SCHEMA, compression=dict.fromkeys(_FIELDS, _CODEC), use_dictionary=False, write_statistics=False
        )
        self._rows: list[dict[str, Any]] = []
        self._bytes = 0

    def __enter__(self) -> ProblemWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._flush()
        self._writer.close()

    def write(self, problem: Problem) -> None:
        """Add a problem. Its texts must be UTF-8: no lone surrogates outside of the cases."""
        tests = problem.tests_json.encode("ascii")
        packed = pa.compress(tests, codec=_CODEC, asbytes=True)
        row = {name: getattr(problem, name) for name in _FIELDS} | {_TESTS: packed, _TESTS_BYTES: len(tests)}
        self._rows.append(row)
        self._bytes += sum(len(value) for value in row.values() if isinstance(value, (str, bytes)))
        if self._bytes >= GROUP_BYTES or len(self._rows) >= GROUP_ROWS:
            self._flush()

    def _flush(self) -> None:
        if self._rows:
            self._writer.write_table(pa.Table.from_pylist(self._rows, schema=_SCHEMA))
        self._rows, self._bytes = [], 0


def read_problems(
    path: Path, ids: Collection[str] | None = None, *, tests: bool = True, way_out: str = "write it again"
) -> Iterator[Problem]:
    """The problems of a file in order; all, or those with the ids, and on request without their tests.

    DataError, which ends with `way_out`, where the file is not what `ProblemWriter` writes.
    """
    try:
        with pq.ParquetFile(path, pre_buffer=False) as file:
            if not file.schema_arrow.equals(_SCHEMA):
                raise pa.ArrowInvalid("its columns are not those of problems")
            for group in range(file.num_row_groups):
                if ids is not None and not _has_any(file, group, ids):
                    continue
                table = file.read_row_group(group, columns=_SCHEMA.names if tests else _FIELDS, use_threads=False)
                for row in table.to_pylist():
                    if ids is None or row["problem_id"] in ids:
                        yield _problem(row)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise DataError(f"{path} is not a readable file of problems: {error}; {way_out}") from None


def _has_any(file: Any, group: int, ids: Collection[str]) -> bool:
    return any(key in ids for key in file.read_row_group(group, columns=["problem_id"])["problem_id"].to_pylist())


def _problem(row: dict[str, Any]) -> Problem:
    packed, size = row.pop(_TESTS, None), row.pop(_TESTS_BYTES, 0)
    tests = [] if packed is None else json.loads(pa.decompress(packed, size, codec=_CODEC, asbytes=True))
    row["tags"] = tuple(row["tags"])
    if isinstance(tests, dict):
        return Problem(**row, check=tests["check"])
    cases = tuple(TestCase(tuple(test["args"]), test["expected"], test["visible"]) for test in tests)
    return Problem(**row, cases=cases)
