"""The tests of a task: three examples to show and twenty cases to hide."""

from __future__ import annotations

from collections.abc import Iterable

from ssd_iter.problems.base import TestCase
from ssd_iter.problems.fresh.arguments import distinct
from ssd_iter.problems.fresh.family import Task
from ssd_iter.problems.fresh.identity import reference_function
from ssd_iter.problems.fresh.random_stream import RandomStream
from ssd_iter.problems.fresh.turns import round_robin

NUM_VISIBLE = 3
NUM_HIDDEN = 20
NUM_DRAWS = 80
"""Typical calls drawn, of which the most varied are used."""


def draw_cases(task: Task, stream: RandomStream) -> tuple[TestCase, ...]:
    """3 visible cases, then 20 hidden ones: the edges first, then typical calls, answers as varied as they come."""
    solve = reference_function(task)
    draws = [task.draw(stream) for _ in range(NUM_DRAWS)]
    typical = _by_turns(TestCase(call, solve(*call)) for call in distinct(draws) if call not in task.edges)
    telling = [case for case in typical if case.expected not in ("", [], case.args[0]) or task.returns == "bool"]
    visible = [TestCase(case.args, case.expected, visible=True) for case in telling[:NUM_VISIBLE]]
    shown = [case.args for case in visible]
    edges = [TestCase(call, solve(*call)) for call in distinct(task.edges)]
    hidden = edges + [case for case in typical if case.args not in shown]
    return (*visible, *hidden[:NUM_HIDDEN])


def _by_turns(cases: Iterable[TestCase]) -> list[TestCase]:
    """One case of each answer, then a second of each, and so on: both answers of a yes-or-no question alternate."""
    groups: dict[str, list[TestCase]] = {}
    for case in cases:
        groups.setdefault(repr(case.expected), []).append(case)
    return list(round_robin(groups.values()))
