"""APPS, and the tests in JSON that it shares with TACO."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from ssd_iter.exceptions import DataError
from ssd_iter.execution.limits import Limits
from ssd_iter.execution.sandbox import execute
from ssd_iter.grading.evaluation import program_of
from ssd_iter.problems.base import Problem, TestCase
from ssd_iter.problems.public.apps import SET, parse

PROGRAM: dict[str, Any] = {
    "id": 3,
    "question": "Print the sum of two numbers.\n\n-----Input-----\n\nTwo numbers.",
    "solutions": json.dumps(["a, b = map(int, input().split())\nprint(a + b)\n", "print(3)"]),
    "input_output": json.dumps({"inputs": ["1 2\n", "5 5\n"], "outputs": ["3\n", "10\n"]}),
    "difficulty": "interview",
    "url": "https://codeforces.com/problemset/problem/1/A",
    "starter_code": "",
}
STARTER = "class Solution:\n    def add(self, l: List[int], n: int) -> int:\n        "
FUNCTION: dict[str, Any] = PROGRAM | {
    "id": 4,
    "question": "Add all numbers of a list to another.",
    "solutions": json.dumps([STARTER + "return sum(l) + n"]),
    "input_output": json.dumps({"fn_name": "add", "inputs": [[[1, 2], 3], [[], 4]], "outputs": [6, 4]}),
    "starter_code": STARTER,
}


def problems_of(*rows: dict[str, Any], split: str = "train") -> list[Problem]:
    return list(parse(io.BytesIO("".join(json.dumps(row) + "\n" for row in rows).encode()), split, "0" * 64))


def cases_of(**tests: Any) -> tuple[TestCase, ...]:
    return problems_of(FUNCTION | {"input_output": json.dumps({"fn_name": "add"} | tests)})[0].cases


def verdicts(problem: Problem, *codes: str) -> list[str]:
    programs = [program_of(problem, code, Limits()) for code in codes]
    return [result.verdict for _, result in sorted(execute(programs, isolation="process", workers=1))]


def test_a_row_without_a_function_is_about_a_program() -> None:
    (problem,) = problems_of(PROGRAM)
    assert (problem.problem_id, problem.style, problem.comparison) == ("apps/train/3", "stdin", "tokens")
    assert problem.cases == (TestCase(("1 2\n",), "3\n"), TestCase(("5 5\n",), "10\n"))
    assert (problem.statement, problem.difficulty, problem.preamble) == (PROGRAM["question"], "interview", "")
    assert verdicts(problem, problem.reference, "print(3)") == ["pass", "wrong"]


def test_a_row_with_a_function_is_about_that_function() -> None:
    (problem,) = problems_of(FUNCTION)
    assert (problem.style, problem.entry_point, problem.comparison) == ("function", "add", "exact")
    assert problem.cases == (TestCase(([1, 2], 3), 6), TestCase(([], 4), 4))
    assert (problem.starter_code, problem.statement_in_code) == (FUNCTION["starter_code"], False)
    assert verdicts(problem, problem.reference, "def add(l, n):\n    return 6") == ["pass", "wrong"]


def test_the_function_is_named_where_nothing_else_names_it() -> None:
    assert problems_of(FUNCTION)[0].statement == FUNCTION["question"]
    (problem,) = problems_of(FUNCTION | {"starter_code": "", "question": "Sum up."})
    assert problem.statement == "Sum up.\n\nThe function's name is add."


def test_answers_that_stand_in_lists_of_their_own_are_taken_out() -> None:
    assert [case.expected for case in cases_of(inputs=[[1], [2]], outputs=[[3], [[5]]])] == [3, [5]]


def test_answers_that_are_lists_stay_lists() -> None:
    assert [case.expected for case in cases_of(inputs=[[1], [2]], outputs=[[3], [4, 5]])] == [[3], [4, 5]]
    assert [case.expected for case in cases_of(inputs=[[1], [2]], outputs=[[3], []])] == [[3], []]


def test_lines_in_a_list_are_a_text() -> None:
    tests = {"inputs": [["2", "1 2"]], "outputs": [["3", "4"]]}
    (problem,) = problems_of(PROGRAM | {"input_output": json.dumps(tests)})
    assert problem.cases == (TestCase(("2\n1 2",), "3\n4"),)


def test_cases_that_json_cannot_say_are_left_out() -> None:
    huge = '{"fn_name": "add", "inputs": [[[1], 2], [[3], 4]], "outputs": [3, 1' + "0" * 5000 + "]}"
    (problem,) = problems_of(FUNCTION | {"input_output": huge})
    assert problem.cases == (TestCase(([1], 2), 3),)
    json.loads(problem.tests_json)
    assert len(cases_of(inputs=[[{"1": 2}], [{"a": 2}], [[{"-3": 1}]]], outputs=[1, {"b": 1}, 2])) == 1


@pytest.mark.parametrize("tests", ["", "{}", '{"inputs": [], "outputs": []}', None])
def test_a_row_without_tests_can_only_be_trained_on(tests: str | None) -> None:
    (problem,) = problems_of(PROGRAM | {"input_output": tests})
    assert (problem.style, problem.has_tests) == ("stdin", False)


@pytest.mark.parametrize("solutions", ["", "[]", None])
def test_a_row_without_solutions_has_no_reference(solutions: str | None) -> None:
    assert problems_of(PROGRAM | {"solutions": solutions})[0].reference == ""


def test_the_number_is_found_under_both_of_its_names() -> None:
    row = {"problem_id": 9} | {key: value for key, value in PROGRAM.items() if key != "id"}
    assert problems_of(row, split="test")[0].problem_id == "apps/test/9"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"id": "3"}, "line 2: column 'id' should be int"),
        ({"question": None}, "line 2: column 'question' should be str"),
        ({"solutions": "print(3)"}, "line 2: column 'solutions': no JSON"),
        ({"solutions": "[3]"}, "line 2: column 'solutions' should hold a list of programs"),
        ({"input_output": "{"}, "line 2: column 'input_output': no JSON"),
        ({"input_output": "[" * 100_000}, "line 2: column 'input_output': no JSON"),
        ({"input_output": "[]"}, "line 2: column 'input_output' should hold an object, found list"),
        ({"input_output": '{"inputs": ["1"], "outputs": []}'}, "line 2: column 'input_output'.*same length"),
        ({"input_output": '{"inputs": "1", "outputs": "1"}'}, "line 2: column 'input_output'.*lists"),
        ({"input_output": '{"inputs": [1], "outputs": ["1"]}'}, "line 2: column 'input_output'.*text, found int"),
        ({"input_output": '{"inputs": [1], "outputs": [1], "fn_name": "f"}'}, "line 2: .*arguments.*found int"),
        ({"input_output": '{"fn_name": 3}'}, "line 2: column 'input_output': `fn_name` should be text"),
        ({"starter_code": 3}, "line 2: column 'starter_code' should be str"),
    ],
)
def test_a_wrong_row_is_named_with_its_column(change: dict[str, Any], said: str) -> None:
    with pytest.raises(DataError, match=said):
        problems_of(PROGRAM, PROGRAM | change)


def test_a_line_that_is_no_json_is_named() -> None:
    with pytest.raises(DataError, match="line 1"):
        list(parse(io.BytesIO(b"{"), "train", "0" * 64))


def test_the_set_has_the_splits_it_is_known_for() -> None:
    assert {name: split.files for name, split in SET.splits.items()} == {
        "train": ("train.jsonl",),
        "test": ("test.jsonl",),
    }
