from __future__ import annotations

from reports.blocks.changed import changed


def test_problems_are_counted_by_which_way_they_moved(two_rounds):
    problems = changed(*two_rounds((0, 0, 1, 2, 2), (2, 1, 1, 1, 0)), 1)["problems"]
    assert (problems["better"], problems["worse"], problems["same"]) == (2, 2, 1)
    assert (problems["won"], problems["lost"], problems["p"]) == (2, 1, "1")


def test_the_problems_that_moved_most_come_first_with_their_counts(two_rounds):
    problems = changed(*two_rounds((0, 0, 2), (1, 2, 1)), 1)["problems"]
    told = [(row["problem_id"], row["before"], row["now"], row["crossed"]) for row in problems["up"]]
    assert told == [("toy/1", "0 of 2", "2 of 2", "newly solved"), ("toy/0", "0 of 2", "1 of 2", "newly solved")]
    assert [(row["problem_id"], row["crossed"]) for row in problems["down"]] == [("toy/2", "")]


def test_no_more_than_ten_problems_are_named(two_rounds):
    problems = changed(*two_rounds((0,) * 12, (1,) * 12), 1)["problems"]
    assert (problems["better"], len(problems["up"]), problems["down"]) == (12, 10, [])


def test_measures_are_ordered_by_how_sure_their_change_is(seen):
    def fill(rows):
        for round in (0, 1):
            rows.ended(round)
            for problem in range(4):
                # One problem of four is solved once more; the others lose the code of every second sample.
                rows.graded(round, f"toy/{problem}", 0, "pass" if round and not problem else "wrong")
                rows.graded(round, f"toy/{problem}", 1, "no_code" if round and problem else "wrong")
            rows.scores(round, (1,))
            rows.metric(round, "extraction_rate", 1 - 0.375 * round)
            rows.metric(round, "repetition_rate", 0.1)

    block = changed(*seen(fill), 1)
    told = [(row["title"], row["change"]["n"], row["z"]) for row in block["metrics"]]
    assert told == [("extraction rate", 4, "3.0"), ("pass@1", 4, "1.0")]
    assert [row["title"] for row in block["unsure"]] == ["repetition"]


def test_only_what_differs_in_the_making_is_told(two_rounds):
    made_of = {row["what"]: (row["before"], row["now"]) for row in changed(*two_rounds((1, 1), (1, 1)), 1)["made_of"]}
    assert made_of["follows"] == ("–", "the base model")
    assert "training pairs" not in made_of


def test_the_base_model_follows_nothing(seen):
    assert changed(*seen(lambda rows: rows.ended(0), 0), 0) is None


def test_a_metric_that_only_an_older_version_knew_is_left_out(two_rounds):
    def add(rows):
        for round in (0, 1):
            rows.metric(round, "unique_solutions", 2.0)

    block = changed(*two_rounds((0, 1), (1, 1), add), 1)
    assert {row["title"] for row in [*block["metrics"], *block["unsure"]]} == {"pass@1", "pass@2"}
