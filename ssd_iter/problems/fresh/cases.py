"""The tests of a task: three examples to show and twenty cases to hide."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ssd_iter.problems.base import TestCase
from ssd_iter.problems.fresh.arguments import distinct
from ssd_iter.problems.fresh.family import Task
from ssd_iter.problems.fresh.random_stream import RandomStream
from ssd_iter.problems.fresh.turns import round_robin

NUM_VISIBLE = 3
NUM_HIDDEN = 20
NUM_DRAWS = 80
"""Typical calls drawn, of which the most varied are used."""
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


class FurtherCases:
    """Draws beyond the tests, each call once, made as they are asked for and kept: most mutants need few."""

    def __init__(self, task: Task, solve: Callable[..., Any], stream: RandomStream) -> None:
        self._task, self._solve, self._stream = task, solve, stream
        self._cases: dict[str, TestCase] = {}
        self._draws = 0

    def first(self, draws: int) -> Iterator[TestCase]:
        """What so many draws give."""
        yield from list(self._cases.values())
        while self._draws < draws:
            self._draws += 1
            call = self._task.draw(self._stream)
            name = repr(call)
            if name not in self._cases:
                self._cases[name] = TestCase(call, self._solve(*call))
                yield self._cases[name]


def _is_long(case: TestCase) -> bool:
    return max(len(repr(case.args)), len(repr(case.expected))) > LONGEST_EXAMPLE


def _by_turns(cases: Iterable[TestCase]) -> list[TestCase]:
    """One case of each answer, then a second of each, and so on: both answers of a yes-or-no question alternate."""
    groups: dict[str, list[TestCase]] = {}
    for case in cases:
        groups.setdefault(repr(case.expected), []).append(case)
    return list(round_robin(groups.values()))
