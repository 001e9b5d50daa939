"""The notebook, run as a script on the run whose answers are known: tests/conftest.py, `EVALUATED` and `TRAINED`."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest

from ssd_iter.run.paths import RunPaths, write_json

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "from_run_to_figures.py"
MARKS = {"pass_at_k": 6, "change": 2, "diversity": 3, "lives": 30, "repeats": 4}
"""Each figure, and how many marks it has at least: here, so many of its points, bars or cells."""


def run_notebook(*arguments: Path | str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(NOTEBOOK), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def figures(written_run, tmp_path_factory) -> Path:
    """The folder of what the notebook made of the run."""
    folder = tmp_path_factory.mktemp("figures") / "new"
    result = run_notebook(written_run.root, "--out", folder)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.split() == [str(folder / f"{name}.svg") for name in MARKS]
    return folder


@pytest.fixture
def numbers(figures):
    """The rows behind one figure."""
    return lambda name: list(csv.DictReader((figures / f"{name}.csv").read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize("name", MARKS)
def test_a_figure_shows_its_numbers(figures, name):
    drawn = ElementTree.parse(figures / f"{name}.svg").getroot()
    marks = [element for element in drawn.iter() if element.get("aria-roledescription") in ("point", "rect mark")]
    assert len(marks) >= MARKS[name]


def test_pass_at_k_stands_with_its_interval(numbers):
    assert [(row["round"], row["k"], float(row["value"])) for row in numbers("pass_at_k")][::2] == [
        ("0", "1", 0.2), ("1", "1", 0.25), ("2", "1", 0.35),
    ]  # fmt: skip
    assert all(float(row["low"]) <= float(row["value"]) <= float(row["high"]) for row in numbers("pass_at_k"))


def test_the_change_is_paired_with_the_base(numbers):
    assert [(row["round"], float(row["change"]), row["problems"]) for row in numbers("change")] == [
        ("1", pytest.approx(0.05), "5"), ("2", pytest.approx(0.15), "5"),
    ]  # fmt: skip


def test_diversity_stands_beside_pass_at_1(numbers):
    assert [float(row["pass_at_1"]) for row in numbers("diversity")] == [0.2, 0.25, 0.35]
    assert float(numbers("diversity")[2]["diversity"]) == pytest.approx((0 + 2 / 3 + 0 + 1 / 2 + 0) / 5)


def test_every_problem_has_one_life_in_every_round(numbers):
    lives = {row["problem_id"]: row["life"] for row in numbers("lives")}
    assert lives == {
        "toy/eval/always": "always", "toy/eval/learned": "learned",
        **dict.fromkeys(("toy/eval/in_and_out", "toy/eval/forgotten", "toy/eval/never"), "never"),
    }  # fmt: skip
    assert Counter(row["problem_id"] for row in numbers("lives")) == dict.fromkeys(lives, 3)


def test_what_is_trained_on_again_is_counted(numbers):
    assert [(row["round"], row["which"], float(row["share"])) for row in numbers("repeats")] == [
        ("1", "in an earlier round", 0), ("1", "twice in the round", 0),
        ("2", "in an earlier round", 0.75), ("2", "twice in the round", 0.5),
    ]  # fmt: skip


def test_of_a_run_without_rounds_it_says_that_there_is_nothing_to_draw(tmp_path):
    empty = RunPaths(tmp_path / "empty-1")
    write_json(empty.resolved, {})
    result = run_notebook(empty.root, "--out", tmp_path / "figures")
    assert [line.partition(":")[0] for line in result.stdout.splitlines()] == list(MARKS)
    assert "nothing to draw yet; `ssd-iter status empty-1`" in result.stdout
    assert not (tmp_path / "figures").exists()


def test_lines_of_a_figure_have_a_legend(figures):
    drawn = (figures / "repeats.svg").read_text(encoding="utf-8")
    assert all(f">{which}<" in drawn for which in ("in an earlier round", "twice in the round"))


def test_a_run_that_is_not_there_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("SSD_ITER_RUNS", str(tmp_path))
    result = run_notebook("nowhere")
    assert result.returncode == 1 and result.stderr.startswith(f"no runs in {tmp_path}")
