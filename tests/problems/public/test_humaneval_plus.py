"""HumanEval+ in the form it has on the hub."""

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
from ssd_iter.problems.public.humaneval_plus import SET, parse

TEST = """
import numpy as np

def is_floats(x) -> bool:
    return isinstance(x, float)

def assertion(out, exp, atol):
    exact_match = out == exp
    if atol == 0 and is_floats(exp):
        atol = 1e-6
    if not exact_match and atol != 0:
        np.testing.assert_allclose(out, exp, atol=atol)
    else:
        assert exact_match

def check(candidate):
    inputs = [[4.0], [5.0], [0.3]]
    results = [2.0, 2.5, 0.15000000001]
    for i, (inp, exp) in enumerate(zip(inputs, results)):
        assertion(candidate(*inp), exp, 0)
"""
ROW: dict[str, Any] = {
    "task_id": "HumanEval/7",
    "prompt": "import math\n\n\ndef helper(x):\n    return x\n\n\n"
    'def half(x):\n    """Half of x.\n\n    >>> half(4.0)\n    """\n',
    "canonical_solution": "\n    return helper(x) / 2\n\n",
    "entry_point": "half",
    "test": TEST,
}


def parquet_of(*rows: dict[str, Any]) -> io.BytesIO:
    file = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(list(rows)), file)
    return io.BytesIO(file.getvalue())


def problems_of(*rows: dict[str, Any]) -> list[Problem]:
    return list(parse(parquet_of(*rows), "test", "0" * 64))


def verdicts(problem: Problem, *codes: str) -> list[str]:
    limits = Limits(cpu_seconds=problem.time_limit or 3.0)
    programs = [program_of(problem, code, limits) for code in codes]
    return [result.verdict for _, result in sorted(execute(programs, isolation="process", workers=1))]


def test_a_row_is_a_problem_with_its_check() -> None:
    (problem,) = problems_of(ROW)
    assert (problem.problem_id, problem.entry_point, problem.check) == ("humaneval-plus/test/7", "half", TEST)
    assert problem.statement == "Half of x.\n\n>>> half(4.0)"
    assert problem.preamble == "import math\n\n\ndef helper(x):\n    return x\n\n\n"
    assert (problem.time_limit, problem.licence, problem.source_version) == (10.0, "Apache-2.0", "0" * 64)


def test_the_reference_passes_and_a_wrong_program_fails() -> None:
    (problem,) = problems_of(ROW)
    programs = [problem.reference, "def half(x):\n    return helper(x) // 2\n", "def half(x):\n    return None\n"]
    assert verdicts(problem, *programs) == ["pass", "wrong", "wrong"]


def test_json_lines_of_the_same_columns_are_the_same_problems() -> None:
    lines = io.BytesIO((json.dumps(ROW) + "\n\n" + json.dumps(ROW | {"task_id": "HumanEval/8"})).encode())
    assert list(parse(lines, "test", "0" * 64)) == problems_of(ROW, ROW | {"task_id": "HumanEval/8"})


def test_an_import_before_the_docstring_does_not_hide_the_statement() -> None:
    prompt = 'def half(x):\n    import math\n    """Half of x."""\n'
    assert problems_of(ROW | {"prompt": prompt})[0].statement == "Half of x."


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"task_id": "7"}, "row 2: column 'task_id'.*found '7'"),
        ({"task_id": None}, "row 2: column 'task_id' should be str, found NoneType"),
        ({"entry_point": "third"}, "row 2: column 'prompt'.*'third'"),
        ({"prompt": "def half(x):\n    pass\n"}, "row 2: column 'prompt'.*no docstring"),
        ({"prompt": "def half(x:\n"}, "row 2: column 'prompt'"),
        ({"test": "assert half(4) == 2\n"}, "row 2: column 'test' defines no check"),
    ],
)
def test_a_wrong_row_is_named_with_its_column(change: dict[str, Any], said: str) -> None:
    with pytest.raises(DataError, match=said):
        problems_of(ROW, ROW | change)


def test_a_file_without_a_column_is_refused() -> None:
    row = {key: value for key, value in ROW.items() if key != "test"}
    with pytest.raises(DataError, match="column 'test' is missing"):
        problems_of(row)
    with pytest.raises(DataError, match="line 1: column 'test' is missing"):
        list(parse(io.BytesIO(json.dumps(row).encode()), "test", "0" * 64))


def test_the_set_has_the_splits_it_is_known_for() -> None:
    assert {name: split.count for name, split in SET.splits.items()} == {"test": 164}
