from __future__ import annotations

import pytest

from reports.blocks.accuracy import k_curve


def points(curve, series):
    return {point["x"]: point["value"] for point in curve["points"] if point["series"] == series}


def test_pass_at_k_rises_with_k_up_to_the_fewest_samples(two_rounds):
    facts, _ = two_rounds((0, 1, 2), (1, 1, 2))
    curve = k_curve(facts, 1)
    assert points(curve, "the base model") == {1: 0.5, 2: pytest.approx(2 / 3)}
    assert points(curve, "round 1") == {1: pytest.approx(2 / 3), 2: 1.0}
    assert curve["x"]["ticks"] == [1, 2]


def test_no_k_is_shown_that_some_problem_has_not_samples_for(seen):
    def fill(rows):
        rows.ended(0)
        for index in range(6):
            rows.graded(0, "toy/0", index, "pass")
            if index < 5:
                rows.graded(0, "toy/1", index, "wrong")

    facts, _ = seen(fill, 0)
    assert list(points(k_curve(facts, 0), "the base model")) == [1, 2, 4, 5]


def test_a_round_without_evaluation_has_no_curve(seen):
    facts, _ = seen(lambda rows: rows.ended(1, status="ended"))
    assert k_curve(facts, 1)["points"] == []
