from __future__ import annotations

import json
from datetime import timedelta

import pytest

from reports.index_view import index_view
from reports.render import write_index, write_round_report
from reports.round_view import round_view
from stores.snapshot import open_snapshot

PASSES = (0, 0, 0, 0, 1, 1, 2, 2)
FALL = {"metric": "pass_at_1", "reference": "round 1", "effect": 0.25, "low": 0.11, "high": 0.39, "p": 0.00025}


@pytest.fixture
def run_with(new_rows):
    """A run of a base and two rounds, the last of which has a verdict and what a test fills in."""

    def make(verdict, fill=lambda rows: None):
        rows = new_rows("judged-1")
        rows.run(rounds=4)
        for round in range(3):
            rows.ended(round, verdict=verdict if round == 2 else "OK")
            rows.solved(round, PASSES)
        fill(rows)
        return rows.write()

    return make


def view(paths, round=2):
    with open_snapshot(paths) as connection:
        return round_view(connection, paths.run_id, round)


def index(paths):
    with open_snapshot(paths) as connection:
        return index_view(connection, paths.run_id)


@pytest.mark.parametrize(
    ("verdict", "word"),
    [("WARN", "Warning"), ("DIVERSITY_COLLAPSE", "Diversity collapsing"), ("COLLAPSE", "Collapsing")],
)
def test_what_the_detectors_found_is_the_rounds_one_verdict(run_with, verdict, word):
    paths = run_with(verdict)
    assert view(paths)["verdict"]["word"] == index(paths)["rounds"][2]["verdict"]["word"] == word


@pytest.mark.parametrize("verdict", ["OK", "NOT_ENOUGH_DATA"])
def test_where_nothing_fell_the_paired_change_is_the_verdict(run_with, verdict):
    assert view(run_with(verdict))["verdict"]["word"] == "No clear change"


def test_how_large_a_fall_would_have_been_found_stands_beside_the_verdict(run_with):
    message = "no fall was found; one of pass@1 by 6.2 points would have been, nine times in ten"
    paths = run_with("OK", lambda rows: rows.finding(2, "no_decline", "info", message))
    assert view(paths)["verdict"]["beside"] == f"N{message[1:]}."
    assert view(paths, 1)["verdict"]["beside"] == ""


def test_a_fall_is_shown_with_its_reference_interval_and_problems(run_with):
    problems = ("toy/6", "toy/7")
    paths = run_with(
        "COLLAPSE", lambda rows: rows.finding(2, "collapse", "error", "it fell", **FALL, problems=problems)
    )
    (row,) = view(paths)["declines"]
    assert view(paths)["verdict"]["sentence"] == "It fell." and "pass@1" in view(paths)["verdict"]["beside"]
    assert (row["title"], row["against"], row["effect"]) == ("pass@1", "round 1", "25.0%")
    assert row["problems"] == "toy/6, toy/7" and row["p"] == "0.00025"
    page = write_round_report(paths, 2).read_text(encoding="utf-8")
    assert "What fell" in page and "toy/6, toy/7" in page


def test_a_finding_without_a_test_is_no_row_of_what_fell(run_with):
    paths = run_with("COLLAPSE", lambda rows: rows.finding(2, "nothing_extractable", "error", "None holds code."))
    assert view(paths)["declines"] == [] and "What fell" not in write_round_report(paths, 2).read_text(encoding="utf-8")


@pytest.mark.parametrize(("action", "kind"), [("stop", "ended"), ("continue", "unfinished")])
def test_a_run_that_its_policy_stopped_says_so_and_why(run_with, action, kind):
    def decided(rows):
        payload = json.dumps({"action": action, "to": None})
        made = rows.tables["runs"][0].created_at + timedelta(hours=3)
        where = {"round": 2, "stage": "", "created_at": made, "payload_json": payload}
        rows.add("events", **where, kind="policy", message=f"round 2 is COLLAPSE and the policy is {action}")

    paths = run_with("COLLAPSE", decided)
    assert index(paths)["state"]["kind"] == kind
    assert ("Stopped by its policy after round 2 of 4" in index(paths)["state"]["text"]) == (action == "stop")
    assert f"the policy is {action}" in write_index(paths).read_text(encoding="utf-8")


@pytest.mark.parametrize(("action", "kind"), [("rollback", "unfinished"), ("continue", "ended")])
def test_a_run_that_goes_back_has_not_ended_with_a_round_that_did(run_with, action, kind):
    def decided(rows):
        rows.ended(3, status="ended", verdict="COLLAPSE")
        made = rows.tables["runs"][0].created_at + timedelta(hours=4)
        payload = json.dumps({"action": action, "to": 0})
        where = {"round": 3, "stage": "", "created_at": made, "payload_json": payload}
        rows.add("events", **where, kind="policy", message="decided")

    assert index(run_with("OK", decided))["state"]["kind"] == kind
