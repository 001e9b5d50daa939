"""The tests of a task: three examples to show and twenty cases to hide."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ssd_iter.problems.base import TestCase
from ssd_iter.problems.fresh.arguments import distinct
from ssd_iter.problems.fresh.family import Arguments, Task
from ssd_iter.problems.fresh.random_stream import RandomStream
from ssd_iter.problems.fresh.turns import round_robin

NUM_VISIBLE = 3
NUM_HIDDEN = 20
NUM_DRAWS = 80
"""Typical calls drawn, of which the most varied are used."""
NUM_FURTHER = 600
"""Further calls on which a mutant is compared with the reference. With 200, one problem in 300 kept mutants that differ
on every hundredth call."""
LONGEST_EXAMPLE = 70
"""Characters of a call or an answer that is shown, where there are shorter ones."""


def draw_cases(task: Task, solve: Callable[..., Any], stream: RandomStream) -> tuple[TestCase, ...]:
    """3 visible cases, then 20 hidden ones: the edges first, then typical calls, answers as varied as they come."""
    draws = [task.draw(stream) for _ in range(NUM_DRAWS)]
    edges = distinct(task.edges)
    known = {repr(call) for call in edges}
    typical = _by_turns(TestCase(call, solve(*call)) for call in distinct(draws) if repr(call) not in known)
    telling = [case for case in typical if case.expected not in ("", [], case.args[0]) or task.returns == "bool"]
    telling.sort(key=_is_long)
    visible = [TestCase(case.args, case.expected, visible=True) for case in telling[:NUM_VISIBLE]]
    shown = {repr(case.args) for case in visible}
    hidden = [TestCase(call, solve(*call)) for call in edges]
    hidden += [case for case in typical if repr(case.args) not in shown]
    return (*visible, *hidden[:NUM_HIDDEN])


def further_calls(task: Task, stream: RandomStream) -> list[Arguments]:
    """600 draws, those that are the same once."""
    return distinct(task.draw(stream) for _ in range(NUM_FURTHER))


def _is_long(case: TestCase) -> bool:
    return max(len(repr(case.args)), len(repr(case.expected))) > LONGEST_EXAMPLE


def _by_turns(cases: Iterable[TestCase]) -> list[TestCase]:
    """One case of each answer, then a second of each, and so on: both answers of a yes-or-no question alternate."""
    groups: dict[str, list[TestCase]] = {}
    for case in cases:
        groups.setdefault(repr(case.expected), []).append(case)
    return list(round_robin(groups.values()))
