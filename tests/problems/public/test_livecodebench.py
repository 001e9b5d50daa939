from __future__ import annotations

import json

import pytest

from ssd_iter.exceptions import DataError
from ssd_iter.execution.levels import resolve_isolation
from ssd_iter.execution.limits import Limits
from ssd_iter.execution.sandbox import execute
from ssd_iter.grading.evaluation import program_of
from ssd_iter.problems.base import TestCase
from ssd_iter.problems.public.livecodebench import FILES, SET, SPLITS

DATES = ["2024-07-31", "2024-08-01", "2025-01-31", "2025-02-01", "2025-02-28", "2025-05-31", "2025-06-01"]


def test_a_program_that_reads_and_prints(problems_of, json_lines_of, stdin_row):
    (problem,) = problems_of(json_lines_of(stdin_row), "release_v6")
    assert problem.problem_id == "livecodebench/release_v6/abc400_a"
    assert (problem.style, problem.entry_point, problem.starter_code) == ("stdin", "", "")
    assert problem.statement == "Print the sum of two numbers."
    assert problem.cases == (TestCase(("1 2\n",), "3\n", True), TestCase(("2 2\n",), "4\n", False))
    assert (problem.comparison, problem.time_limit, problem.memory_mb) == ("livecodebench", 6.0, 4096)
    assert (problem.difficulty, problem.date, problem.tags) == ("easy", "2025-03-01", ("atcoder",))


def test_a_method_of_class_solution(problems_of, json_lines_of, functional_row):
    (problem,) = problems_of(json_lines_of(functional_row))
    assert (problem.style, problem.entry_point) == ("function", "total")
    assert problem.starter_code == functional_row["starter_code"]
    assert not problem.statement_in_code
    assert problem.cases == (TestCase(([1, 2], 3), 6, True), TestCase(([], "x"), [None], False))


@pytest.mark.parametrize("metadata", ["{}", "", '{"other": 1}'])
def test_without_a_name_in_the_metadata_the_first_method_is_called(
    problems_of, json_lines_of, functional_row, metadata
):
    starter_code = "# class Solution:\nclass Node:\n    def no(self): ...\n\nclass Solution(object):\n    " \
        "def __init__(self): ...\n    def yes(self, x):\n        "  # fmt: skip
    row = functional_row | {"metadata": metadata, "starter_code": starter_code}
    assert problems_of(json_lines_of(row))[0].entry_point == "yes"


def test_plain_json_will_do_for_private_tests(problems_of, json_lines_of, stdin_row):
    row = stdin_row | {"private_test_cases": json.dumps([{"input": "a", "output": "b", "testtype": "stdin"}])}
    assert problems_of(json_lines_of(row))[0].cases[-1] == TestCase(("a",), "b")


@pytest.mark.parametrize(
    ("split", "taken"),
    [
        ("v6", ["2025-02-01", "2025-02-28", "2025-05-31"]),
        ("v5", ["2024-08-01", "2025-01-31", "2025-02-01", "2025-02-28"]),
        ("release_v1", DATES),
    ],
)
def test_a_window_takes_whole_months_and_a_release_takes_all(problems_of, json_lines_of, stdin_row, split, taken):
    rows = [stdin_row | {"contest_date": f"{date}T23:59:59", "question_id": date} for date in DATES]
    assert [problem.date for problem in problems_of(json_lines_of(*rows), split)] == taken


def test_releases_grow_by_a_file_and_windows_name_the_files_they_need():
    assert [SPLITS[f"release_v{n}"].files for n in range(1, 7)] == [FILES[:n] for n in range(1, 7)]
    assert SPLITS["v6"].files == ("test6.jsonl",)
    assert SPLITS["v5"].files[-1] == "test6.jsonl"
    assert SET.splits is SPLITS


def test_a_row_outside_the_window_is_not_decoded(problems_of, json_lines_of, stdin_row):
    row = stdin_row | {"contest_date": "2023-05-01T00:00:00", "private_test_cases": "broken"}
    assert problems_of(json_lines_of(row), "v6") == []


def test_right_answers_pass_and_wrong_ones_fail(problems_of, json_lines_of, stdin_row, functional_row):
    row = functional_row | {"private_test_cases": json.dumps([FUNCTIONAL | {"input": "[]\n0", "output": "0"}])}
    stdin, method = problems_of(json_lines_of(stdin_row, row))
    total = row["starter_code"] + "return sum(left) + right\n"
    codes = {
        "print(sum(map(int, input().split())))": (stdin, "pass"),
        "print(int(input()[0]) * 3)": (stdin, "wrong"),
        total: (method, "pass"),
        total.replace("right\n", "3\n"): (method, "wrong"),
    }
    programs = [program_of(problem, code, Limits()) for code, (problem, _) in codes.items()]
    results = dict(execute(programs, isolation=resolve_isolation("auto"), workers=1))
    assert [results[i].verdict for i in range(4)] == [verdict for _, verdict in codes.values()]


STDIN = {"input": "1", "output": "1", "testtype": "stdin"}
FUNCTIONAL = {"input": "1", "output": "1", "testtype": "functional"}


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"question_content": None}, "column 'question_content' should be str, found NoneType"),
        ({"question_id": 7}, "column 'question_id' should be str, found int 7"),
        ({"contest_date": "last May"}, "'contest_date' should begin with an ISO date, found 'last May'"),
        ({"public_test_cases": "[]", "private_test_cases": "[]"}, "no tests"),
        ({"public_test_cases": "{}"}, "column 'public_test_cases': should be a list of tests, found dict"),
        ({"public_test_cases": "[1]"}, "column 'public_test_cases', test 1: should be an object, found int"),
        ({"public_test_cases": "oops"}, "column 'public_test_cases': no zlib stream"),
        ({"private_test_cases": "oops!"}, "column 'private_test_cases': neither JSON nor base64"),
        ({"private_test_cases": json.dumps([STDIN, {"input": "1"}])}, "test 2: column 'output' is missing"),
        ({"private_test_cases": json.dumps([STDIN | {"input": 5}])}, "test 1: column 'input' should be str"),
        ({"private_test_cases": json.dumps([STDIN | {"testtype": "file"}])}, "testtype 'file' should be stdin or"),
        ({"private_test_cases": json.dumps([FUNCTIONAL])}, "tests of several kinds: functional, stdin"),
    ],
)
def test_a_row_of_another_form_is_named_with_its_line(problems_of, json_lines_of, stdin_row, changes, named):
    with pytest.raises(DataError, match="line 2") as error:
        problems_of(json_lines_of(stdin_row, stdin_row | changes))
    assert named in str(error.value)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"metadata": "no"}, "'metadata' is no JSON"),
        ({"metadata": "[]"}, "'metadata' should hold an object, found list"),
        ({"metadata": '{"func_name": "a b"}'}, "names the method to call"),
        ({"metadata": "{}", "starter_code": "def add(): ..."}, "names the method to call"),
        ({"public_test_cases": json.dumps([FUNCTIONAL | {"input": "1\nx"}])}, "is no JSON"),
        ({"public_test_cases": json.dumps([FUNCTIONAL | {"output": ""}])}, "is no JSON"),
        ({"public_test_cases": json.dumps([FUNCTIONAL | {"input": "[" * 100_000}])}, "is no JSON"),
    ],
)
def test_a_call_of_another_form_is_named_with_its_line(problems_of, json_lines_of, functional_row, changes, named):
    with pytest.raises(DataError, match="line 1") as error:
        problems_of(json_lines_of(functional_row | changes))
    assert named in str(error.value)


@pytest.mark.parametrize("line", ["[]", "{", "\ufeff{}", '"text"'])
def test_a_line_that_is_no_object_is_named(problems_of, json_lines_of, stdin_row, line):
    with pytest.raises(DataError, match="line 2"):
        problems_of(json_lines_of(stdin_row, line))


def test_no_column_may_be_missing(problems_of, json_lines_of, functional_row):
    for name in functional_row.keys() - {"question_title", "contest_id"}:
        row = {key: value for key, value in functional_row.items() if key != name}
        with pytest.raises(DataError, match=f"line 1.*'{name}' is missing"):
            problems_of(json_lines_of(row))
