"""Problems of one's own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ssd_iter.exceptions import ConfigError, DataError, NotFoundError
from ssd_iter.problems.base import TestCase
from ssd_iter.problems.catalog import load_problems, refuse_untested

ROW = {
    "task_id": "double",
    "prompt": 'import math\n\n\ndef double(x: int) -> int:\n    """Twice x."""\n',
    "entry_point": "double",
    "test": "def check(candidate):\n    assert candidate(2) == 4\n",
    "canonical_solution": "    return 2 * x\n",
}


def write(path: Path, *rows: object) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return f"file:{path}"


def test_a_file_in_humanevals_shape_is_a_problem_set_named_like_the_file(tmp_path: Path) -> None:
    (problem,) = load_problems([write(tmp_path / "mine.jsonl", ROW)], fresh_seed=0)
    assert (problem.problem_id, problem.problem_set) == ("mine/all/double", "mine")
    assert (problem.preamble, problem.check) == ("import math\n\n\n", ROW["test"])


def test_a_problem_without_a_test_can_be_trained_on_but_not_evaluated_on(tmp_path: Path) -> None:
    untested = {key: ROW[key] for key in ("prompt", "entry_point")}
    problems = load_problems([write(tmp_path / "mine.jsonl", untested)], fresh_seed=0)
    with pytest.raises(ConfigError, match="mine/all/1"):
        refuse_untested(problems)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ([1], "expected an object"),
        (ROW | {"promt": ""}, "promt"),
        (ROW | {"prompt": 3}, "prompt should be text"),
        ({"prompt": "def f(): ..."}, "entry_point is missing"),
        (ROW | {"entry_point": "triple"}, "triple"),
        (ROW | {"cases": []}, "one of test, cases"),
        ({"prompt": "p", "entry_point": "f", "cases": [{"args": 1, "expected": 2}]}, "each case"),
        ({"prompt": "p", "cases": [{"stdin": 1, "stdout": ""}]}, "should be text"),
        (ROW | {"comparison": "nearly"}, "comparison 'nearly'"),
        (ROW | {"inproc": "yes"}, "inproc"),
        ({key: ROW[key] for key in ("prompt", "entry_point")} | {"test_list": "assert 1"}, "test_list"),
        ({key: ROW[key] for key in ("prompt", "entry_point")} | {"test_list": ["double(2) == 4"]}, "asserts nothing"),
        ({key: ROW[key] for key in ("prompt", "entry_point")} | {"test_list": []}, "test_list is empty"),
    ],
)
def test_a_wrong_row_is_named_by_its_line(tmp_path: Path, row: object, said: str) -> None:
    with pytest.raises(DataError, match=f"line 2.*{said}"):
        load_problems([write(tmp_path / "mine.jsonl", ROW, row)], fresh_seed=0)


def test_assert_statements_are_a_check(tmp_path: Path) -> None:
    row = {key: ROW[key] for key in ("prompt", "entry_point")} | {
        "test_list": ["assert double(2) == 4", "assert double('a\\n')"]
    }
    (problem,) = load_problems([write(tmp_path / "mine.jsonl", row)], fresh_seed=0)
    assert problem.check == "def check(candidate):\n    assert double(2) == 4\n    assert double('a\\n')\n"


def test_cases_are_calls_or_what_a_program_reads_and_prints(tmp_path: Path) -> None:
    calls = {"prompt": ROW["prompt"], "entry_point": "double", "cases": [{"args": [2], "expected": 4}]}
    program = {"prompt": "Double it.", "cases": [{"stdin": "2\n", "stdout": "4\n"}], "comparison": "tokens"}
    one, other = load_problems([write(tmp_path / "mine.jsonl", calls, program)], fresh_seed=0)
    assert (one.style, one.cases) == ("function", (TestCase((2,), 4),))
    assert (other.style, other.cases, other.comparison) == ("stdin", (TestCase(("2\n",), "4\n"),), "tokens")


def test_a_method_of_solution_may_be_asked_for(tmp_path: Path) -> None:
    row = ROW | {"prompt": "import math\n\nclass Solution:\n    def double(self, x):\n        ...\n"}
    (problem,) = load_problems([write(tmp_path / "mine.jsonl", row)], fresh_seed=0)
    assert problem.preamble == "import math\n\n"


def test_a_missing_or_empty_file_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"none\.jsonl"):
        load_problems([f"file:{tmp_path / 'none.jsonl'}"], fresh_seed=0)
    with pytest.raises(DataError, match="no problems"):
        load_problems([write(tmp_path / "empty.jsonl")], fresh_seed=0)


def test_a_function_may_be_asked_for_in_words_with_code_to_start_from_or_without(tmp_path: Path) -> None:
    row = {"prompt": "Double x.", "entry_point": "double", "cases": [{"args": [2], "expected": 4, "visible": True}]}
    code = "class Solution:\n    def double(self, x):\n"
    file = write(tmp_path / "mine.jsonl", row | {"starter_code": ""}, row | {"starter_code": code})
    without, beside = load_problems([file + "?n=2"], fresh_seed=0)
    assert [p.statement_in_code for p in (without, beside)] == [False, False]
    assert (without.statement, without.starter_code, beside.starter_code) == ("Double x.", "", code)
    assert without.cases == (TestCase((2,), 4, visible=True),)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"prompt": 'def double(x):\n    """\ud800"""\n'}, "prompt holds a NUL or half a surrogate pair"),
        ({"prompt": 'def double(x):\n    """\0"""\n'}, "prompt holds a NUL"),
        ({"task_id": "double"}, "task_id 'double' was there before"),
        ({"tags": "easy"}, "tags should be list"),
        ({"tags": [1]}, "tags should be a list of texts"),
        ({"level": True}, "level should be int"),
        ({"reference": "def double(x): return 2 * x"}, "not both"),
        ({"style": "stdin", "task_id": "other"}, ""),
    ],
)
def test_what_no_prompt_or_table_could_hold_is_refused(tmp_path: Path, change: dict, said: str) -> None:
    row = ROW | {"task_id": "other"} | change
    if not said:
        load_problems([write(tmp_path / "mine.jsonl", ROW, row)], fresh_seed=0)
        return
    with pytest.raises(DataError, match=f"line 2.*{said}"):
        load_problems([write(tmp_path / "mine.jsonl", ROW, row)], fresh_seed=0)


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    (tmp_path / "mine.jsonl").write_text(json.dumps(ROW) + '\n{"prompt": "def')
    with pytest.raises(DataError, match=r"mine\.jsonl, line 2: Unterminated string"):
        load_problems([f"file:{tmp_path / 'mine.jsonl'}"], fresh_seed=0)


def test_a_programs_canonical_solution_is_all_of_it(tmp_path: Path) -> None:
    row = {"prompt": "Double it.", "cases": [{"stdin": "2\n", "stdout": "4\n"}], "canonical_solution": "print(4)\n"}
    (problem,) = load_problems([write(tmp_path / "mine.jsonl", row)], fresh_seed=0)
    assert problem.reference == "print(4)\n"
