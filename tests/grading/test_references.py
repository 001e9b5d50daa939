from __future__ import annotations

from contextlib import closing
from dataclasses import replace

from ssd_iter.execution.limits import Limits
from ssd_iter.execution.sandbox import Sandbox
from ssd_iter.grading.references import checkable, reference_faults
from ssd_iter.problems import humaneval
from ssd_iter.problems.catalog import load_problems


def faults(problems):
    done = []
    with closing(Sandbox("process", 2)) as sandbox:
        found = list(reference_faults(problems, sandbox, Limits(), done.append))
    assert sum(done) == len(problems)
    return {fault.problem_id: fault.verdict for fault in found}


def test_the_references_of_humaneval_and_of_generated_problems_pass():
    """Generated ones as functions and as programs, at all levels, in the real sandbox."""
    generated = [f"fresh:{split}?n=40&style={style}" for split in ("train", "test") for style in ("function", "stdin")]
    assert faults([*humaneval.load(), *load_problems(generated, fresh_seed=5)]) == {}


def test_an_empty_program_fails_every_generated_problem():
    problems = load_problems(["fresh:dev?n=30", "fresh:test?n=30&style=stdin"], fresh_seed=6)
    empty = [replace(p, reference=f"{p.starter_code}    pass\n" if p.starter_code else "pass\n") for p in problems]
    assert faults(empty).keys() == {problem.problem_id for problem in problems}


def test_a_reference_that_fails_its_own_tests_is_named_with_its_verdict():
    one, other = humaneval.load()[:2]
    assert faults([replace(one, reference=one.starter_code + "    return 3\n"), other]) == {one.problem_id: "wrong"}


def test_only_problems_with_reference_and_tests_can_be_checked():
    one, other, third = humaneval.load()[:3]
    assert checkable([replace(one, reference=""), replace(other, check=None), third]) == [third]
