"""The ten questions, asked of a run whose answers are known: `EVALUATED` and `TRAINED` in tests/conftest.py."""

from __future__ import annotations

import pytest

from stores.examples import EXAMPLES
from stores.sql_console import run_query

QUESTIONS = {example.question: example for example in EXAMPLES}


@pytest.fixture
def answer(written_run):
    """The rows that answer the question that holds some words."""

    def ask(words: str) -> list[tuple]:
        (example,) = [example for question, example in QUESTIONS.items() if words in question]
        return run_query(written_run, example.sql).rows

    return ask


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.question)
def test_of_a_run_that_wrote_nothing_there_is_nothing_to_say(paths, example):
    assert run_query(paths, example.sql).rows == []


def test_lost_is_what_was_solved_and_is_not_any_more(answer):
    assert [(row[0], row[2]) for row in answer("no sample solve any more")] == [("toy/eval/forgotten", [1, 1, 0])]


def test_every_problem_has_one_life(answer):
    lives = dict(answer("became of every"))
    assert lives == {"always": 1, "learned": 1, "never": 3}


def test_wrong_answers_that_become_alike_are_seen(answer):
    assert answer("wrong answers") == [(0, 0.0, 5), (1, pytest.approx(0.5), 4), (2, 1.0, 4)]


def test_what_was_kept_before_is_counted_and_what_is_kept_twice(answer):
    assert answer("again and again") == [(1, 3, 0.0, 0.0), (2, 4, 0.5, 0.75)]


def test_length_is_compared_on_the_same_problems(answer):
    assert answer("length") == [(1, 2.0, 0.0, 5), (2, 4.0, 0.0, 5)]


def test_filter_reasons_stand_beside_each_other_by_round(answer):
    assert answer("filter reasons") == [("kept", 0.75, 1.0), ("syntax", 0.25, None)]


def test_the_change_of_a_problem_is_against_itself(answer):
    rows = answer("How sure")
    assert [(row[0], row[1], row[5]) for row in rows] == [(1, 0, 5), (2, 1, 5)]
    assert [row[2] for row in rows] == pytest.approx([0.05, 0.1])
    # Changes of the five problems: 1/4, 1/4, 0, -1/4, 0.
    assert rows[0][3] == pytest.approx(1.96 * (0.175 / 4 / 5) ** 0.5)
    assert rows[0][4] == pytest.approx(rows[0][3] * 3.24 / 1.96)


def test_sharpening_is_a_gap_that_closes(answer):
    rows = answer("sharpen")
    assert [(row[0], row[2]) for row in rows] == [(0, 0.2), (1, 0.25), (2, 0.35)]
    assert [row[3:] for row in rows] == [(4, 0.6, pytest.approx(0.4)), (4, 0.6, pytest.approx(0.35)), (4, 0.6, 0.25)]


def test_the_training_set_is_told_by_level(answer):
    assert answer("feed the training set") == [
        (1, "toy", 0, 2, 2, pytest.approx(2 / 3)),
        (1, "toy", 1, 2, 1, pytest.approx(1 / 3)),
        (2, "toy", 0, 2, 2, 0.5),
        (2, "toy", 1, 2, 2, 0.5),
    ]


def test_failures_are_told_by_kind(answer):
    shares = {(row[0], row[1]): row[2] for row in answer("answers fail")}
    assert shares[0, "no_code"] == 0.05 and (2, "no_code") not in shares
    assert sum(share for (round, _), share in shares.items() if round == 0) == pytest.approx(1)
