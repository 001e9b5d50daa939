from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import pytest

from ssd_iter.exceptions import DataError
from ssd_iter.execution.limits import Limits
from ssd_iter.execution.sandbox import Sandbox
from ssd_iter.grading.evaluation import grade, limits_of
from ssd_iter.problems.base import Problem, TestCase

PROBLEM = Problem(
    problem_id="toy/test/1",
    problem_set="toy",
    split="test",
    statement="Double a number.",
    starter_code="def f(x):",
    entry_point="f",
    preamble="import math",
    cases=(TestCase((1,), 2), TestCase((3,), 6)),
    reference="def f(x): return 2 * x",
    source_version="1",
    licence="MIT",
)
GOOD = "```python\ndef f(x): return math.floor(2 * x)\n```"


@pytest.fixture(scope="module")
def sandbox():
    with closing(Sandbox("process", 2)) as sandbox:  # tests/execution is about the other levels
        yield sandbox


@pytest.fixture
def grade_all(make_sample, sandbox):
    def grade_texts(*texts, rule="entry_point", **options):
        samples = [make_sample(text, sample_idx=i) for i, text in enumerate(texts)]
        known = {PROBLEM.problem_id: PROBLEM}
        graded = grade(samples, known, rule=rule, limits=Limits(), sandbox=sandbox, **options)
        return sorted(graded, key=lambda pair: pair[0].sample_idx)

    return grade_texts


def verdicts(graded):
    return [execution.verdict for execution, _ in graded]


def test_rows_tell_programs_that_answer_alike(grade_all):
    twice = "```python\ndef f(x): return x + x\n```"
    wrong = "```python\ndef f(x): return 2\n```"
    graded = grade_all(GOOD, twice, wrong, "no code", "```python\ndef f(:\n```")
    one, other, of_wrong, of_none, of_syntax = (execution.behaviour_sha256 for execution, _ in graded)
    assert one == other
    assert of_none is None
    assert len({one, of_wrong, of_syntax, None}) == 4


def test_each_sample_gets_its_verdict(grade_all):
    wrong = "```python\ndef f(x): return x + 1\n```"
    graded = grade_all(GOOD, wrong, "no code", "```python\ndef f(x): return", "```python\ndef f(:\n```", GOOD)
    assert verdicts(graded) == ["pass", "wrong", "no_code", "no_code", "syntax", "pass"]
    assert [execution.num_passed for execution, _ in graded] == [2, 1, 0, 0, 0, 2]
    assert all(execution.num_tests == 2 and execution.isolation == "process" for execution, _ in graded)


def test_test_results_carry_the_samples_key(grade_all):
    [(execution, tests)] = grade_all("```python\ndef f(x): return x + 1\n```")
    assert [(test.test_idx, test.verdict) for test in tests] == [(0, "pass"), (1, "wrong")]
    assert {(test.problem_id, test.sample_idx, test.run_id) for test in tests} == {("toy/test/1", 0, execution.run_id)}


def test_without_a_run_there_are_no_test_results(grade_all):
    [(execution, tests)] = grade_all("```python\ndef f(x): return")
    assert (execution.detail, execution.cpu_seconds, tests) == ("no_code:truncated", 0.0, [])


def test_the_same_code_runs_once(grade_all):
    graded = grade_all(GOOD, f"Again:\n{GOOD}", GOOD)
    assert verdicts(graded) == ["pass"] * 3
    assert len({(execution.cpu_seconds, execution.wall_seconds) for execution, _ in graded}) == 1


def test_the_rule_decides_which_block_is_graded(grade_all):
    text = f"{GOOD}\nUse it:\n```python\nprint(f(1))\n```"
    assert verdicts(grade_all(text)) == ["pass"]
    assert verdicts(grade_all(text, rule="last")) == ["exception"]


def test_progress_counts_every_sample_once(grade_all):
    told = []
    grade_all(GOOD, GOOD, "no code", "```python\nf = 1\n```", on_progress=told.append)
    assert sum(told) == 4


def test_a_sample_without_its_problem_is_refused(make_sample, sandbox):
    graded = grade([make_sample(GOOD, "toy/test/2")], {}, rule="last", limits=Limits(), sandbox=sandbox)
    with pytest.raises(DataError, match="toy/test/2"):
        next(graded)


def test_a_problems_own_limits_raise_the_runs_and_never_lower_them():
    limits = Limits(cpu_seconds=3.0, memory_mb=1024)
    assert limits_of(PROBLEM, limits) == limits
    assert limits_of(replace(PROBLEM, time_limit=6.0, memory_mb=4096), limits) == replace(
        limits, cpu_seconds=6.0, memory_mb=4096, per_test=True
    )
    assert limits_of(replace(PROBLEM, time_limit=1.0, memory_mb=64), limits) == replace(limits, per_test=True)


def test_livecodebenchs_problems_get_the_depth_and_digits_its_grader_allows():
    limits = limits_of(replace(PROBLEM, comparison="livecodebench"), Limits())
    assert (limits.recursion_limit, limits.int_digits) == (50_000, 50_000)
