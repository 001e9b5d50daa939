"""`ssd-iter runs` and `status`: numbers and times for programs, words for people."""

from __future__ import annotations

import json
import re
import shutil
from datetime import datetime
from pathlib import Path

import pytest

from flows.cli import main
from ssd_iter.config.schema import RunConfig
from ssd_iter.run.outcome import Done, StageOutcome, write_done
from ssd_iter.run.paths import RunPaths, write_json
from ssd_iter.run.progress import ProgressFile

PROBLEMS = {"train": ["fresh:train?n=2"], "evaluate": ["fresh:test?n=2"], "fresh_seed": 1}
DOCUMENTED = set(re.findall(r"`(?:\w+\[\])?\.?(\w+)`", (Path(__file__).parents[2] / "docs" / "json.md").read_text()))


@pytest.fixture
def runs(tmp_path, written_run):
    """A folder with the run of tests/conftest.py, one of its stages done and one stopped, and a run cut short."""
    shutil.copytree(written_run.root, tmp_path / "written-1")
    paths = RunPaths(tmp_path / "written-1")
    config = RunConfig.model_validate({"name": "w", "rounds": 5, "model": {"path": "m"}, "problems": PROBLEMS})
    write_json(paths.resolved, {"config": config.model_dump(mode="json")})
    for stage in ("filter", "generate"):
        write_json(paths.stage(1, stage).plan, {})
    write_done(paths.stage(1, "filter"), Done("", 75.5, 1_700_000_000.0, StageOutcome({"kept": 3})))
    progress = ProgressFile(paths.stage(1, "generate").progress)
    progress.begin(10, "samples")
    (tmp_path / "torn-1").mkdir()
    RunPaths(tmp_path / "torn-1").resolved.write_text("{")
    return tmp_path


@pytest.fixture
def told(runs, capsys):
    """Exit code, stdout and stderr of a command about these runs."""

    def call(*arguments):
        with pytest.raises(SystemExit) as end:
            main([*arguments, "--runs-dir", str(runs)])
        return end.value.code or 0, *capsys.readouterr()

    return call


def keys(value):
    """Every key of a document, but those of `counts` and `metrics`, which have names of their own."""
    if isinstance(value, list):
        return set().union(*map(keys, value)) if value else set()
    if not isinstance(value, dict):
        return set()
    return set(value).union(*(keys(item) for key, item in value.items() if key not in ("counts", "metrics")))


def test_runs_are_told_as_numbers_times_and_nulls(told):
    code, out, _ = told("runs", "--json")
    torn, written = json.loads(out)
    assert code == 0
    assert (written["state"], written["last_round"], written["asked_rounds"]) == ("stopped", 2, 5)
    assert datetime.fromisoformat(written["created_at"]).tzinfo is not None
    assert torn["state"] == "unreadable" and "resolved.json" in torn["error"] and torn["asked_rounds"] is None


def test_a_run_that_cannot_be_read_does_not_keep_the_others_from_the_list(told):
    code, out, err = told("runs")
    assert code == 0 and "2 of 5" in out and "unreadable" in out
    assert err.startswith("torn-1: ")


def test_a_status_is_told_as_numbers_times_and_nulls(told):
    document = json.loads(told("status", "written-1", "--json")[1])
    done, stopped = document["stages"]
    assert (done["seconds"], done["finished_at"]) == (75.5, "2023-11-14T22:13:20+00:00")
    assert (done["counts"], done["progress"]) == ({"kept": 3}, None)
    assert (stopped["state"], stopped["seconds"], stopped["counts"]) == ("stopped", None, None)
    assert stopped["progress"]["total"] == 10 and stopped["progress"]["seconds_left"] is None
    assert set(document["rounds"][1]["metrics"]["pass_at_1"]) == {"value", "low", "high"}
    assert datetime.fromisoformat(document["rounds"][1]["started_at"])


def test_every_key_is_documented(told):
    for document in (told("runs", "--json")[1], told("status", "written-1", "--json")[1]):
        assert keys(json.loads(document)) <= DOCUMENTED


def test_a_status_for_people_has_words(told):
    code, out, _ = told("status", "written-1")
    assert code == 0 and out.startswith("run written-1: stopped\n")
    assert re.search(r"1 +filter +done +1:16 +3 kept", out) and re.search(r"1 +generate +stopped +– +0/10 samples", out)


def test_a_status_of_a_run_that_cannot_be_read_says_which_file(told):
    code, out, err = told("status", "torn-1")
    assert (code, out) == (1, "") and "torn-1/resolved.json is not a JSON document" in err


def test_where_no_browser_can_be_opened_the_page_is_named(told, runs, monkeypatch):
    monkeypatch.setattr("webbrowser.open", lambda _: False)
    code, out, err = told("report", "written-1", "--open")
    assert code == 0 and out.strip() == str(RunPaths(runs / "written-1").index)
    assert "no browser can be opened here" in err and "index.html" in err
