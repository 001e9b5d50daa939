"""`ssd-iter report`: a run's pages, or all runs'."""

from __future__ import annotations

import shutil

import pytest

from flows.cli import main
from ssd_iter.run.paths import RunPaths, RunsPaths


@pytest.fixture(scope="module")
def runs(tmp_path_factory, written_run):
    """A folder of two runs, one of which has a shard that cannot be read."""
    folder = tmp_path_factory.mktemp("runs")
    for name in ("written-1", "torn-1"):
        shutil.copytree(written_run.root, folder / name)
    RunPaths(folder / "torn-1").shard("rounds", 0, "written").write_text("no parquet")
    return folder


@pytest.fixture
def told(runs, capsys):
    """Exit code, stdout and stderr of `ssd-iter report`."""

    def call(*arguments, at=runs):
        with pytest.raises(SystemExit) as end:
            main(["report", *arguments, "--runs-dir", str(at)])
        return end.value.code or 0, *capsys.readouterr()

    return call


def test_a_run_s_report_is_printed_as_markdown(told, runs):
    code, out, _ = told("written-1", "--markdown")
    assert code == 0 and out == RunPaths(runs / "written-1").report_markdown.read_text()
    assert out.startswith("# written: Best: the base model\n")


def test_all_reports_are_written_though_one_run_cannot_be_read(told, runs):
    code, out, err = told("--all")
    assert (code, out) == (0, f"{RunsPaths(runs).index}\n")
    assert err.startswith("torn-1: ")
    page = RunsPaths(runs).index.read_text()
    assert 'href="written-1/index.html"' in page and "It has no report.json yet" in page


def test_all_of_no_runs_is_not_found(told, tmp_path):
    code, _, err = told("--all", at=tmp_path / "nowhere")
    assert code == 3 and "no runs in" in err


def test_a_foreign_index_is_not_written_over(told, runs, tmp_path):
    shutil.copytree(runs / "written-1", tmp_path / "written-1")
    (tmp_path / "index.html").write_text("mine")
    code, _, err = told("--all", at=tmp_path)
    assert code == 1 and "was not written by ssd-iter" in err and (tmp_path / "index.html").read_text() == "mine"
