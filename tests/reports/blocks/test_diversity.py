from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.blocks.diversity import MOST_BINS, bin_edges, diversity_curve, lengths


@given(longest=st.integers(0, 10**6))
def test_bins_are_few_and_hold_the_longest(longest):
    edges = bin_edges(longest)
    assert edges[0] == 0 and edges[-2] <= longest < edges[-1] and 1 <= len(edges) - 1 <= MOST_BINS


def test_shares_of_lengths_add_up_in_both_rounds(two_rounds):
    facts, details = two_rounds((1, 1, 1), (1, 1, 1))
    (panel,) = lengths(facts, details, 1, ("train", "eval"))
    assert (panel["title"], panel["n"], panel["before"], panel["cut"]) == (
        "evaluation samples",
        6,
        "the base model",
        "0.0%",
    )
    assert sum(each["now"] for each in panel["bins"]) == pytest.approx(1)
    assert sum(each["before"] for each in panel["bins"]) == pytest.approx(1)


def test_cut_off_samples_are_counted(seen):
    def fill(rows):
        rows.ended(0)
        for index, verdict in enumerate(("pass", "no_code")):
            rows.graded(0, "toy/1", index, verdict)

    (panel,) = lengths(*seen(fill, 0), 0, ("eval",))
    assert (panel["cut"], panel["before"]) == ("50.0%", None)
    assert {each["before"] for each in panel["bins"]} == {None}


def test_only_measures_that_some_round_defines_are_drawn(seen):
    def fill(rows):
        rows.ended(0)
        rows.metric(0, "simpson_diversity", 0.8, spread=0.1)
        rows.metric(0, "correct_diversity", None)

    curve = diversity_curve(seen(fill, 0)[0])
    assert curve["series"] == ["solution diversity"] and len(curve["points"]) == 1
