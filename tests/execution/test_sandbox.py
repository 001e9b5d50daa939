from __future__ import annotations

import pytest

from ssd_iter.execution.limits import Limits
from ssd_iter.execution.programs import Program
from ssd_iter.execution.sandbox import execute
from ssd_iter.problems.base import TestCase

CHECK = "def check(candidate):\n    assert candidate(1) == 2\n    assert candidate(helper(1)) == 11"


def only(level, program):
    [(_, result)] = execute([program], isolation=level, workers=1)
    return result


def outcomes(result):
    return [(test.verdict, test.detail) for test in result.tests]


@pytest.mark.parametrize(
    ("code", "verdict", "detail"),
    [
        ("def f(x): return x + 1", "pass", ""),
        ("def f(x): return x", "wrong", "got 1, expected 2"),
        ("def f(x): return x / 0", "exception", "ZeroDivisionError: division by zero"),
        ("raise KeyError('early')", "exception", "KeyError: 'early'"),
        ("def g(x): return 2", "exception", "NameError: f is not defined at the top level"),
        ("import numpy", "exception", "ModuleNotFoundError: No module named 'numpy'"),
        ("f = input()", "exception", "EOFError: EOF when reading a line"),
        ("def f(x): assert x > 1", "exception", "AssertionError: "),
        ("return 1", "syntax", "SyntaxError: 'return' outside function (<candidate>, line 1)"),
        ("def f(x): exit_code = raise", "syntax", "SyntaxError: invalid syntax (<candidate>, line 1)"),
        ("class E(Exception):\n  def __str__(self): raise self\ndef f(x): raise E", "exception", "E"),
        ("if __name__ == '__main__': 1 / 0\ndef f(x): return 2", "pass", ""),
    ],
)
def test_verdict_and_detail_say_how_it_ended(run, code, verdict, detail):
    result = run(code)
    assert (result.verdict, result.detail) == (verdict, detail.strip())


SQUARES = tuple(TestCase((x,), x * x) for x in (0, 1, 3, 2, 1))


def test_each_test_has_a_result_up_to_the_first_failure(level):
    result = only(level, Program(code="def f(x): return x", entry_point="f", cases=SQUARES))
    assert outcomes(result) == [("pass", ""), ("pass", ""), ("wrong", "got 3, expected 9")]
    assert (result.num_tests, result.num_passed) == (5, 2)


def test_all_tests_are_run_where_that_is_wanted(level):
    code = "import os\ndef f(x):\n    if x == 3: os._exit(0)\n    return x"
    result = only(level, Program(code=code, entry_point="f", cases=SQUARES, all_tests=True))
    assert [verdict for verdict, _ in outcomes(result)] == ["pass", "pass", "exit", "wrong", "pass"]
    assert (result.verdict, result.num_passed) == ("exit", 3)


def test_with_limits_for_each_test_many_quick_ones_may_take_longer_together(level):
    busy = "    end = time.process_time() + 0.15\n    while time.process_time() < end: pass\n"
    code = f"import time\ndef f(x):\n{busy}    return x * x"
    programs = [
        Program(code=code, entry_point="f", cases=SQUARES, limits=Limits(cpu_seconds=0.4, per_test=each))
        for each in (False, True)
    ]
    assert [only(level, program).verdict for program in programs] == ["timeout:cpu", "pass"]


def test_a_program_that_dies_in_a_test_fails_that_test(level):
    code = "import os\ndef f(x):\n    if x == 3: os._exit(0)\n    return x"
    cases = tuple(TestCase((x,), x) for x in range(6))
    result = only(level, Program(code=code, entry_point="f", cases=cases))
    assert [verdict for verdict, _ in outcomes(result)] == ["pass", "pass", "pass", "exit"]


def test_a_check_is_one_test_that_sees_the_preamble(run):
    preamble = "import math\ndef helper(x): return math.floor(10.0 * x)"
    result = run("def f(x): return math.floor(x) + 1", CHECK, preamble)
    assert (result.verdict, result.num_tests, result.num_passed) == ("pass", 1, 1)


def test_a_failed_check_names_the_assertion(run):
    result = run("def f(x): return 2", CHECK, "def helper(x): return 10 * x")
    assert (result.verdict, result.detail) == ("wrong", "assert candidate(helper(1)) == 11")


def test_a_candidate_cannot_replace_what_the_check_relies_on(run):
    code = "def helper(x): return 1\ndef check(candidate): pass\ndef f(x): return 2 if x == 1 else 0"
    assert run(code, CHECK, "def helper(x): return 10 * x").verdict == "wrong"


def test_details_are_one_short_line(run):
    result = run("def f(x): raise ValueError('long\\n' * 1000 + '\\ud800')")
    assert 200 < len(result.detail) <= 300
    assert "\n" not in result.detail


def test_hashes_and_random_numbers_repeat(run):
    code = "import random\ndef f(x): return [hash('word'), random.random()]"
    first, second = run(code), run(code)
    assert first.detail == second.detail
    assert first.detail.startswith("got [")


def test_a_preamble_that_fails_is_a_fault_of_the_harness(run):
    result = run("def f(x): return 2", preamble="import no_such_module")
    assert result.verdict == "sandbox_error"
    assert "No module named 'no_such_module'" in result.detail
    assert result.tests == ()


def test_results_carry_the_index_of_their_program(level):
    programs = [Program(code=f"def f(x): return {i}", entry_point="f", cases=(TestCase((1,), 5),)) for i in range(8)]
    verdicts = {index: result.verdict for index, result in execute(programs, isolation=level, workers=2)}
    assert verdicts == {i: "pass" if i == 5 else "wrong" for i in range(8)}


def test_no_programs_give_no_results(level):
    assert list(execute([], isolation=level, workers=2)) == []


def test_cpu_and_wall_time_are_measured(run):
    result = run("import time\ndef f(x):\n    time.sleep(0.2)\n    return 2")
    assert result.wall_seconds >= 0.2 > result.cpu_seconds > 0


@pytest.mark.parametrize("tests", [{}, {"cases": (TestCase((), 1),), "check": CHECK}])
def test_a_program_needs_cases_or_a_check(tests):
    with pytest.raises(ValueError, match="and not both"):
        Program(code="", entry_point="f", **tests)
