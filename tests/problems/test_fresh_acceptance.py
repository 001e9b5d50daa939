from __future__ import annotations

from dataclasses import replace

import pytest

from ssd_iter.problems.base import Problem, TestCase
from ssd_iter.problems.fresh.acceptance import rejection


def problem(body: str = "x * 7", inputs=range(20), returns: str = "int", **changes) -> Problem:
    starter_code = f'def times_7(x: int) -> {returns}:\n    """Return x multiplied by 7."""\n'
    cases = [TestCase((x,), eval(body, {"x": x}), visible=index < 3) for index, x in enumerate(inputs)]
    accepted = Problem(
        problem_id="fresh/train/1",
        problem_set="fresh",
        split="train",
        statement="Return x multiplied by 7.",
        starter_code=starter_code,
        entry_point="times_7",
        cases=tuple(cases),
        reference=f"{starter_code}    return {body}\n",
        source_version="",
        licence="",
    )
    return replace(accepted, **changes)


def test_a_good_problem_is_accepted():
    assert rejection(problem(), (7,)) is None


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (problem(reference="def times_7(x): return x * 8"), "the reference fails"),
        (problem(reference="def times_7(x): return x * 7.0"), "the reference fails"),
        (problem("x % 3"), "only 3 different answers"),
        (problem("max(x, 11)"), "one answer has a share of 0.60"),
        (problem("x > 16", returns="bool"), "one answer has a share of 0.85"),
        (problem("x > 9", returns="bool"), "the examples all have the same answer"),
        (problem("x"), "its first argument solves it"),
        (problem("len(x)", inputs=["a" * n for n in range(9)]), "len solves it"),
        (problem(statement="Return it multiplied by 7."), "does not name x"),
        (problem(statement="Return x multiplied by seven."), "does not name 7"),
        (problem(statement="Return x multiplied by 7\u00d71."), "not ASCII"),
        (problem(entry_point="len", reference="def len(x): return x * 7"), "len is not a free name"),
    ],
)
def test_a_problem_that_tells_too_little_is_rejected(bad, reason):
    assert reason in rejection(bad, (7,))
