"""Every kind of every family, held to what the set promises of all its problems."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest

from ssd_iter.problems.fresh.acceptance import Rejected, same
from ssd_iter.problems.fresh.arguments import ARGUMENT_NAMES, battery, distinct
from ssd_iter.problems.fresh.families import FAMILIES
from ssd_iter.problems.fresh.identity import semantic_key
from ssd_iter.problems.fresh.programs import stdin_problem
from ssd_iter.problems.fresh.random_stream import RandomStream
from ssd_iter.problems.fresh.rendering import Found, function_problem
from ssd_iter.problems.fresh.solutions import compiled, function_source
from ssd_iter.problems.fresh.space import shuffled

PER_FAMILY = 50
MOST_REJECTED = 0.1
KINDS = [(family, kind) for family in FAMILIES for kind in family.kinds()]


def tasks_of(family, number):
    """(kind, task) of some points, each kind in turn."""
    kinds = list(family.kinds())
    for kind in kinds:
        points = shuffled(kind.points, RandomStream("tests", family.name, kind.name))
        made = ((kind, task) for point in points if (task := family.task(*point)) is not None)
        yield from islice(made, -(-number // len(kinds)))


def found_of(family, number):
    for kind, task in tasks_of(family, number):
        solve = compiled(function_source(task))
        yield Found(family, kind, kind.level, task, solve, semantic_key(task, solve))


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_the_gate_takes_nearly_all_of_a_family_and_both_styles_agree(family, prints):
    rejected, tried = [], 0
    for tried, found in enumerate(found_of(family, PER_FAMILY), start=1):
        try:
            problem = function_problem(found, tried)
        except Rejected as why:
            rejected.append(f"{found.kind.name}: {why}")
            continue
        if "stdin" in found.task.styles and tried % 5 == 0:
            program = stdin_problem(problem, found.task)
            for case in program.cases:
                printed = prints(program.reference, case.args[0]).rstrip().split("\n")
                assert [line.rstrip() for line in printed] == [
                    line.rstrip() for line in case.expected.rstrip().split("\n")
                ], program.problem_id
    assert tried >= 0.8 * PER_FAMILY  # a few kinds have a point or two
    assert len(rejected) <= MOST_REJECTED * tried, rejected


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_oracles_agree_on_two_hundred_calls_that_the_gate_never_saw(family):
    """And references leave their arguments as they are."""
    for number, (kind, task) in enumerate(tasks_of(family, 12)):
        assert task.oracle is not None or kind.level < 2, f"{family.name}/{kind.name} has no oracle"
        solve = compiled(function_source(task))
        stream = RandomStream("oracle", number)
        for call in (task.draw(stream) for _ in range(200)):
            before = repr(call)
            answer = solve(*call)
            assert repr(call) == before, f"{family.name}/{kind.name} changes its arguments"
            assert task.oracle is None or same(task.oracle(*call), answer), (family.name, kind.name, call)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_every_operation_has_wordings_for_every_split(family):
    """Five for the easy levels, where there is least to say; three at least for the others."""
    for kind, task in tasks_of(family, 60):
        least = 5 if kind.level == 0 else 4 if kind.level < 3 else 3
        operation = task.operation
        assert len(set(operation.names)) >= least, (family.name, kind.name)
        assert len(set(operation.statements)) >= min(least, 4), (family.name, kind.name)
        names = task.argument_names or ARGUMENT_NAMES[tuple(task.arguments.values())]
        assert len(set(names)) >= 3, (family.name, kind.name)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_most_points_of_a_kind_are_functions_of_their_own(family):
    keys = [found.key for found in found_of(family, 120)]
    assert len(set(keys)) >= 0.85 * len(keys)


def test_families_have_names_of_their_own_and_so_have_their_kinds():
    names = [(family.name, kind.name) for family, kind in KINDS]
    assert len(set(names)) == len(names)
    assert len({family.name for family in FAMILIES}) == len(FAMILIES) == 46
    assert {kind.level for _, kind in KINDS} == {0, 1, 2, 3, 4, 5}


@pytest.mark.parametrize("types", [*ARGUMENT_NAMES, ("list[list[int]]",)])
def test_a_signatures_battery_has_64_different_calls(types):
    assert len(distinct(battery(types))) == len(battery(types)) == 64


def test_equal_functions_collapse_however_they_are_written():
    """`x >= 5` and `x > 4` are points of their own with one identity."""
    comparison = next(family for family in FAMILIES if family.name == "comparison")
    keys = {}
    for kind in comparison.kinds():
        for point in kind.points:
            task = comparison.task(*point)
            keys[kind.name, *point[1:]] = semantic_key(task, compiled(function_source(task)))
    assert keys["at-least", 5] == keys["greater", 4]
    assert keys["at-least", 5] != keys["greater", 5]


def test_the_documentation_lists_every_family_with_its_size():
    page = (Path(__file__).parents[3] / "docs" / "problem_sets.md").read_text()
    for family in FAMILIES:
        kinds = list(family.kinds())
        levels = " to ".join(map(str, sorted({min(k.level for k in kinds), max(k.level for k in kinds)})))
        points = sum(len(kind.points) for kind in kinds)
        held = {"dev": "dev", "test": "test-out", None: ""}[family.held_out]
        assert f"| {family.name} | {levels} | {len(kinds)} | {points:,} | {held} |" in page
