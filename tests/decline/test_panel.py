from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ssd_iter.decline.counts_file import FileCounts
from ssd_iter.decline.panel import panel_of
from ssd_iter.grading.pass_at_k import pass_at_k


def row(round=0, problem_id="a", n=10, c=5, extracted=9, classes=(4, 3, 2)):
    return FileCounts(round=round, problem_id=problem_id, n=n, c=c, extracted=extracted, classes=classes)


def test_each_metric_is_computed_from_the_counts_of_one_problem_and_round():
    panel = panel_of([row()])
    assert (panel.rounds, panel.problem_ids, panel.k, panel.num_samples) == ((0,), ("a",), 5, 10)
    assert {name: rows.item() for name, rows in panel.values.items()} == {
        "pass_at_1": 0.5,
        "pass_at_5": pass_at_k(10, 5, 5),
        "extraction_rate": 0.9,
        "simpson_diversity": 1 - (4 * 3 + 3 * 2 + 2 * 1) / (9 * 8),
    }


def test_shares_are_of_the_samples_a_problem_has():
    panel = panel_of([row(), row(problem_id="b", n=4, c=1, extracted=3, classes=(3,))])
    assert np.allclose(panel.values["pass_at_1"], [[0.5, 0.25]])
    assert np.allclose(panel.values["extraction_rate"], [[0.9, 0.75]])


def test_what_was_not_counted_or_has_no_samples_is_not_defined():
    rows = [row(), row(round=1, extracted=None, classes=None), row(round=2, n=0, c=0, extracted=0, classes=())]
    panel = panel_of([*rows, row(round=1, problem_id="b")])
    defined = {name: np.isfinite(values).tolist() for name, values in panel.values.items()}
    scores = [[True, False], [True, True], [False, False]]
    others = [[True, False], [False, True], [False, False]]
    assert defined["pass_at_1"] == defined["pass_at_5"] == scores
    assert defined["extraction_rate"] == defined["simpson_diversity"] == others


def test_k_is_five_or_as_many_samples_as_most_problems_have():
    assert panel_of([row(n=40), row(problem_id="b", n=40)]).k == 5
    assert panel_of([row(n=3, c=1, extracted=1, classes=(1,)), row(problem_id="b", n=0, c=0)]).k == 3
    few, many = row(n=3, c=1, extracted=1, classes=(1,)), [row(problem_id=key) for key in "bc"]
    panel = panel_of([few, *many])
    assert panel.k == 5 and np.isfinite(panel.values["pass_at_5"]).tolist() == [[False, True, True]]


def test_one_sample_a_problem_gives_no_second_pass_at_k():
    panel = panel_of([row(n=1, c=1, extracted=1, classes=(1,))])
    assert panel.k == 1 and set(panel.values) == {"pass_at_1", "extraction_rate", "simpson_diversity"}


def test_only_the_rounds_asked_for_are_taken_in_their_order():
    rows = [row(round=round, c=round) for round in range(5)]
    panel = panel_of(rows, (0, 1, 4))
    assert panel.rounds == (0, 1, 4) and np.allclose(panel.values["pass_at_1"].ravel(), [0, 0.1, 0.4])


def test_a_round_asked_for_that_has_no_rows_stands_there_without_values():
    panel = panel_of([row()], (0, 1))
    assert panel.rounds == (0, 1) and np.isnan(panel.values["pass_at_1"][1]).all()


def test_the_last_row_of_a_problem_stands_for_it():
    assert round(panel_of([row(c=1), row(n=20, c=10)]).values["pass_at_1"].item(), 9) == 0.5


@given(st.permutations([row(round=round, problem_id=key, c=round + len(key)) for round in range(3) for key in "abc"]))
def test_the_order_of_rows_does_not_matter(rows):
    ordered, panel = panel_of(sorted(rows, key=lambda row: (row.round, row.problem_id))), panel_of(rows)
    assert (panel.rounds, panel.problem_ids, panel.k) == (ordered.rounds, ordered.problem_ids, ordered.k)
    assert all(np.array_equal(panel.values[name], ordered.values[name], equal_nan=True) for name in panel.values)
