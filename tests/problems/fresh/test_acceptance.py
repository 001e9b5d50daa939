"""The gate: what tells too little, or asks unclearly, is not given out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from ssd_iter.problems.base import Problem, TestCase
from ssd_iter.problems.fresh.acceptance import MAX_EXTRAS, Rejected, baselines, refuse_wording, same, telling_cases
from ssd_iter.problems.fresh.family import Operation, Task
from ssd_iter.problems.fresh.solutions import compiled, function_source


def task_of(body: str, **changes: Any) -> Task:
    operation = Operation(body=body, names=("times_{k}",) * 3, statements=("Return {x} multiplied by {k}.",) * 3)
    fields: dict[str, Any] = {
        "operation": operation,
        "constants": {"k": 7},
        "arguments": {"x": "int"},
        "returns": "int",
        "edges": (),
        "draw": lambda stream: (stream.integer(0, 99),),
    }
    return Task(**fields | changes)


class Given:
    """Further cases that a test names itself."""

    def __init__(self, cases: Iterable[TestCase]) -> None:
        self.cases = list(cases)

    def first(self, draws: int) -> list[TestCase]:
        return self.cases[:draws]


def judged(task: Task, inputs: Any = range(20), further: Any = range(200)) -> tuple[TestCase, ...]:
    solve = compiled(function_source(task))
    cases = [TestCase((x,), solve(x), visible=index < 3) for index, x in enumerate(inputs)]
    return telling_cases(task, solve, cases, Given(TestCase((x,), solve(x)) for x in further))


def test_a_good_task_keeps_its_cases():
    assert [case.args for case in judged(task_of("x * k"))] == [(x,) for x in range(20)]


@pytest.mark.parametrize(
    ("body", "inputs", "reason"),
    [
        ("x % 3", range(20), "only 3 different answers"),
        ("max(x, 11)", range(20), "one answer has a share of 0.60"),
        ("x > 16", range(20), "one answer has a share of 0.85"),
        ("x > 9", range(20), "the examples all have the same answer"),
        ("x", range(20), "the identity solves it"),
        ("x if x < 10**6 else k", range(20), "the identity solves it"),
        ("len(x)", ["a" * n for n in range(9)], "len solves it"),
        ("sum(1 for _ in range(x)) * 0 + x * k", [10**6], "only 1 different answers"),
        ("sum(k for _ in range(x))", range(19990, 20020), "more than 20000 steps"),
        ("x.append(k) or len(x)", [[n] * n for n in range(9)], "changes its arguments"),
    ],
)
def test_a_task_that_tells_too_little_is_rejected(body, inputs, reason):
    with pytest.raises(Rejected, match=reason):
        judged(task_of(body), inputs, further=[])


def test_an_oracle_that_differs_rejects_the_task():
    with pytest.raises(Rejected, match=r"reference and oracle differ at \(150,\)"):
        judged(task_of("x * k", oracle=lambda x: x * 7 + (x == 150)))


def test_a_case_is_added_for_a_mutant_that_the_others_let_pass():
    """Only 50 tells `>` from `>=`, and only 51 `50` from `51`."""
    task = task_of("x * k if x > 50 else x")
    cases = judged(task, inputs=[*range(10), *range(60, 70)])
    assert {case.args for case in cases[20:]} >= {(51,)}
    assert all(not case.visible and case.expected == (x * 7 if (x := case.args[0]) > 50 else x) for case in cases[20:])


def test_too_many_mutants_that_only_further_cases_notice_reject_the_task():
    steps = range(100, 100 + 2 * MAX_EXTRAS + 8, 2)
    body = "x * k" + "".join(f" + (1 if x == {step} else 0)" for step in steps)
    with pytest.raises(Rejected, match=r"of \d+ mutants would pass"):
        judged(task_of(body), further=range(200))


def test_the_five_baselines_are_those_anybody_would_guess():
    cases = [TestCase(([n] * n, n), n // 2, visible=n < 3) for n in range(6)]
    guesses = baselines(cases)
    answers = {name: guess([4, 4], 1) for name, guess in guesses.items()}
    assert answers == {
        "a constant": 0,
        "the identity": [[4, 4], 1],
        "its first argument": [4, 4],
        "len": 2,
        "echoing the examples": 0,
    }
    assert guesses["echoing the examples"]([2, 2], 2) == 1


@pytest.mark.parametrize(
    ("one", "other"), [(True, 1), ([True], [1]), (1.0, 1), ((1,), [1]), ([(1,)], [[1]]), ("1", 1), ([1], [1, 2])]
)
def test_answers_are_the_same_only_with_their_types(one, other):
    assert not same(one, other)
    assert same(one, one)


def asked(**changes: Any) -> Problem:
    problem = Problem(
        problem_id="fresh/train/1",
        problem_set="fresh",
        split="train",
        statement="Return x multiplied by 7.",
        starter_code='def times_7(x: int) -> int:\n    """Return x multiplied by 7."""\n',
        entry_point="times_7",
        reference="",
        source_version="",
        licence="",
    )
    return replace(problem, **changes)


@pytest.mark.parametrize(
    ("changes", "body", "reason"),
    [
        ({"statement": "Return it multiplied by 7."}, "x * k", "does not name 'x'"),
        ({"statement": "Return x multiplied by seven."}, "x * k", "does not name '7'"),
        ({"statement": "Return x multiplied by 7\u00d71."}, "x * k", "not ASCII"),
        ({"entry_point": "len"}, "x * k", "len is not a free name"),
        ({"entry_point": "7_times"}, "x * k", "7_times is not a free name"),
        ({}, "x * sum(k for k in [7])", "the body uses k for things of its own"),
        ({}, "(lambda x: x * 7)(x)", "the body uses x for things of its own"),
    ],
)
def test_a_problem_that_asks_unclearly_is_rejected(changes, body, reason):
    with pytest.raises(Rejected, match=reason):
        refuse_wording(asked(**changes), task_of(body))


def test_a_problem_that_names_everything_is_clear():
    refuse_wording(asked(), task_of("x * k"))
