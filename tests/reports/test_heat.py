from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from reports.heat import FEWEST_ROWS, MEANINGS, MOST_CELLS, heat, trajectory
from stores.connection import open_memory
from stores.examples import EXAMPLES
from stores.queries import Outcome


def evaluated(facts, passes):
    """The facts with these problems instead: for each the passes of 4 samples by round, None where none was graded."""
    outcomes = [
        Outcome(round, "T0.6", "toy", problem_id, 4, passed)
        for problem_id, row in passes.items()
        for round, passed in enumerate(row)
        if passed is not None
    ]
    return replace(facts, outcomes=tuple(outcomes))


@pytest.mark.parametrize(
    ("rates", "kind"),
    [
        ([1, 0.5, 0.75], "always"),
        ([0, 0.25, 0.49], "never"),
        ([0, 0.25, 0.5, 1], "learned"),
        ([1, 0.5, 0, 0], "forgotten"),
        ([0, 1, 0], "flickering"),
        ([1, 0, 1], "flickering"),
        ([None, 0, None, 1], "learned"),
        ([0.5, None], "always"),
    ],
)
def test_a_problem_is_solved_where_half_of_its_samples_pass(rates, kind):
    assert trajectory(rates) == kind


@given(st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), min_size=1))
def test_what_was_learned_reads_backwards_as_forgotten(rates):
    swapped = {"learned": "forgotten", "forgotten": "learned"}
    kind = trajectory(rates)
    assert trajectory(rates[::-1]) == swapped.get(kind, kind)


@hypothesis_settings(max_examples=30)
@given(st.lists(st.lists(st.integers(0, 4), min_size=3, max_size=3), min_size=1, max_size=8))
def test_the_query_that_the_documentation_gives_tells_the_same_classes(passes):
    (sql,) = [example.sql for example in EXAMPLES if example.question == "What became of every problem?"]
    rows = [f"('eval', 'T1', 'p{i}', {round}, 4, {c})" for i, each in enumerate(passes) for round, c in enumerate(each)]
    with open_memory() as connection:
        names = "purpose, decode_id, problem_id, round, n, c"
        connection.execute(f"CREATE TABLE problem_counts AS FROM (VALUES {', '.join(rows)}) AS rows({names})")
        told = dict(connection.execute(sql).fetchall())
    assert told == Counter(trajectory([c / 4 for c in each]) for each in passes)


def test_classes_stand_in_order_and_hold_every_problem_once(facts_of):
    passes = {"a": (0, 0, 0), "b": (4, 4, 4), "c": (0, 4, 4), "d": (4, 0, 0), "e": (0, 4, 0), "f": (0, 0, 4)}
    found = heat(evaluated(facts_of(2), passes))
    assert [each["kind"] for each in found["classes"]] == list(MEANINGS)
    assert [each["count"] for each in found["classes"]] == [1, 2, 1, 1, 1]
    assert [row["name"] for row in found["rows"]] == ["b", "c", "f", "d", "e", "a"]
    assert found["rows"][1]["rates"] == [0, 1, 1] and found["rows"][1]["texts"] == ["0.0%", "100.0%", "100.0%"]


def test_the_problems_that_moved_most_are_named_first(facts_of):
    found = heat(evaluated(facts_of(1), {"a": (1, 2), "b": (0, 4)}))
    learned = next(each for each in found["classes"] if each["kind"] == "learned")
    assert [(each["problem_id"], each["text"]) for each in learned["named"]] == [
        ("b", "0.0% → 100.0%"),
        ("a", "25.0% → 50.0%"),
    ]


def test_a_problem_without_a_sample_in_a_round_has_a_gap_there(facts_of):
    (row,) = heat(evaluated(facts_of(2), {"a": (0, None, 4)}))["rows"]
    assert (row["kind"], row["rates"]) == ("learned", [0, 1])
    first, _ = heat(evaluated(facts_of(2), {"a": (0, None, 4), "b": (0, 0, 0)}))["rows"]
    assert (first["rates"], first["texts"][1]) == ([0, None, 1], "–")


@given(num=st.integers(1, 3000))
def test_the_strip_stays_small_and_never_mixes_classes(facts_of, num):
    passes = {f"p{i:04}": ((0, 0), (4, 4), (0, 4))[i % 3] for i in range(num)}
    found = heat(evaluated(facts_of(1), passes))
    assert len(found["rows"]) * 2 <= MOST_CELLS + 2 * len(MEANINGS)
    assert sum(row["size"] for row in found["rows"]) == num
    assert all(len(set(row["rates"])) <= 2 and None not in row["rates"] for row in found["rows"])


def test_many_rounds_leave_some_rows(facts_of):
    found = heat(evaluated(facts_of(400), {f"p{i}": (i % 5,) * 401 for i in range(100)}))
    assert FEWEST_ROWS <= len(found["rows"]) <= FEWEST_ROWS + len(MEANINGS)


def test_abandoned_rounds_do_not_count(facts_of):
    found = heat(evaluated(facts_of(3, {3: 1}), {"a": (0, 4, 0, 4)}))
    assert found["rounds"] == ["base", "1", "3"] and found["rows"][0]["kind"] == "learned"


def test_fewer_than_two_rounds_say_what_is_missing(facts_of):
    assert heat(evaluated(facts_of(0), {"a": (2,)}))["empty"].startswith("Only the base model has graded samples")
    assert heat(evaluated(facts_of(0), {}))["empty"] == "No round has graded samples yet."
