"""TACO's Parquet files."""

from __future__ import annotations

import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ssd_iter.exceptions import DataError
from ssd_iter.execution.limits import Limits
from ssd_iter.execution.sandbox import execute
from ssd_iter.grading.evaluation import program_of
from ssd_iter.problems.base import Problem
from ssd_iter.problems.public.taco import SET, parse

ROW: dict[str, str | None] = {
    "question": "Print the sum of two numbers.",
    "solutions": json.dumps(["a, b = map(int, input().split())\nprint(a + b)\n"]),
    "starter_code": "",
    "input_output": json.dumps({"inputs": ["1 2\n", "5 5\n"], "outputs": ["3\n", "10\n"]}),
    "difficulty": "MEDIUM_HARD",
    "raw_tags": "['math']",
    "name": None,
    "source": "codeforces",
    "tags": "['Mathematics', \"Don't\"]",
    "skill_types": "[]",
    "url": "https://codeforces.com/problemset/problem/1/A",
    "Expected Auxiliary Space": None,
    "time_limit": "2.0 seconds",
    "date": "2019-12-31",
    "picture_num": "0",
    "memory_limit": "256.0 megabytes",
    "Expected Time Complexity": None,
}
FUNCTION = ROW | {
    "question": "Add two numbers.",
    "solutions": json.dumps(["def add(a, b):\n    return a + b"]),
    "starter_code": "def add(a, b):\n\t",
    "input_output": json.dumps({"fn_name": "add", "inputs": [[1, 2], [5, 5]], "outputs": [[3], [10]]}),
}


def problems_of(*rows: dict[str, str | None]) -> list[Problem]:
    file = io.BytesIO()
    schema = pa.schema([(name, pa.string()) for name in rows[0]])
    pq.write_table(pa.Table.from_pylist(list(rows), schema=schema), file)
    return list(parse(io.BytesIO(file.getvalue()), "train", "0" * 64))


def verdicts(problem: Problem, *codes: str) -> list[str]:
    programs = [program_of(problem, code, Limits()) for code in codes]
    return [result.verdict for _, result in sorted(execute(programs, isolation="process", workers=1))]


def test_a_row_is_a_problem_with_its_limits_and_topics() -> None:
    (problem,) = problems_of(ROW)
    assert (problem.style, problem.comparison, problem.difficulty) == ("stdin", "tokens", "MEDIUM_HARD")
    assert (problem.time_limit, problem.memory_mb, problem.date) == (2.0, 256, "2019-12-31")
    assert problem.tags == ("Mathematics", "Don't")


def test_the_reference_passes_and_a_wrong_program_fails() -> None:
    program, function = problems_of(ROW, FUNCTION)
    assert verdicts(program, program.reference, "print(3)") == ["pass", "wrong"]
    assert verdicts(function, function.reference, "def add(a, b):\n    return 3") == ["pass", "wrong"]


def test_only_rows_that_say_the_same_share_an_id() -> None:
    one, other, again = problems_of(ROW, FUNCTION, ROW | {"solutions": ""})
    assert one.problem_id.startswith("taco/train/")
    assert one.problem_id == again.problem_id != other.problem_id


def test_what_is_not_given_is_none() -> None:
    (problem,) = problems_of(dict.fromkeys(ROW) | {"question": "Say hello."})
    assert (problem.has_tests, problem.reference, problem.starter_code, problem.tags) == (False, "", "", ())
    assert (problem.time_limit, problem.memory_mb, problem.date, problem.difficulty) == (None, None, None, None)


@pytest.mark.parametrize(
    ("time_limit", "memory_limit", "seconds", "mib"),
    [
        ("1 second", "1 gigabytes", 1.0, 1024),
        ("500.0 milliseconds", "262144 kilobytes", 0.5, 256),
        ("0.5 seconds", "50000 bytes", 0.5, None),
        ("None", "None", None, None),
        ("0.0 seconds", "0 bytes", None, None),
    ],
)
def test_limits_come_in_several_units(
    time_limit: str, memory_limit: str, seconds: float | None, mib: int | None
) -> None:
    (problem,) = problems_of(ROW | {"time_limit": time_limit, "memory_limit": memory_limit})
    assert (problem.time_limit, problem.memory_mb) == (seconds, mib)


def test_a_problem_with_pictures_has_a_tag_for_them() -> None:
    assert problems_of(ROW | {"picture_num": "2"})[0].tags[-1] == "image"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"question": None}, "row 2: column 'question' should be str"),
        (
            {"time_limit": "soon"},
            "row 2: column 'time_limit' should be a number of seconds.*found 'soon'",
        ),
        ({"memory_limit": "2.0 seconds"}, "row 2: column 'memory_limit' should be a number of bytes"),
        ({"date": "yesterday"}, "row 2: column 'date' should be an ISO date"),
        ({"tags": "__import__('os').getcwd()"}, "row 2: column 'tags' should be a list of texts"),
        ({"tags": "[1]"}, "row 2: column 'tags' should be a list of texts"),
        ({"tags": "[" * 10_000}, "row 2: column 'tags'"),
        ({"input_output": "x"}, "row 2: column 'input_output': no JSON"),
        ({"solutions": "x"}, "row 2: column 'solutions': no JSON"),
    ],
)
def test_a_wrong_row_is_named_with_its_column(change: dict[str, str | None], said: str) -> None:
    with pytest.raises(DataError, match=said):
        problems_of(ROW, ROW | change)


def test_a_file_without_a_column_is_refused() -> None:
    with pytest.raises(DataError, match="column 'tags' is missing"):
        problems_of({key: value for key, value in ROW.items() if key != "tags"})


def test_the_set_has_the_splits_it_is_known_for() -> None:
    assert {name: split.count for name, split in SET.splits.items()} == {"train": 25_443, "test": 1_000}
    assert SET.splits["test"].files == ("ALL/test-*.parquet",)
