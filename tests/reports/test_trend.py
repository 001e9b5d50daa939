from __future__ import annotations

import pytest

from reports.facts import load_facts
from reports.trend import round_seconds, trend
from stores.snapshot import open_snapshot


@pytest.fixture
def trend_of(new_rows):
    """The trend of rows that a test makes."""

    def make(fill):
        rows = new_rows("made-1")
        rows.run()
        fill(rows)
        with open_snapshot(rows.write()) as connection:
            return trend(load_facts(connection, "made-1"))

    return make


def panels(found):
    return {panel["title"]: panel for panel in found["panels"]}


def test_every_panel_has_a_point_for_every_round(hostile_run):
    with open_snapshot(hostile_run) as connection:
        found = trend(load_facts(connection, hostile_run.run_id))
    assert list(panels(found)) == ["pass@1", "pass@4", "solution diversity", "kept for training", "training loss",
                                   "time of all stages"]  # fmt: skip
    assert all([point["round"] for point in panel["points"]] == [0, 1, 2] for panel in found["panels"])
    assert found["missing"] == []


def test_the_base_model_is_the_reference_where_it_has_the_number(hand_run):
    with open_snapshot(hand_run) as connection:
        found = panels(trend(load_facts(connection, hand_run.run_id)))
    assert (found["pass@1"]["base"], found["pass@1"]["base_text"]) == (0.375, "37.5%")
    assert (found["training loss"]["base"], found["training loss"]["base_text"]) == (None, "")
    assert found["pass@1"]["about"] == "n = 8 problems; 95% bootstrap intervals over problems"


def test_kept_samples_are_counted_and_times_added_up(hand_run):
    with open_snapshot(hand_run) as connection:
        facts = load_facts(connection, hand_run.run_id)
    kept = panels(trend(facts))["kept for training"]["points"]
    assert [(point["value"], point["text"], point["interval"]) for point in kept] == [
        (None, "–", ""),
        (0.75, "75.0% of 40", ""),
    ]
    assert (round_seconds(facts, 0), round_seconds(facts, 1)) == (200, 3900)


def test_what_no_round_has_is_named_and_not_drawn(trend_of):
    found = trend_of(lambda rows: (rows.ended(0), rows.solved(0, (1, 2)), rows.metric(0, "train_loss", None, "train")))
    assert list(panels(found)) == ["pass@1", "pass@2"]
    assert found["missing"] == ["solution diversity", "kept for training", "training loss", "time of all stages"]


def test_a_round_without_the_number_is_a_gap(trend_of):
    def fill(rows):
        for round in range(3):
            rows.ended(round)
            rows.metric(round, "train_loss", None if round == 1 else float("nan") if round == 0 else 0.4, "train")

    points = panels(trend_of(fill))["training loss"]["points"]
    assert [(point["value"], point["text"]) for point in points] == [(None, "not finite"), (None, "–"), (0.4, "0.400")]


def test_only_rounds_that_lead_to_the_latest_are_on_the_line(rollback_run):
    with open_snapshot(rollback_run) as connection:
        found = trend(load_facts(connection, rollback_run.run_id))
    assert [point["on_line"] for point in found["panels"][0]["points"]] == [True, True, False, False, True]


def test_rounds_with_other_problems_show_the_range_of_n(trend_of):
    def fill(rows):
        for round, passes in enumerate([(1, 2), (1, 2, 0)]):
            rows.ended(round)
            rows.solved(round, passes)

    assert panels(trend_of(fill))["pass@1"]["about"].startswith("n = 2 to 3 problems;")
