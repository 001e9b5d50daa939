from __future__ import annotations

from reports.blocks.cost import stage_table


def test_shares_are_of_all_stages_and_memory_is_the_largest_programs(two_rounds):
    def add(rows):
        rows.metric(1, "generate_seconds", 30.0, "")
        rows.metric(1, "generate_tokens", 600.0, "")
        rows.metric(1, "grade_seconds", 10.0, "")

    rows = {row["stage"]: row for row in stage_table(*two_rounds((1, 1), (1, 1), add), 1)}
    assert (rows["generate"]["share"], rows["generate"]["rate"], rows["grade"]["share"]) == ("75.0%", "20", "25.0%")
    assert (rows["grade"]["memory"], rows["generate"]["memory"]) == ("12 MiB", "–")
    assert rows["from start to end"]["time"] == "48 min 00 s"


def test_a_round_whose_stages_said_nothing_has_no_table(two_rounds):
    assert stage_table(*two_rounds((1, 1), (1, 1)), 1) == []
