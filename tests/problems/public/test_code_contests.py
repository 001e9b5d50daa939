"""CodeContests' Parquet files."""

from __future__ import annotations

import io
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ssd_iter.exceptions import DataError
from ssd_iter.execution.limits import Limits
from ssd_iter.execution.sandbox import execute
from ssd_iter.grading.evaluation import program_of
from ssd_iter.problems.base import Problem, TestCase
from ssd_iter.problems.public.code_contests import SET, parse

TESTS = pa.struct([("input", pa.list_(pa.string())), ("output", pa.list_(pa.string()))])
SOLUTIONS = pa.struct([("language", pa.list_(pa.int64())), ("solution", pa.list_(pa.string()))])
SCHEMA = pa.schema(
    [
        ("name", pa.string()),
        ("description", pa.string()),
        ("public_tests", TESTS),
        ("private_tests", TESTS),
        ("generated_tests", TESTS),
        ("source", pa.int64()),
        ("difficulty", pa.int64()),
        ("solutions", SOLUTIONS),
        ("incorrect_solutions", SOLUTIONS),
        ("cf_contest_id", pa.int64()),
        ("cf_index", pa.string()),
        ("cf_points", pa.float32()),
        ("cf_rating", pa.int32()),
        ("cf_tags", pa.list_(pa.string())),
        ("is_description_translated", pa.bool_()),
        ("untranslated_description", pa.string()),
        ("time_limit", pa.struct([("seconds", pa.int64()), ("nanos", pa.int64())])),
        ("memory_limit_bytes", pa.int64()),
        ("input_file", pa.string()),
        ("output_file", pa.string()),
    ]
)
ADD = "a, b = map(int, input().split())\nprint(a + b)\n"
ROW: dict[str, Any] = {
    "name": "1575_A. Another Sum",
    "description": "Print the sum of two numbers.",
    "public_tests": {"input": ["1 2\n"], "output": ["3\n"]},
    "private_tests": {"input": ["5 5\n"], "output": ["10\n"]},
    "generated_tests": {"input": [], "output": []},
    "source": 2,
    "difficulty": 7,
    "solutions": {"language": [2, 1, 3, 3], "solution": ["int main() {}", "print raw_input()", ADD, "print(3)"]},
    "incorrect_solutions": {"language": [3], "solution": ["print(4)"]},
    "cf_contest_id": 1575,
    "cf_index": "A",
    "cf_points": 0.0,
    "cf_rating": 1100,
    "cf_tags": ["math", "sortings"],
    "is_description_translated": False,
    "untranslated_description": "",
    "time_limit": {"seconds": 1, "nanos": 500_000_000},
    "memory_limit_bytes": 256_000_000,
    "input_file": "",
    "output_file": "",
}


def file_of(*rows: dict[str, Any], schema: pa.Schema = SCHEMA) -> io.BytesIO:
    file = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(list(rows), schema=schema), file)
    return io.BytesIO(file.getvalue())


def problems_of(*rows: dict[str, Any]) -> list[Problem]:
    return list(parse(file_of(*rows), "train", "0" * 64))


def verdicts(problem: Problem, *codes: str) -> list[str]:
    programs = [program_of(problem, code, Limits()) for code in codes]
    return [result.verdict for _, result in sorted(execute(programs, isolation="process", workers=1))]


def test_a_row_is_a_problem_about_a_program() -> None:
    (problem,) = problems_of(ROW)
    assert problem.problem_id == "code-contests/train/codeforces-1575_A._Another_Sum"
    assert (problem.style, problem.comparison, problem.statement) == ("stdin", "tokens", ROW["description"])
    assert (problem.time_limit, problem.memory_mb, problem.difficulty) == (1.5, 245, "A")
    assert (problem.tags, problem.reference) == (("math", "sortings"), ADD)


def test_only_public_tests_are_visible() -> None:
    generated = {"input": ["0 0\n"], "output": ["0\n"]}
    (problem,) = problems_of(ROW | {"generated_tests": generated})
    expected = (TestCase(("1 2\n",), "3\n", visible=True), TestCase(("5 5\n",), "10\n"), TestCase(("0 0\n",), "0\n"))
    assert problem.cases == expected


def test_the_reference_passes_and_a_wrong_program_fails() -> None:
    (problem,) = problems_of(ROW)
    assert verdicts(problem, problem.reference, "print(3)") == ["pass", "wrong"]


def test_without_a_solution_in_python_3_there_is_no_reference() -> None:
    assert problems_of(ROW | {"solutions": {"language": [1, 2], "solution": ["print 1", ""]}})[0].reference == ""


def test_problems_of_one_name_from_two_sites_have_ids_of_their_own() -> None:
    ids = [problem.problem_id for problem in problems_of(ROW | {"source": 1}, ROW | {"source": 6})]
    assert ids == ["code-contests/train/codechef-1575_A._Another_Sum", "code-contests/train/aizu-1575_A._Another_Sum"]


def test_a_problem_with_a_picture_has_a_tag_for_it() -> None:
    (problem,) = problems_of(ROW | {"description": "See <image>.", "cf_tags": [""]})
    assert problem.tags == ("image",)


@pytest.mark.parametrize("change", [{"input_file": "sum.in"}, {"output_file": "sum.out"}])
def test_a_program_that_should_use_files_has_no_tests(change: dict[str, Any]) -> None:
    assert not problems_of(ROW | change)[0].has_tests


@pytest.mark.parametrize(
    "change",
    [
        {"time_limit": None, "memory_limit_bytes": None, "input_file": None, "output_file": None},
        {"time_limit": {"seconds": None, "nanos": None}, "memory_limit_bytes": 0},
        {"time_limit": {"seconds": 0, "nanos": 0}, "memory_limit_bytes": 50_000},
    ],
)
def test_what_is_not_given_is_none(change: dict[str, Any]) -> None:
    (problem,) = problems_of(ROW | change)
    assert (problem.time_limit, problem.memory_mb, problem.has_tests) == (None, None, True)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": None}, "row 2: column 'name' should be str"),
        ({"source": 9}, "row 2: column 'source' should be from 0 to 6, found 9"),
        ({"difficulty": 29}, "row 2: column 'difficulty' should be from 0 to 28, found 29"),
        ({"public_tests": None}, "row 2: column 'public_tests' should be dict"),
        ({"private_tests": {"input": ["1"], "output": []}}, "row 2: column 'private_tests' has 1 inputs and 0 outputs"),
        ({"private_tests": {"input": [None], "output": ["1"]}}, "row 2: column 'private_tests': column 'input'.*texts"),
        ({"solutions": {"language": [3], "solution": []}}, "row 2: column 'solutions' has 1 languages and 0"),
        ({"time_limit": {"seconds": None, "nanos": 1}}, "row 2: column 'time_limit': column 'seconds'"),
    ],
)
def test_a_wrong_row_is_named_with_its_column(change: dict[str, Any], said: str) -> None:
    with pytest.raises(DataError, match=said):
        problems_of(ROW, ROW | change)


def test_a_file_of_another_schema_is_refused() -> None:
    schema = SCHEMA.set(SCHEMA.get_field_index("time_limit"), pa.field("time_limit", pa.string()))
    with pytest.raises(DataError, match="column 'time_limit' should be structs, found string"):
        list(parse(file_of(ROW | {"time_limit": "1 second"}, schema=schema), "train", "0" * 64))
    without = pa.struct([("input", pa.list_(pa.string()))])
    schema = SCHEMA.set(SCHEMA.get_field_index("public_tests"), pa.field("public_tests", without))
    with pytest.raises(DataError, match="row 1: column 'public_tests': column 'output' is missing"):
        list(parse(file_of(ROW | {"public_tests": {"input": ["1"]}}, schema=schema), "train", "0" * 64))


def test_the_set_has_the_splits_it_is_known_for() -> None:
    assert {name: split.count for name, split in SET.splits.items()} == {"train": 13_328, "valid": 117, "test": 165}
    assert SET.splits["train"].files == ("data/train-*.parquet",)
