"""The gate every generated problem passes: one that tells too little, or asks unclearly, is not given out.

What takes no tests to see (wording, names) is looked at in the function's form of the problem; it holds for the other.
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

from ssd_iter.problems.base import Problem, TestCase
from ssd_iter.problems.fresh.cases import FurtherCases
from ssd_iter.problems.fresh.family import Task
from ssd_iter.problems.fresh.mutants import MAX_STEPS, Mutants, OutOfSteps
from ssd_iter.problems.fresh.programs import argument_names
from ssd_iter.problems.fresh.solutions import function_source, own_names

MIN_DISTINCT = 5
MAX_MAJORITY = 0.5
MIN_BOOL_SHARE = 0.25
MIN_KILLED = 0.95
MAX_EXTRAS = 20
"""Tests that may be added because a mutant passed the others."""
NUM_FURTHER = 200
MOST_FURTHER, FURTHER_STEPS = 3000, 45_000
"""Draws beyond the tests: so many for the oracle; so many and up to 3000 for a mutant that passes all tests, as long as
the reference would take no more steps for them. With 200, one problem in 300 kept mutants that differ on a draw in 100.
"""
MUTANT_STEPS = (1000, 10)
"""Budget of a mutant's call: so many steps, and so many times what the reference's longest took."""


class Rejected(Exception):
    """Why a problem is not good enough to give out."""


def baselines(cases: Sequence[TestCase]) -> dict[str, Callable[..., Any]]:
    """The trivial programs that may not pass: constant, arguments as they came, first argument, its length, echo."""
    common = Counter(repr(case.expected) for case in cases).most_common(1)[0][0]
    constant = next(case.expected for case in cases if repr(case.expected) == common)
    shown = {repr(case.args): case.expected for case in cases if case.visible}
    first = next(iter(shown.values()))
    return {
        "a constant": lambda *_: constant,
        "the identity": lambda *arguments: arguments[0] if len(arguments) == 1 else list(arguments),
        "its first argument": lambda *arguments: arguments[0],
        "len": lambda *arguments: len(arguments[0]) if isinstance(arguments[0], str | list) else None,
        "echoing the examples": lambda *arguments: shown.get(repr(arguments), first),
    }


def telling_cases(
    task: Task, solve: Callable[..., Any], cases: Sequence[TestCase], further: FurtherCases
) -> tuple[TestCase, ...]:
    """The cases, and those of the `further` ones that it takes to notice mutants of the reference.

    Rejected where reference and oracle differ, answers vary too little, a baseline passes, the reference takes too
    many steps or changes its arguments, or too many mutants would pass.
    """
    _refuse_few_answers(cases)
    mutants = Mutants(function_source(task))
    steps = _steps(mutants, cases)
    if task.oracle is not None:
        for case in chain(cases, further.first(NUM_FURTHER)):
            if not same(task.oracle(*case.args), case.expected):
                raise Rejected(f"reference and oracle differ at {case.args!r}")
    extras = _extras(mutants, steps, cases, further)
    passed = [name for name, baseline in baselines(cases).items() if _solves(baseline, [*cases, *extras])]
    if passed:
        raise Rejected(f"{passed[0]} solves it")
    return (*cases, *extras)


def refuse_wording(problem: Problem, task: Task) -> None:
    """Rejected where the statement leaves an argument or a constant out, or a name is not free."""
    _refuse_taken(problem.entry_point)
    names = argument_names(problem)
    constants = [str(value) for value in task.constants.values() if isinstance(value, (int, str))]
    unnamed = [name for name in names if not re.search(rf"\b{name}\b", problem.statement)]
    # In the docstring too, where wrapping lines may have broken it.
    unnamed += [text for text in constants if not (text in problem.statement and text in problem.starter_code)]
    if unnamed:
        raise Rejected(f"the statement does not name {', '.join(map(repr, unnamed))}")
    for name in names:
        _refuse_taken(name)
    taken = own_names(task.operation.body) & {*names, *task.arguments, *task.constants}
    if taken:
        raise Rejected(f"the body uses {', '.join(sorted(taken))} for things of its own")
    if not (problem.statement + problem.starter_code).isascii():
        raise Rejected("not ASCII")


def _refuse_taken(name: str) -> None:
    if not name.isidentifier() or keyword.iskeyword(name) or hasattr(builtins, name):
        raise Rejected(f"{name} is not a free name")


def same(one: Any, other: Any) -> bool:
    """Equal values of equal types: True is not 1, and a tuple is no list."""
    return type(one) is type(other) and one == other and (type(one) is not list or repr(one) == repr(other))


def _refuse_few_answers(cases: Sequence[TestCase]) -> None:
    answers = Counter(repr(case.expected) for case in cases)
    majority = max(answers.values()) / len(cases)
    if set(answers) <= {"True", "False"}:
        if majority > 1 - MIN_BOOL_SHARE:
            raise Rejected(f"one answer has a share of {majority:.2f}")
    elif len(answers) < MIN_DISTINCT:
        raise Rejected(f"only {len(answers)} different answers")
    elif majority > MAX_MAJORITY:
        raise Rejected(f"one answer has a share of {majority:.2f}")
    if len({repr(case.expected) for case in cases if case.visible}) < 2:
        raise Rejected("the examples all have the same answer")


def _steps(mutants: Mutants, cases: Sequence[TestCase]) -> int:
    """The most steps the reference takes for one case; run again, it gives the same answers."""
    reference, most = mutants.reference(), 0
    for case in cases:
        before = repr(case.args)
        mutants.budget.left = MAX_STEPS
        try:
            answer = reference(*case.args)
        except OutOfSteps:
            raise Rejected(f"the reference takes more than {MAX_STEPS} steps for {before[:80]}") from None
        if not same(answer, case.expected) or repr(case.args) != before:
            raise Rejected(f"the reference answers differently a second time, or changes its arguments, at {before}")
        most = max(most, MAX_STEPS - mutants.budget.left)
    return most


def _extras(mutants: Mutants, steps: int, cases: Sequence[TestCase], further: FurtherCases) -> tuple[TestCase, ...]:
    """Those of the further cases that kill the mutants which pass all others."""
    extras: list[TestCase] = []
    killed = missed = 0
    budget = MUTANT_STEPS[0] + MUTANT_STEPS[1] * steps
    draws = max(NUM_FURTHER, min(MOST_FURTHER, FURTHER_STEPS // max(steps, 1)))
    for mutant in mutants.mutants():

        def differs(case: TestCase, mutant: Callable[..., Any] = mutant) -> bool:
            mutants.budget.left = budget
            return not _answers(mutant, case)

        if any(map(differs, reversed(cases))) or any(map(differs, extras)):
            killed += 1
        elif (noticing := next(filter(differs, further.first(draws)), None)) is not None:
            if len(extras) < MAX_EXTRAS:
                extras.append(noticing)
                killed += 1
            else:
                missed += 1
    if killed < MIN_KILLED * (killed + missed):
        raise Rejected(f"{missed} of {killed + missed} mutants would pass")
    return tuple(extras)


def _solves(solve: Callable[..., Any], cases: Sequence[TestCase]) -> bool:
    return all(_answers(solve, case) for case in cases)


def _answers(solve: Callable[..., Any], case: TestCase) -> bool:
    try:
        return same(solve(*case.args), case.expected)
    except Exception:  # a mutant may do anything
        return False
