"""MBPP, full and sanitized."""

from __future__ import annotations

import io
import json
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ssd_iter.exceptions import DataError
from ssd_iter.execution.limits import Limits
from ssd_iter.execution.sandbox import execute
from ssd_iter.grading.evaluation import program_of
from ssd_iter.problems.base import Problem
from ssd_iter.problems.public.mbpp import SET, parse

FULL: dict[str, Any] = {
    "task_id": 602,
    "text": "Write a python function to double a number. ",
    "code": "import math\r\ndef helper(x):\r\n\treturn x\r\ndef double(x):\r\n\treturn helper(x) + x",
    "test_list": ["assert double(2) == 4", 'assert double("a\\nb") == """a\nba\nb"""'],
    "test_setup_code": "",
    "challenge_test_list": ["assert double(0) == 1"],
}
SANITIZED: dict[str, Any] = {
    "source_file": "Benchmark.ipynb",
    "task_id": 17,
    "prompt": "Write a function that returns the perimeter of a square given its side length.",
    "code": "def perimeter(a):\n  return 4 * a",
    "test_imports": ["import math"],
    "test_list": ["assert math.isclose(perimeter(10), 40)", "assert perimeter(5) == 20"],
}
TREE: dict[str, Any] = FULL | {
    "task_id": 927,
    "code": "class Node:\n  def __init__(self, x):\n    self.x, self.left = x, None\n"
    "def height(node):\n  return 0 if node is None else 1 + height(node.left)",
    "test_list": ["assert (height(root)) == 2", "assert height(root.left) == 1"],
    "test_setup_code": "root = Node(1) \r\nroot.left = Node(2)",
}


def parquet_of(*rows: dict[str, Any]) -> io.BytesIO:
    file = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(list(rows)), file)
    return io.BytesIO(file.getvalue())


def problems_of(*rows: dict[str, Any], split: str = "train") -> list[Problem]:
    return list(parse(parquet_of(*rows), split, "0" * 64))


def verdicts(problem: Problem, *codes: str) -> list[str]:
    programs = [program_of(problem, code, Limits()) for code in codes]
    return [result.verdict for _, result in sorted(execute(programs, isolation="process", workers=1))]


def test_a_row_is_a_problem_that_shows_one_assert() -> None:
    (problem,) = problems_of(FULL)
    assert (problem.problem_id, problem.entry_point) == ("mbpp/train/602", "double")
    assert problem.statement.startswith("Write a python function to double a number.\n\n")
    assert problem.statement.endswith("\n\nassert double(2) == 4")
    assert (problem.starter_code, problem.statement_in_code, problem.inproc) == ("", False, False)
    assert (problem.reference, problem.licence) == (FULL["code"], "CC-BY-4.0")


def test_the_reference_passes_and_a_wrong_program_fails() -> None:
    (problem,) = problems_of(FULL)
    assert verdicts(problem, problem.reference, "def double(x):\n    return 4\n") == ["pass", "wrong"]


def test_a_sanitized_row_brings_the_imports_of_its_tests() -> None:
    (problem,) = problems_of(SANITIZED, split="sanitized-test")
    assert (problem.problem_id, problem.preamble) == ("mbpp/sanitized-test/17", "import math\n")
    assert verdicts(problem, problem.reference, "def perimeter(a):\n    return 40\n") == ["pass", "wrong"]


@pytest.mark.parametrize(
    "test",
    [
        "assert set(double((1,))) == {1}",
        "assert (double([10])) == [10, 10]",
        "assert not double(0)",
        "assert sorted(map(str, double([len('a')]))) == ['1', '1']",
        "assert double(helper(1)) == 2",
    ],
)
def test_the_function_is_the_outermost_called_that_the_solution_defines(test: str) -> None:
    assert problems_of(FULL | {"test_list": [test]})[0].entry_point == "double"


def test_tests_that_build_what_the_solution_defines_run_beside_it() -> None:
    (problem,) = problems_of(TREE)
    assert problem.inproc
    wrong = TREE["code"].replace("else 1", "else 2")
    assert verdicts(problem, problem.reference, wrong) == ["pass", "wrong"]


def test_what_tests_and_solution_both_import_is_no_name_of_the_solution() -> None:
    row = SANITIZED | {"code": "import math\n" + SANITIZED["code"]}
    assert not problems_of(row, split="sanitized-test")[0].inproc


def test_setup_that_needs_nothing_of_the_solution_stays_with_the_tests() -> None:
    (problem,) = problems_of(FULL | {"test_setup_code": "import math\nn = 2", "test_list": ["assert double(n) == 4"]})
    assert not problem.inproc
    assert verdicts(problem, problem.reference, "def double(x):\n    return n\n") == ["pass", "exception"]


def test_tests_that_pass_a_function_run_beside_the_candidate() -> None:
    code = "def apply(f):\n    return f(1)"
    (problem,) = problems_of(FULL | {"code": code, "test_list": ["assert apply(lambda x: x + 1) == 2"]})
    assert problem.inproc
    assert verdicts(problem, code, "def apply(f):\n    return f(2)") == ["pass", "wrong"]


def test_a_function_named_check_is_the_candidate() -> None:
    code = "def check(x):\n    return x"
    (problem,) = problems_of(FULL | {"code": code, "test_list": ["assert check(1) == 1", "assert check(2) == 2"]})
    assert verdicts(problem, code, "def check(x):\n    return 1") == ["pass", "wrong"]


def test_an_odd_escape_in_a_solution_is_no_warning() -> None:
    code = "def double(x):\n    return '\\d' and x * 2"
    assert problems_of(FULL | {"code": code, "test_list": ["assert double('\\d') == 2"]})[0].reference == code


def test_json_lines_of_the_same_columns_are_the_same_problems() -> None:
    lines = io.BytesIO("".join(json.dumps(row) + "\n" for row in (FULL, TREE)).encode())
    assert list(parse(lines, "train", "0" * 64)) == problems_of(FULL, TREE)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"test_list": []}, "row 2: column 'test_list'.*no tests"),
        ({"test_list": ["double(2) == 4"]}, "row 2: column 'test_list'.*asserts nothing"),
        ({"test_list": ["assert triple(2) == 4"]}, "row 2: column 'test_list'.*calls nothing"),
        ({"test_list": ["assert double(2) = 4"]}, "row 2: column 'test_list'"),
        ({"test_setup_code": "from math import *"}, "row 2: column 'test_list', 'test_setup_code'.*import \\*"),
        ({"code": "def double(x) return x"}, "row 2: column 'test_list', 'test_setup_code' or 'code'"),
        ({"text": None}, "row 2: column 'text' should be str"),
        ({"task_id": None}, "row 2: column 'task_id' should be int"),
    ],
)
def test_a_wrong_row_is_named_with_its_column(change: dict[str, Any], said: str) -> None:
    with pytest.raises(DataError, match=said):
        problems_of(FULL, FULL | change)


def test_a_file_of_the_other_form_is_refused() -> None:
    with pytest.raises(DataError, match="column 'prompt' is missing"):
        problems_of(FULL, split="sanitized-train")
    with pytest.raises(DataError, match="column 'text' is missing"):
        problems_of(SANITIZED)


def test_the_set_has_the_splits_it_is_known_for() -> None:
    counts = {name: split.count for name, split in SET.splits.items()}
    assert sum(n or 0 for name, n in counts.items() if "sanitized" not in name) == 974
    assert sum(n or 0 for name, n in counts.items() if "sanitized" in name) == 427
    assert SET.splits["sanitized-validation"].files == ("sanitized/validation-*.parquet",)
