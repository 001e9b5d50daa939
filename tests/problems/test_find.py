from __future__ import annotations

import json
from pathlib import Path

import pytest

from ssd_iter.exceptions import NotFoundError
from ssd_iter.problems.catalog import load_problems
from ssd_iter.problems.find import find_problem


def test_an_id_says_where_its_problem_is():
    for selector in ("humaneval?n=2", "fresh:dev?n=2&seed=9", "fresh:train?n=2&seed=9&style=stdin"):
        for problem in load_problems([selector], fresh_seed=0):
            assert find_problem(problem.problem_id) == problem


def test_ones_own_problem_is_found_in_the_file_named(tmp_path: Path):
    (tmp_path / "mine.jsonl").write_text(json.dumps({"prompt": "def f():\n    ...\n", "entry_point": "f"}))
    assert find_problem("mine/all/1", f"file:{tmp_path / 'mine.jsonl'}").entry_point == "f"


@pytest.mark.parametrize(
    ("problem_id", "selector", "said"),
    [
        ("humaneval/test/999", None, r"no problem 'humaneval/test/999' in humaneval:test; `ssd-iter problems list"),
        ("humaneval/tset/1", None, "does not say which set it is of"),
        ("mine/all/1", None, "--from file:PATH"),
        ("nonsense", None, "does not say which set it is of"),
        ("fresh-v1-0/train/scalar-000000000000", None, "among generated ones"),
        ("mbpp/test/11", None, "problems import mbpp --split test"),
        ("humaneval/test/0", "fresh:train?n=1", "no problem 'humaneval/test/0' in fresh:train"),
    ],
)
def test_an_id_that_is_nowhere_is_said_with_the_way_on(problem_id, selector, said, tmp_path, monkeypatch):
    monkeypatch.setenv("SSD_ITER_HOME", str(tmp_path))
    with pytest.raises(NotFoundError, match=said):
        find_problem(problem_id, selector)
