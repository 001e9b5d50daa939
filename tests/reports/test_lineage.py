"""What reports say of who descends from whom: after a rollback, and for every knob of the lineage."""

from __future__ import annotations

from itertools import product

import pytest

from reports.index_view import index_view
from reports.lineage import MOST_OLDER_EDGES, lineage, round_sentence
from reports.round_view import round_view
from ssd_iter.config.schema import LineageConfig
from ssd_iter.run.lineage import Lineage
from stores.snapshot import open_snapshot

KNOBS = [
    {"sample_from": sample_from, "train_from": train_from, "data": data}
    for sample_from, train_from, data in product(("previous", "base"), ("previous", "base"), ("replace", "mix"))
]


@pytest.fixture(scope="module")
def back(rollback_run):
    """The round 4 that follows round 1, the plain round 3, and the index."""
    with open_snapshot(rollback_run) as connection:
        return {
            "fourth": round_view(connection, rollback_run.run_id, 4),
            "third": round_view(connection, rollback_run.run_id, 3),
            "index": index_view(connection, rollback_run.run_id),
        }


def lineage_of(facts):
    return lineage(facts, {row.round: {"kind": "unclear", "word": "No clear change"} for row in facts.rounds})


def edges(facts, kind):
    return {(edge["from"], edge["to"]) for edge in lineage_of(facts)["edges"] if edge["kind"] == kind}


def test_after_a_rollback_a_round_is_compared_with_the_round_it_follows(back):
    changes = back["fourth"]["verdict"]["changes"]
    assert [(change["against"], change["value"]) for change in changes] == [("round 1", 1 / 8), ("the base model", 0.5)]
    sentence = back["fourth"]["verdict"]["sentence"]
    assert sentence.startswith("Round 4 did not clearly move pass@1 (75.0% before, 87.5% now): +12.5 points")
    assert "against round 1, which it follows (95% interval" in sentence
    assert "against the base model (95%" in sentence


def test_a_round_after_the_one_before_is_told_as_ever(back):
    sentence = back["third"]["verdict"]["sentence"]
    assert "against round 2 (95%" in sentence and "follows" not in sentence
    assert back["third"]["samples"]["rule"].endswith("moved most since the round before.")


def test_every_part_of_a_round_is_compared_with_the_round_it_follows(back):
    view = back["fourth"]
    assert view["before"] == view["funnels"][1]["before"] == "round 1"
    assert view["sets"]["against"] == ["round 1", "the base model"]
    extraction = next(tile for tile in view["tiles"] if tile["title"] == "extraction rate")
    assert [(change["against"], change["n"]) for change in extraction["changes"]] == [("round 1", 8)]
    assert view["verdicts"][0]["before"] == "75.0%"


def test_the_samples_shown_first_moved_since_the_round_it_follows(back):
    samples = back["fourth"]["samples"]
    assert samples["rule"].endswith("moved most since round 1, which it follows.")
    assert {item["problem_id"] for item in samples["items"][:3:2]} == {"toy/2", "toy/3"}
    assert "(round 1: 1 of 2)" in samples["items"][0]["facts"][-1]


def test_the_index_compares_with_the_round_it_follows_and_says_so(back, rollback_run):
    rows = back["index"]["rounds"]
    assert [row["follows"] for row in rows] == ["", "", "", "", "follows round 1"]
    assert rows[4]["scores"][0]["changes"][0]["value"] == 1 / 8
    page = rollback_run.index.read_text()
    assert "since the round it follows" in page and "since the round before" not in page
    assert "The line follows the rounds that led to the latest one; hollow marks are abandoned rounds." in page


def test_a_plain_index_says_the_round_before(hostile_run):
    page = hostile_run.index.read_text()
    assert "since the round before" in page and "follows round" not in page and "whichever" not in page


def test_an_event_is_told_in_words(back):
    (event,) = back["index"]["events"]
    assert (event["kind"], event["stage"], event["message"]) == ("rolled back", "–", "round 4 follows round 1")


def test_a_parent_without_an_evaluation_is_passed_over(facts_of):
    facts = facts_of(4, {3: 1}, ended=(1,))
    assert [facts.previous(round) for round in range(5)] == [None, 0, 0, 0, 3]


def test_a_round_that_ended_is_not_the_end_of_a_run_that_went_on(new_rows):
    rows = new_rows("on-1")
    rows.run(rounds=2)
    for round, status in enumerate(("finished", "ended", "finished")):
        rows.ended(round, status, lineage=Lineage(LineageConfig(), {2: 0}))
    with open_snapshot(rows.write()) as connection:
        assert index_view(connection, "on-1")["state"]["kind"] == "finished"


def test_each_rollback_opens_a_lane_and_only_ancestors_of_the_latest_are_on_its_path(facts_of):
    nodes = lineage_of(facts_of(7, {4: 1, 6: 3}))["nodes"]
    assert [node["lane"] for node in nodes] == [0, 0, 0, 0, 1, 1, 2, 2]
    assert [node["round"] for node in nodes if node["on_path"]] == [0, 1, 2, 3, 6, 7]


@pytest.mark.parametrize("knobs", KNOBS, ids=lambda knobs: "-".join(knobs.values()))
@pytest.mark.parametrize("rollbacks", [{}, {4: 1}], ids=["plain", "rollback"])
def test_the_edges_are_the_lineages(facts_of, knobs, rollbacks):
    facts, planned = facts_of(5, rollbacks, **knobs), Lineage(LineageConfig(**knobs), rollbacks)
    sources = {round: (planned.trained_from(round), planned.sampled_from(round)) for round in range(1, 6)}
    assert edges(facts, "trained from") == {(weights, round) for round, (weights, _) in sources.items()}
    others = {(sampler, round) for round, (weights, sampler) in sources.items() if sampler != weights}
    assert edges(facts, "samples drawn by") == others
    older = {(source.round, round) for round in sources for source in planned.data_of(round)[:-1]}
    assert edges(facts, "also trained on") == older


def test_too_many_older_samples_are_said_not_drawn(facts_of):
    few, many = facts_of(4, data="accumulate"), facts_of(5, data="accumulate")
    assert len(edges(few, "also trained on")) == MOST_OLDER_EDGES and not edges(many, "also trained on")
    assert lineage_of(many)["legend"][-1] == "Lines from older samples are too many to draw: the table has them."
    assert lineage_of(many)["nodes"][5]["data"] == "rounds 1 to 5"


def test_a_plain_run_is_told_in_one_sentence(facts_of):
    found = lineage_of(facts_of(2))
    assert found["sentences"] == [
        "Each round follows the one before. It starts from that round's weights and is trained on samples drawn by "
        "that round's model."
    ]
    assert found["legend"] == ["Solid lines lead to a round from the one whose weights it was trained from."]


def test_a_rollback_names_the_rounds_it_abandons(facts_of):
    _, first, second = lineage_of(facts_of(6, {3: 1, 5: 2}))["sentences"]
    assert first == "Round 3 follows round 1; round 2 was abandoned."
    assert second == "Round 5 follows round 2; rounds 3 and 4 were abandoned."


@pytest.mark.parametrize(
    ("round", "rollbacks", "knobs", "sentence"),
    [
        (2, {}, {}, "Follows round 1. Trained from round 1's weights on samples drawn by round 1's model."),
        (
            4,
            {4: 1},
            {"data": "accumulate"},
            "Follows round 1, after a rollback. Trained from round 1's weights on the samples of rounds 1 and 4 "
            "(accumulate); those of round 4 were drawn by round 1's model.",
        ),
        (
            4,
            {},
            {"data": "mix", "mix_fraction": 0.07, "sample_from": "base", "train_from": "base"},
            "Follows round 3. Trained from the base model's weights on the samples of round 4 and 7% of those of "
            "round 1 (mix); those of round 4 were drawn by the base model.",
        ),
        (0, {}, {}, ""),
    ],
)
def test_a_round_says_what_it_was_made_from(facts_of, round, rollbacks, knobs, sentence):
    assert round_sentence(facts_of(4, rollbacks, **knobs), round) == sentence


def test_a_round_without_a_model_was_only_to_be_trained(facts_of):
    assert "Was to be trained from round 1's weights" in round_sentence(facts_of(2, ended=(2,)), 2)


def test_a_rounds_provenance_names_its_sources(back):
    rows = {row["key"]: row["value"] for row in back["fourth"]["provenance"]}
    named = ("follows", "trained from", "samples drawn by", "trained on samples of")
    assert [rows[name] for name in named] == ["round 1", "round 1", "round 1", "round 4"]
