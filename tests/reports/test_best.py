from __future__ import annotations

import pytest

from reports.index_view import index_view
from ssd_iter.config.schema import LineageConfig
from ssd_iter.run.lineage import Lineage
from stores.snapshot import open_snapshot


@pytest.fixture(scope="module")
def view_of(new_rows):
    """The index of rounds that solve the first so many of 40 problems, two samples each."""

    def make(solved, rounds=3, rollbacks=None, seconds=None, **verdicts):
        rows = new_rows("run 1")
        rows.run(rounds=rounds)
        lineage = Lineage(LineageConfig(), rollbacks or {})
        for round, num in enumerate(solved):
            rows.ended(round, lineage=lineage, verdict=verdicts.get(f"verdict_{round}", "OK"))
            rows.solved(round, [2] * num + [0] * (40 - num))
            if seconds:
                rows.metric(round, "generate_seconds", seconds, "")
        with open_snapshot(rows.write()) as connection:
            return index_view(connection, "run 1")

    return make


def test_the_round_that_is_surely_better_is_best(view_of):
    view = view_of([8, 32, 32])
    head = view["head"]
    assert (head["round"], head["title"], head["kind"]) == (1, "Best round: 1", "improved")
    assert (
        head["sentence"].startswith("Round 1 solves ") and " against the base model (95% interval +" in head["sentence"]
    )
    assert [row["best"] for row in view["rounds"]] == [False, True, False]


def test_where_none_is_surely_better_the_base_is_and_the_largest_gain_is_told(view_of):
    head = view_of([20, 20, 21])["head"]
    assert (head["round"], head["title"], head["kind"]) == (0, "Best: the base model", "unclear")
    assert " Of 2 rounds round 2 gained most: +2.5 points (95% interval of this round alone" in head["sentence"]
    assert head["sentence"].endswith("), which may be chance.")


def test_no_round_solves_more_where_all_lost(view_of):
    assert view_of([32, 8])["head"]["sentence"].endswith("No round solves more.")


def test_a_collapsed_round_is_never_best_and_sends_back(view_of):
    head = view_of([8, 28, 36], verdict_2="COLLAPSE")["head"]
    assert (head["round"], head["kind"]) == (1, "collapse")
    assert head["advice"] == "Go back to round 1, or end here and keep that model."
    assert head["command"] == "ssd-iter resume 'run 1' --rollback-to 1"


def test_a_best_round_that_was_warned_of_is_called_so(view_of):
    head = view_of([8, 32, 32], verdict_1="WARN")["head"]
    assert head["round"] == 1 and head["sentence"].endswith("It was itself warned of: its page says what fell.")


def test_a_finished_run_says_where_the_best_model_is(view_of):
    head = view_of([8, 32], rounds=1)["head"]
    assert (head["advice"], head["command"]) == ("Keep round 1's model, in rounds/001/checkpoint.", "")
    assert head["budget"] == "1 planned round has run."
    assert view_of([20, 20], rounds=1)["head"]["advice"].startswith("Keep the base model: no round is surely better.")


@pytest.mark.parametrize(
    ("verdict", "advice"),
    [("OK", "Go on."), ("WARN", "Go on, and look closely"), ("NOT_ENOUGH_DATA", "Go on, but trust no number much")],
)
def test_advice_follows_the_latest_verdict(view_of, verdict, advice):
    head = view_of([20, 20], verdict_1=verdict)["head"]
    assert head["advice"].startswith(advice) and head["command"] == "ssd-iter resume 'run 1'"


def test_the_budget_is_told_in_rounds_and_in_time(view_of):
    assert view_of([20, 20], seconds=600.0)["head"]["budget"] == (
        "2 of 3 rounds are left, about 20 min 00 s at the pace so far."
    )
    assert view_of([20, 20])["head"]["budget"] == "2 of 3 rounds are left."


def test_abandoned_rounds_are_not_chosen(view_of):
    assert view_of([8, 20, 40, 21], rollbacks={3: 1})["head"]["round"] == 1


def test_the_base_alone_needs_no_runner_up(view_of):
    head = view_of([20])["head"]
    assert head["round"] == 0 and head["sentence"].endswith("40 problems, 80 samples).")


def test_a_round_that_the_harness_lost_is_neither_best_nor_gone_by(new_rows):
    rows = new_rows("run 1")
    rows.run()
    for round, verdict in enumerate(("wrong", "pass")):
        rows.ended(round)
        rows.solved(round, [2 * (verdict == "pass")] * 20)
    rows.graded(1, "toy/0", 2, "sandbox_error")
    with open_snapshot(rows.write()) as connection:
        head = index_view(connection, "run 1")["head"]
    assert (head["round"], head["kind"]) == (0, "invalid")
    assert head["advice"].startswith("Mend what made the latest round invalid first")
