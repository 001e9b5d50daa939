from __future__ import annotations

import json

import pytest

from reports.facts import load_facts
from reports.verdict import verdict_of
from reports.wording import MINUS
from stores.snapshot import open_snapshot

PASSES = (0, 0, 0, 0, 1, 1, 2, 2)


@pytest.fixture
def judged(new_rows):
    """The verdict of round 1 of a run in which the rounds solve so much, and which a test fills further."""

    def make(now=PASSES, fill=lambda rows: None, **ended):
        rows = new_rows("judged-1")
        rows.run()
        rows.ended(0)
        rows.solved(0, PASSES)
        rows.ended(1, **ended)
        if now:
            rows.solved(1, now)
        fill(rows)
        with open_snapshot(rows.write()) as connection:
            return verdict_of(load_facts(connection, "judged-1"), 1)

    return make


def check(verdict, name):
    return next(check for check in verdict["checks"] if check["check"] == name)


def test_more_than_a_hundredth_of_sandbox_errors_makes_a_round_invalid(judged):
    def fill(rows):
        for index in range(2, 6):
            rows.graded(1, "toy/0", index, "sandbox_error")

    verdict = judged(fill=fill)
    assert (verdict["kind"], verdict["word"]) == ("invalid", "Invalid")
    assert "The sandbox failed on 4 of 20 evaluation samples (20.0%)." in verdict["sentence"]
    assert check(verdict, "sandbox errors")["result"] == "fault"


def test_another_number_of_samples_than_before_makes_a_round_invalid(judged):
    def fill(rows):
        for problem in range(8):
            rows.graded(1, f"toy/{problem}", 2, "wrong")

    verdict = judged(fill=fill)
    assert verdict["kind"] == "invalid"
    assert "24 samples were graded here and 16 there" in verdict["sentence"]


def test_other_problems_than_before_do_not_make_a_round_invalid(judged):
    assert judged(fill=lambda rows: rows.graded(1, "toy/99", 0, "pass"))["kind"] == "unclear"


def test_a_loss_that_is_not_finite_makes_a_round_invalid(judged):
    def fill(rows):
        rows.finding(1, "loss_not_finite", "error", "The loss of step 3 is not finite.")

    verdict = judged((), fill, status="ended", verdict="COLLAPSE")
    assert verdict["kind"] == "invalid" and "The loss of step 3 is not finite." in verdict["sentence"]


def test_what_the_detectors_found_stands_beside_a_fault(judged):
    def fill(rows):
        for index in range(2, 6):
            rows.graded(1, "toy/0", index, "sandbox_error")
        rows.finding(1, "collapse", "error", "pass@1 fell by 20 points", metric="pass_at_1", reference="round 0")

    verdict = judged(fill=fill, verdict="COLLAPSE")
    assert (verdict["kind"], verdict["beside"]) == ("invalid", "pass@1 fell by 20 points.")


def test_an_unclear_change_says_how_large_a_one_could_have_been_told(judged):
    verdict = judged((0, 0, 0, 0, 2, 1, 2, 1))
    assert verdict["kind"] == "unclear"
    assert verdict["power"].startswith("n is too small to tell a smaller change: with these 8 problems one of ")


def test_why_the_detectors_name_another_size_than_that_of_one_change_is_said(judged):
    def fill(rows):
        rows.finding(1, "no_decline", "info", "no fall was found; one of pass@1 by 9.0 points would have been")

    beside = judged((0, 0, 0, 0, 2, 1, 2, 1), fill)["beside"]
    assert "The detectors need another size than the one change above" in beside
    assert judged(fill=fill)["beside"] == "No fall was found; one of pass@1 by 9.0 points would have been."


def test_a_clear_change_needs_no_such_words(judged):
    verdict = judged((2, 2, 1, 1, 1, 1, 2, 2))
    assert (verdict["kind"], verdict["power"]) == ("improved", "")
    assert check(verdict, "change of pass@1, paired by problem")["found"].startswith("+37.5 points (+")


def test_a_round_that_got_worse_is_called_so(judged):
    verdict = judged((0,) * 8)
    assert verdict["word"] == "Worse"
    assert verdict["changes"][0]["text"] == f"{MINUS}37.5 points"


def test_the_thresholds_of_the_detectors_are_told(judged):
    def fill(rows):
        rows.finding(1, "no_decline", "info", "no fall was found")
        (row,) = rows.tables["findings"]
        evidence = {"alpha": 0.0125, "critical_t": 3.456, "detectable": 0.2}
        rows.tables["findings"] = [type(row)(**{**_fields(row), "evidence_json": json.dumps(evidence)})]

    rule = check(judged(fill=fill), "detectors")["rule"]
    assert "t above 3.46, at this round's share 0.0125 of alpha" in rule


def _fields(row):
    return {name: getattr(row, name) for name in type(row).__dataclass_fields__}


def test_a_round_without_an_evaluation_is_told_apart_from_a_fault(judged):
    verdict = judged((), status="ended")
    assert verdict["kind"] == "ended"
    assert check(verdict, "as many samples as before")["result"] == "unknown"
