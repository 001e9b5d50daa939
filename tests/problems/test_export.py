"""What is exported is a file of one's own, and says the same."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from ssd_iter.problems.base import Problem, TestCase
from ssd_iter.problems.catalog import load_problems
from ssd_iter.problems.export import canary_of, export_problems

WORDS = Problem(
    problem_id="set/split/words",
    problem_set="set",
    split="split",
    statement="Add a and b.",
    starter_code="class Solution:\n    def add(self, a, b):\n",
    statement_in_code=False,
    entry_point="add",
    preamble="import math\n",
    cases=(TestCase((1, [2]), {"a": None}, visible=True), TestCase((), "x")),
    comparison="livecodebench",
    time_limit=6.0,
    memory_mb=4096,
    difficulty="easy",
    date="2025-02-01",
    tags=("leetcode", "two"),
    reference="def add(): ...\n",
    source_version="abc",
    licence="cc",
)
SAME = (
    "style", "statement", "starter_code", "statement_in_code", "entry_point", "preamble", "cases", "check",
    "comparison",
    "inproc", "reference", "time_limit", "memory_mb", "level", "difficulty", "date", "tags", "family", "semantic_key",
    "licence", "content_sha256",
)  # fmt: skip


def again(problems: list[Problem], tmp_path: Path) -> list[Problem]:
    assert export_problems(problems, tmp_path / "out.jsonl") == len(problems)
    return load_problems([f"file:{tmp_path / 'out.jsonl'}"], fresh_seed=0)


@pytest.mark.parametrize(
    "selector", ["fresh:train?n=12&levels=0-3", "fresh:dev?n=6&style=stdin", "fresh:test-out?n=4", "words", "untested"]
)
def test_what_is_read_again_is_the_same_problem(tmp_path: Path, selector: str) -> None:
    given = {"words": [WORDS], "untested": [replace(WORDS, style="stdin", starter_code="", cases=())]}
    problems = given.get(selector) or load_problems([selector], fresh_seed=3)
    for problem, read in zip(problems, again(problems, tmp_path), strict=True):
        assert read.problem_id == f"out/all/{problem.problem_id}"
        for name in SAME if selector != "untested" else [name for name in SAME if name != "preamble"]:
            if name != "statement" or not problem.statement_in_code:
                assert getattr(read, name) == getattr(problem, name) or name == "content_sha256", name


def test_humaneval_keeps_what_is_asked_and_tested(tmp_path: Path, humaneval_problems: list[Problem]) -> None:
    for problem, read in zip(humaneval_problems, again(humaneval_problems, tmp_path), strict=True):
        for name in ("starter_code", "entry_point", "preamble", "check", "reference", "licence"):
            assert getattr(read, name) == getattr(problem, name)


def test_every_line_carries_a_mark_that_is_one_for_all_of_a_source(tmp_path: Path) -> None:
    problems = load_problems(["fresh:train?n=3"], fresh_seed=1)
    export_problems(problems, tmp_path / "out.jsonl")
    marks = {json.loads(line)["canary"] for line in (tmp_path / "out.jsonl").read_text().splitlines()}
    assert marks == {canary_of(problems[0])}
    assert "not for training" in canary_of(replace(problems[0], split="test-in"))
    assert canary_of(problems[0]) != canary_of(replace(problems[0], source_version="fresh-v1-2"))
