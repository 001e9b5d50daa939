from __future__ import annotations

import dataclasses

import pytest

from reports.blocks.forest import forest
from ssd_iter.records import ProblemRow


@pytest.fixture
def by_level(two_rounds):
    """Twelve problems of level 0 that are all learned, twelve of level 1 that stay as they are."""

    def add(rows):
        for problem in range(24):
            rows.problem(f"toy/{problem}", [])
        rows.tables["problems"] = [
            dataclasses.replace(row, level=int(row.problem_id.removeprefix("toy/")) // 12)
            for row in rows.tables["problems"]
            if isinstance(row, ProblemRow)
        ]

    return two_rounds((0,) * 24, (2,) * 12 + (0,) * 12, add)


def test_each_kind_of_problem_has_its_own_paired_change(by_level):
    rows = {row["label"]: row for row in forest(*by_level, 1)["rows"]}
    assert list(rows) == ["all problems", "level 0", "level 1"]
    assert (rows["level 0"]["value"], rows["level 1"]["value"], rows["all problems"]["value"]) == (1.0, 0.0, 0.5)
    assert (rows["level 0"]["kind"], rows["level 1"]["kind"]) == ("improved", "unclear")


def test_a_kind_with_one_problem_has_no_row(two_rounds):
    def add(rows):
        for round in (0, 1):
            rows.graded(round, "other/1", 0, "pass")

    facts, details = two_rounds((0, 1, 2), (1, 1, 2), add)
    assert [row["label"] for row in forest(facts, details, 1)["rows"]] == ["all problems", "set toy"]


def test_problems_that_are_all_alike_have_no_forest(two_rounds):
    assert forest(*two_rounds((0, 1), (1, 1)), 1) is None


def test_without_an_earlier_round_there_is_no_forest(seen):
    def fill(rows):
        rows.ended(0)
        rows.solved(0, (1, 2))

    assert forest(*seen(fill, 0), 0) is None
