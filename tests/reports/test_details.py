from __future__ import annotations

import pytest

from reports.details import values_by_problem
from ssd_iter.records import ProblemCounts
from stores.round_queries import ProblemForm


def counts(n=4, c=2, classes=(2, 1), correct=(2,), behaviours=(3,)):
    key = {"run_id": "r", "round": 1, "purpose": "eval", "decode_id": "T0.6", "problem_set": "toy", "problem_id": "a"}
    sizes = {"classes": classes, "correct_classes": correct, "behaviour_classes": behaviours}
    return ProblemCounts(**key, n=n, c=c, extracted=sum(classes), **sizes)


def values(*rows, ks=(1, 2)):
    return {name: found for (_, name), found in values_by_problem(rows, (), ks).items()}


def test_a_problems_own_numbers_are_those_that_the_metrics_average():
    found = {name: value["T0.6 a"] for name, value in values(counts()).items()}
    assert found["extraction_rate"] == 0.75
    assert found["simpson_diversity"] == pytest.approx(2 / 3)
    assert (found["correct_diversity"], found["behaviour_diversity"]) == (0, 0)
    assert found["unique_at_2"] == pytest.approx(5 / 6 + 1 / 2)


def test_a_problem_for_which_a_number_is_not_defined_is_left_out():
    found = values(counts(n=0, c=0, classes=(), correct=(), behaviours=()))
    assert found == {}


def test_behaviour_counts_only_where_it_is_known_of_every_program():
    assert "behaviour_diversity" not in values(counts(behaviours=(2,)))


def test_form_is_told_by_problem_too():
    (form, length) = values_by_problem((), [ProblemForm(2, "T0.6", "a", 0.5, 80.0)], ()).items()
    assert form == ((2, "truncation_rate"), {"T0.6 a": 0.5}) and length[1] == {"T0.6 a": 80.0}
