"""MBPP+ in the form it has on the hub."""

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
from ssd_iter.problems.public.mbpp_plus import SET, check_of_script, parse

SCRIPT = """\
import numpy as np
from math import inf

def assertion(out, exp, atol):
    exact_match = out == exp
    if not exact_match and atol != 0:
        np.testing.assert_allclose(out, exp, atol=atol)
    else:
        assert exact_match


inputs = [[(3, 4), (4, 5)], [(1,), (2,)], [(inf,), (inf,)]]
results = [(4,), (), (inf,)]
for i, (inp, exp) in enumerate(zip(inputs, results)):
    assertion(common(*inp), exp, 0)
"""
LONG = ", ".join(f"({n},)" for n in range(1000))
ROW: dict[str, Any] = {
    "task_id": 2,
    "code": "import math\n\ndef common(a, b):\n  return tuple(set(a) & set(b))\n",
    "prompt": "Write a function to find the elements that two tuples share.",
    "source_file": "Benchmark.ipynb",
    "test_imports": ["import math"],
    "test_list": ["assert set(common((3, 4),(4, 5))) == set((4,))", "assert common((1,),(2,)) == ()"],
    "test": SCRIPT,
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


def test_a_row_is_a_problem_that_shows_one_assert() -> None:
    (problem,) = problems_of(ROW)
    assert (problem.problem_id, problem.entry_point) == ("mbpp-plus/test/2", "common")
    assert ROW["prompt"] in problem.statement and ROW["test_list"][0] in problem.statement
    assert ROW["test_list"][1] not in problem.statement
    assert (problem.starter_code, problem.statement_in_code) == ("", False)
    assert (problem.preamble, problem.time_limit, problem.inproc) == ("import math\n", 10.0, False)


def test_the_reference_passes_and_a_wrong_program_fails() -> None:
    (problem,) = problems_of(ROW)
    programs = [problem.reference, "def common(a, b):\n    return (4,)\n", "def other(): ...\n"]
    assert verdicts(problem, *programs) == ["pass", "wrong", "exception"]


def test_a_script_that_asks_a_reference_of_its_own_is_a_check() -> None:
    script = (
        "def ref_func(a, b):\n    return tuple(sorted(set(a) & set(b)))\n\n"
        'inputs = [[(3, 4), (4, 5)], [("common", """\n"""), ("common",)]]\n'
        "for i, inp in enumerate(inputs):\n    assert common(*inp) == ref_func(*inp), '''a\nb'''\n"
    )
    (problem,) = problems_of(ROW | {"test": script})
    assert verdicts(problem, problem.reference, "def common(a, b):\n    return ()\n") == ["pass", "wrong"]


def test_a_helper_that_calls_the_function_is_part_of_the_check() -> None:
    script = "import math\n\ndef ask(x):\n    return common(x, x)\n\nassert ask((1,)) == (1,)\n"
    (problem,) = problems_of(ROW | {"test": script})
    assert verdicts(problem, problem.reference, "def common(a, b):\n    return ()\n") == ["pass", "wrong"]


@pytest.mark.parametrize(
    "script",
    [
        f"inputs = [{LONG}]\nfor x in inputs[:2]:\n    assert common(x, x) == x\n",
        f"inputs = [\n{LONG}]\nassert common((), (1,)) == ()\nassert common((0,), (0,)) == (0,)\n",
        f"inputs = [{LONG}\n]\nassert common((), (1,)) == ()\nassert common((0,), (0,)) == (0,)\n",
        f"for x in dict(\ninputs = [{LONG}]\n)['inputs'][:2]:\n    assert common(x, x) == x\n",
        f"assert common((), (1,)) == ()\ninputs = [{LONG}]\nassert common(inputs[0], inputs[0]) == inputs[0]\n",
        f"inputs = [{LONG}, ('common',)]\nfor x in inputs[-2:]:\n    assert common(x, x) == x\n",
    ],
)
def test_long_inputs_are_not_lost(script: str) -> None:
    (problem,) = problems_of(ROW | {"test": script})
    assert LONG in (problem.check or "").replace("\n", "")
    assert verdicts(problem, problem.reference, "def common(a, b):\n    return ()\n") == ["pass", "wrong"]


def test_long_inputs_that_are_no_python_are_refused() -> None:
    with pytest.raises(DataError, match="row 1: column 'test'"):
        problems_of(ROW | {"test": f"inputs = [{LONG}\nassert common((), ()) == ()\n"})
    with pytest.raises(DataError, match="row 1: column 'test'"):
        problems_of(ROW | {"test": f"inputs = [{LONG}]]\nassert common((), ()) == ()\n"})


def test_statements_on_one_line_stay_together() -> None:
    script = "import math\nx = (1,); assert common(x, x) == x\nassert common((), x) == ()\n"
    (problem,) = problems_of(ROW | {"test": script})
    assert verdicts(problem, problem.reference, "def common(a, b):\n    return ()\n") == ["pass", "wrong"]


def test_what_comes_before_the_first_call_stays_as_it_is() -> None:
    check = check_of_script(SCRIPT, "common")
    assert check.startswith(SCRIPT[: SCRIPT.index("for i")])
    assert check_of_script(SCRIPT.replace("\n", "\r\n"), "common") == check


@pytest.mark.parametrize("name", ["check", "assertion_free", "sum"])
def test_any_name_of_the_function_means_the_candidate(name: str) -> None:
    row = {key: json.loads(json.dumps(value).replace("common", name)) for key, value in ROW.items()}
    (problem,) = problems_of(row)
    assert problem.entry_point == name
    assert verdicts(problem, problem.reference, f"def {name}(a, b):\n    return (4,)\n") == ["pass", "wrong"]


def test_an_odd_escape_in_a_solution_or_a_script_is_no_warning() -> None:
    code = "def common(a, b):\n    return '\\d'"
    assert problems_of(ROW | {"code": code, "test": "assert common(1, 2) == '\\d'"})[0].reference == code


def test_json_lines_of_the_same_columns_are_the_same_problems() -> None:
    lines = io.BytesIO(json.dumps(ROW).encode())
    assert list(parse(lines, "test", "0" * 64)) == problems_of(ROW)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"test_list": []}, "row 2: column 'test_list' or 'code': there are no tests"),
        ({"test_list": ["assert other(1) == 2"]}, "row 2: column 'test_list' or 'code': .*calls nothing"),
        ({"test_list": [None]}, "row 2: column 'test_list' should hold texts"),
        ({"code": "def common(:"}, "row 2: column 'test_list' or 'code'"),
        ({"test": "assert 1"}, "row 2: column 'test': it never calls 'common'"),
        ({"test": "def common(a): ...\nassert common(1)"}, "row 2: column 'test': line 1 defines 'common'"),
        ({"test": "assert common("}, "row 2: column 'test'"),
        ({"task_id": None}, "row 2: column 'task_id'"),
    ],
)
def test_a_wrong_row_is_named_with_its_column(change: dict[str, Any], said: str) -> None:
    with pytest.raises(DataError, match=said):
        problems_of(ROW, ROW | change)


def test_a_task_id_that_is_text_is_refused() -> None:
    with pytest.raises(DataError, match="column 'task_id' should be whole numbers, found string"):
        problems_of(ROW | {"task_id": "2"})


def test_the_set_has_the_splits_it_is_known_for() -> None:
    assert {name: split.count for name, split in SET.splits.items()} == {"test": 378}
