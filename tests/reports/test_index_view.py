from __future__ import annotations

import json

import pytest

from reports.index_view import index_view
from reports.render import write_index
from reports.settings import own_settings
from stores.snapshot import open_snapshot


@pytest.fixture
def page_of(new_rows):
    """The page of rows that a test makes, and its document."""

    def make(fill):
        rows = new_rows("made-1")
        rows.run()
        fill(rows)
        page = write_index(rows.write()).read_text()
        return page, json.loads(rows.paths.report.read_text())

    return make


def test_a_run_without_rounds_says_what_is_missing(page_of):
    page, report = page_of(lambda rows: None)
    assert "No round has ended yet." in page and "ssd-iter status made-1" in page
    assert (report["head"], report["trend"]["panels"], report["heat"]["rows"]) == (None, [], [])


def test_the_base_alone_says_that_a_second_round_is_needed(page_of):
    page, _ = page_of(lambda rows: (rows.ended(0), rows.solved(0, (0, 1, 2))))
    assert "Best: the base model" in page
    assert "Only the base model has graded samples; a second round shows what is learned and forgotten." in page


def test_rounds_that_failed_keep_their_rows(page_of):
    def fill(rows):
        rows.ended(0)
        rows.solved(0, (0, 1, 2))
        rows.ended(1, status="ended", verdict="COLLAPSE")
        rows.finding(1, "empty_training_set", "error", "No sample was left to train on.")

    page, report = page_of(fill)
    assert [row["verdict"]["word"] for row in report["rounds"]] == ["Base model", "Ended"]
    assert report["rounds"][1]["scores"][0]["number"]["text"] == "–"
    assert "Go back to the base model, or end here and keep that model." in page
    assert "No sample was left to train on." in page


def test_metrics_without_a_value_are_dashes(page_of):
    def fill(rows):
        for round in (0, 1):
            rows.ended(round)
            for name in ("pass_at_1", "pass_at_5", "extraction_rate", "simpson_diversity"):
                rows.metric(round, name, None)

    page, report = page_of(fill)
    assert {score["number"]["text"] for row in report["rounds"] for score in row["scores"]} == {"–"}
    assert "No round has numbers yet" in page and "No round has graded samples yet." in page


def test_the_best_round_stands_out(page_of):
    def fill(rows):
        for round, num in enumerate((4, 16)):
            rows.ended(round)
            rows.solved(round, [2] * num + [0] * (20 - num))

    page, _ = page_of(fill)
    assert page.count('<tr class="best">') == 1 and "Best round: 1" in page


def test_only_several_problem_sets_have_curves_of_their_own(hostile_run, hand_run):
    for run, sets in ((hostile_run, 3), (hand_run, 0)):
        with open_snapshot(run) as connection:
            assert len(index_view(connection, run.run_id)["by_set"]["panels"]) == sets


def test_settings_that_are_not_as_they_come_are_told_beside_the_default():
    config = {"name": "x", "rounds": 3, "train": {"learning_rate": 0.5}, "problems": {"train": ["a", "b"]}, "gone": 1}
    rows = {row["key"]: (row["value"], row["default"]) for row in own_settings(config, {})}
    assert rows.keys() == {"train.learning_rate", "problems.train"}
    assert rows["train.learning_rate"][0] == "0.5" and rows["problems.train"][0] == "a, b"


def test_what_was_left_to_auto_is_told_from_what_was_asked_for():
    config = {"engine": {"name": "vllm", "dtype": "float32"}}
    rows = {row["key"]: (row["value"], row["default"]) for row in own_settings(config, {"engine.dtype": "float32"})}
    assert rows == {"engine.name": ("vllm", "auto"), "engine.dtype": ("auto, found: float32", "auto")}
