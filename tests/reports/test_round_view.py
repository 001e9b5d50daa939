from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from reports.index_view import index_view
from reports.round_view import round_view
from reports.wording import NOTHING
from ssd_iter.exceptions import NotFoundError
from ssd_iter.run.paths import RunPaths
from stores.snapshot import open_snapshot


@pytest.fixture(scope="module")
def views(hand_run):
    with open_snapshot(hand_run) as connection:
        return {
            "base": round_view(connection, hand_run.run_id, 0),
            "first": round_view(connection, hand_run.run_id, 1),
            "index": index_view(connection, hand_run.run_id),
        }


@pytest.fixture
def view_of(new_rows):
    """Views one round of rows that a test makes."""

    def view(fill, round=1):
        rows = new_rows("made-1")
        rows.run()
        fill(rows)
        with open_snapshot(rows.write()) as connection:
            return round_view(connection, "made-1", round)

    return view


def tile(view, title):
    return next(tile for tile in view["tiles"] if tile["title"] == title)


def test_pass_at_k_is_what_the_solved_counts_give(views):
    assert tile(views["base"], "pass@1")["number"]["value"] == (0 * 4 + 0.5 * 2 + 1 * 2) / 8
    assert tile(views["base"], "pass@2")["number"]["value"] == 4 / 8
    assert tile(views["first"], "pass@1")["number"]["text"] == "75.0%"


def test_the_change_is_paired_by_problem(views):
    (change,) = tile(views["first"], "pass@1")["changes"]
    assert change["value"] == (1 + 1 + 0.5 + 0.5) / 8
    assert (change["n"], change["against"], change["text"]) == (8, "the base model", "+37.5 points")
    assert 0 < change["low"] < change["value"] < change["high"] <= 1


def test_the_first_sentence_says_what_the_round_did(views):
    verdict = views["first"]["verdict"]
    assert verdict["word"] == "Improved"
    opening = "Round 1 raised pass@1 from 37.5% to 75.0%: +37.5 points against the base model (95% interval +"
    assert verdict["sentence"].startswith(opening)


def test_round_zero_is_the_base_model(views):
    assert views["base"]["verdict"]["word"] == "Base model"
    assert "8 problems, 16 samples" in views["base"]["verdict"]["sentence"]
    assert [tile["changes"] for tile in views["base"]["tiles"]] == [[]] * 6


def test_differences_without_an_interval_carry_no_verdict(view_of):
    def fill(rows):
        for round in (0, 1):
            rows.ended(round)
            rows.solved(round, (1, 2))
            rows.metric(round, "repetition_rate", 0.1 + round / 8)

    (row,) = [row for row in view_of(fill)["form"] if row["title"] == "repetition"]
    (change,) = row["cells"][1]["changes"]
    assert (change["text"], change["word"]) == ("+12.5 points", "")


def test_the_change_of_a_mean_over_problems_is_paired_too(views):
    (change,) = tile(views["first"], "extraction rate")["changes"]
    assert (change["n"], change["against"], change["word"]) == (8, "the base model", "No clear change")


def test_the_funnel_counts_each_step_among_all_sampled(views):
    train, evaluation = views["first"]["funnels"]
    assert [step["now"]["share"] for step in train["steps"]] == [count / 40 for count in (40, 39, 38, 36, 37, 30)]
    assert [step["now"]["text"] for step in evaluation["steps"]] == [NOTHING] * 5


def test_kept_is_a_share_of_the_training_samples(views):
    kept = tile(views["first"], "kept for training")
    assert (kept["number"]["text"], kept["about"]) == ("75.0%", "30 of 40 training samples")


def test_stage_costs_add_up(views):
    rows = {row["stage"]: row for row in views["first"]["stages"]}
    assert (rows["generate"]["time"], rows["generate"]["rate"]) == ("3 min 20 s", "250")
    assert rows["all stages"]["time"] == "1 h 05 min"


def test_notes_of_config_and_model_are_told(views):
    assert [note["text"] for note in views["first"]["notes"]] == ["A demo.", "Made whole."]


def test_problems_that_moved_most_are_shown_first(views):
    passed = [item["problem_id"] for item in views["first"]["samples"]["items"] if item["passed"]]
    assert passed[:4] == ["toy/0", "toy/1", "toy/2", "toy/3"]
    assert len(views["first"]["samples"]["items"]) == 16


def test_a_sample_shows_the_calls_and_answers_that_were_tested(views):
    item = next(item for item in views["first"]["samples"]["items"] if item["problem_id"] == "toy/3")
    assert [(test["call"], test["expected"]) for test in item["tests"]] == [("solve(3)", "6"), ("solve([1])", "null")]
    assert "problem solved 1 of 2 times (the base model: 0 of 2)" in item["facts"]


def test_an_unfinished_run_says_so(views):
    assert views["index"]["state"] == {"kind": "unfinished", "text": "Not finished: 1 of 3 rounds ended so far."}
    assert [row["verdict"]["word"] for row in views["index"]["rounds"]] == ["Base model", "Improved"]


def test_pooled_problem_sets_are_named_where_there_are_several(views, hostile_run):
    with open_snapshot(hostile_run) as connection:
        pooled = index_view(connection, hostile_run.run_id)["pooled"]
    assert pooled.startswith("Numbers over all problems pool 3 problem sets, every problem counting the same: ")
    assert pooled.endswith(", 20 of fresh and 30 of humaneval.")
    assert views["index"]["pooled"] == views["first"]["pooled"] == ""


def test_a_run_without_an_ended_round_has_an_index(new_rows):
    rows = new_rows("new-1")
    rows.run()
    with open_snapshot(rows.write()) as connection:
        view = index_view(connection, "new-1")
    assert (view["latest"], view["rounds"], view["state"]["kind"]) == (None, [], "unfinished")


def test_an_unknown_round_is_not_found(hand_run):
    with open_snapshot(hand_run) as connection, pytest.raises(NotFoundError, match="no ended round 7"):
        round_view(connection, hand_run.run_id, 7)
    with open_snapshot(hand_run) as connection, pytest.raises(NotFoundError, match="other-1"):
        index_view(connection, "other-1")


def test_a_round_that_a_finding_ended_is_called_ended(view_of):
    def fill(rows):
        rows.ended(1, status="ended")
        message = "No sample was left to train on."
        rows.finding(1, "nothing_left", "error", message)

    verdict = view_of(fill)["verdict"]
    assert verdict["word"] == "Ended"
    assert verdict["sentence"].endswith("No sample was left to train on.")


def test_sandbox_errors_are_no_failures(view_of):
    def fill(rows):
        rows.ended(0)
        for index, verdict in enumerate(("pass", "sandbox_error", "no_code")):
            rows.graded(0, "toy/1", index, verdict)

    view = view_of(fill, round=0)
    assert view["samples"]["items"][0]["facts"][-1] == "problem solved 1 of 2 times"


def test_only_problems_of_both_rounds_are_compared(view_of):
    def fill(rows):
        for round in (0, 1):
            rows.ended(round)
            for problem in range(round, 3 + round):
                rows.graded(round, f"toy/{problem}", 0, "pass" if round else "wrong")
            rows.scores(round, (1,))

    verdict = view_of(fill)["verdict"]
    assert (verdict["changes"][0]["n"], verdict["word"]) == (2, "Improved")
    assert verdict["sentence"].endswith("+100.0 points against the base model (the same on every problem).")


def test_too_few_common_problems_give_no_clear_change(view_of):
    def fill(rows):
        for round in (0, 1):
            rows.ended(round)
            rows.graded(round, "toy/1", 0, "pass" if round else "wrong")
            rows.scores(round, (1,))

    verdict = view_of(fill)["verdict"]
    assert (verdict["word"], verdict["changes"]) == ("No clear change", [])


def test_every_set_and_verdict_is_among_the_shown_samples(hostile_run):
    with open_snapshot(hostile_run) as connection:
        items = round_view(connection, hostile_run.run_id, 2)["samples"]["items"]
        found = connection.execute("SELECT DISTINCT problem_set, verdict FROM executions WHERE round = 2").fetchall()
    assert len(items) == 20
    assert {(item["problem_set"], item["verdict"]) for item in items} == set(found)


def test_a_report_does_not_change_when_later_rounds_end(hostile_run, tmp_path):
    earlier = RunPaths(Path(shutil.copytree(hostile_run.shards, tmp_path / hostile_run.run_id / "shards")).parent)
    later = list(earlier.shards.glob("*/round=002"))
    assert later
    for folder in later:
        shutil.rmtree(folder)
    with open_snapshot(hostile_run) as now, open_snapshot(earlier) as then:
        assert round_view(now, hostile_run.run_id, 1) == round_view(then, hostile_run.run_id, 1)


def test_variety_is_shown_where_a_round_defines_it(view_of):
    def fill(rows):
        rows.ended(0)
        rows.ended(1)
        for round in (0, 1):
            rows.solved(round, (1, 2))
            rows.metric(round, "simpson_diversity", 0.8 - 0.1 * round, spread=0.05)
            rows.metric(round, "unique_at_2", 1.8)
            rows.metric(round, "unique_at_1", 1.0)
        rows.metric(1, "drift_auc_base", 0.6125, spread=0.05)
        rows.metric(1, "vendi_score", None)

    table = {row["title"]: row["cells"] for row in view_of(fill)["variety"]}
    assert list(table) == ["solution diversity", "unique programs@2", "told apart from the base model (AUC)"]
    training, evaluation = table["solution diversity"]
    assert training["number"]["text"] == NOTHING and evaluation["number"]["text"] == "70.0%"
    assert evaluation["changes"][0]["against"] == "the base model"
    assert table["told apart from the base model (AUC)"][1]["number"]["text"] == "0.613"
