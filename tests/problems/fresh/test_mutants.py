from __future__ import annotations

import pytest

from ssd_iter.problems.fresh.mutants import MAX_STEPS, Mutants, OutOfSteps

SOURCE = """
def solve(x, y):
    total = 0
    for item in range(x):
        if item % 2 == 0 and item > y:
            total += item * 3
    return max(total, y)
"""


def answers(mutants: Mutants, *call: object) -> list[object]:
    found = []
    for mutant in mutants.mutants():
        mutants.budget.left = MAX_STEPS
        try:
            found.append(mutant(*call))
        except Exception as error:
            found.append(type(error).__name__)
    return found


def test_the_reference_computes_as_it_is_written():
    namespace = {}
    exec(SOURCE, namespace)
    reference = Mutants(SOURCE).reference()
    assert [reference(x, y) for x in range(9) for y in range(-2, 5)] == [
        namespace["solve"](x, y) for x in range(9) for y in range(-2, 5)
    ]


def test_every_small_change_makes_a_mutant():
    """Two each for the constants 0, 2, 0, 3; one each for %, ==, and, >, +=, * and max."""
    assert len(answers(Mutants(SOURCE), 9, 2)) == 15


def test_mutants_compute_something_else():
    mutants = Mutants(SOURCE)
    right = mutants.reference()(9, 2)
    assert sum(answer != right for answer in answers(mutants, 9, 2)) >= 12


def test_a_mutant_leaves_no_trace_in_the_reference():
    mutants = Mutants(SOURCE)
    list(mutants.mutants())
    assert mutants.reference()(9, 2) == 54
    assert len(answers(mutants, 9, 2)) == 15


@pytest.mark.parametrize(
    "body",
    [
        "while x == x:\n        pass",
        "return solve(x)",
        "return [0 for _ in range(10**9)]",
        "while x == x:\n        x = x * x",
        "while x == x:\n        x += x",
        "return 'a' * (x * 10**8)",
        "return [1] * (x * 10**8)",
        "return x ** 100000",
        "s = 'a'\n    while x == x:\n        s = s + s",
    ],
)
def test_what_would_go_on_or_grow_for_ever_ends_by_its_steps(body):
    mutants = Mutants(f"def solve(x):\n    {body}\n")
    mutants.budget.left = 900
    with pytest.raises(OutOfSteps):
        mutants.reference()(7)


def test_steps_are_counted_not_seconds():
    mutants = Mutants(SOURCE)
    used = []
    for _ in range(3):
        mutants.budget.left = MAX_STEPS
        mutants.reference()(9, 2)
        used.append(MAX_STEPS - mutants.budget.left)
    assert used == [10, 10, 10]
