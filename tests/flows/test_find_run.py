"""Which run a person means."""

from __future__ import annotations

import os

import pytest

from flows.experiment import find_run
from ssd_iter.exceptions import NotFoundError
from ssd_iter.run.paths import RunPaths, write_json

OLD, NEW = "demo-20260101-120000-aaaa", "demo-20260102-120000-0000"


@pytest.fixture
def runs(tmp_path):
    for name in (NEW, OLD):
        write_json(RunPaths(tmp_path / name).resolved, {})
    return tmp_path


def test_the_latest_is_the_one_made_last_though_another_was_touched(runs):
    os.utime(RunPaths(runs / OLD).resolved)
    assert find_run(runs, "@latest").run_id == NEW


@pytest.mark.parametrize("reference", [OLD, "demo-20260101"])
def test_a_run_is_known_by_its_id_or_the_beginning_of_it(runs, reference):
    assert find_run(runs, reference).run_id == OLD


def test_a_folder_may_be_anywhere(runs, tmp_path):
    assert find_run(tmp_path / "elsewhere", str(runs / OLD)).root == (runs / OLD).resolve()


def test_a_link_and_what_it_points_to_are_one_run(runs):
    (runs / "demo-20260101-best").symlink_to(OLD)
    assert find_run(runs, "demo-20260101").run_id == find_run(runs, "demo-20260101-best").run_id == OLD
    assert find_run(runs, "@latest").run_id == NEW


@pytest.mark.parametrize(("reference", "said"), [("demo", "2 runs in .* the latest of them: "), ("x", "0 runs in ")])
def test_what_is_not_one_run_is_refused_with_those_there_are(runs, reference, said):
    with pytest.raises(NotFoundError, match=f"{said}.*{OLD}, {NEW}; `ssd-iter runs` lists all"):
        find_run(runs, reference)
