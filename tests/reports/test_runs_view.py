from __future__ import annotations

import json
from copy import deepcopy

import pytest

from reports.markdown import markdown_of
from reports.render import render_page, write_index, write_runs
from reports.runs_view import MOST_COLUMNS, Found, foreign_file, read_reports, runs_view, spread
from ssd_iter.exceptions import DataError
from ssd_iter.run.paths import RunPaths, RunsPaths


@pytest.fixture(scope="module")
def report(new_rows):
    """The report of a run of two rounds after the base, as a document."""
    rows = new_rows("first-1")
    rows.run(config={"name": "first", "seed": 7, "rounds": 3, "train": {"learning_rate": 1e-5}})
    for round, passes in enumerate([(0, 0, 1, 2), (1, 1, 1, 2), (1, 2, 1, 2)]):
        rows.ended(round)
        rows.solved(round, passes)
    write_index(rows.write())
    return json.loads(rows.paths.report.read_text())


@pytest.fixture
def another(report):
    """The same report with other settings, and other scores in its rounds."""

    def make(folder, scores=(), started="2026-11-21 09:00:00 UTC", **settings):
        document = deepcopy(report)
        document["run"]["id"] = folder
        for row in document["config"]:
            row["value"] = settings.get(row["key"].rpartition(".")[2], row["value"])
        for row in document["provenance"]:
            row["value"] = {"started": started}.get(row["key"], settings.get(row["key"], row["value"]))
        for row, score in zip(document["rounds"], scores, strict=False):
            row["scores"][0]["number"]["value"] = score
        return Found(folder, document)

    return make


def test_runs_that_differ_in_nothing_but_the_seed_stand_together(another):
    runs = [another("a", seed="2"), another("b", learning_rate="0.1"), another("c", seed="10"), another("d", name="x")]
    view = runs_view(runs, [])
    assert view["columns"] == ["train.learning_rate"]
    assert {tuple(run["folder"] for run in each["runs"]) for each in view["experiments"]} == {("a", "d", "c"), ("b",)}


def test_only_settings_that_differ_have_a_column(another):
    assert runs_view([another("a"), another("b", seed="2")], [])["columns"] == []


@pytest.mark.parametrize(
    ("key", "said"),
    [("evaluate.temperature", "evaluated in another way"), ("problems.evaluate", "evaluated on other problems")],
)
def test_scores_of_unlike_evaluations_come_with_a_warning(another, key, said):
    first, second = another("a"), another("b", learning_rate="0.1")
    assert runs_view([first, second], [])["unlike"] == ""
    for found, value in ((first, "1"), (second, "2")):
        found.report["config"].append({"key": key, "value": value})
    view = json.loads(json.dumps(runs_view([first, second], [])))
    assert said in view["unlike"] and key in view["unlike"]
    assert said in render_page(view, {"a": "", "b": ""}) and said in markdown_of(view)


def test_another_model_under_the_same_name_is_another_experiment(another):
    view = runs_view([another("a"), another("b", model_sha256="ef" * 32)], [])
    assert view["columns"] == ["model_sha256"] and len(view["experiments"]) == 2


def test_the_newest_experiment_comes_first(another):
    view = runs_view([another("a"), another("b", started="2026-12-01 09:00:00 UTC", learning_rate="0.1")], [])
    assert [each["runs"][0]["folder"] for each in view["experiments"]] == ["b", "a"]


def test_where_many_settings_differ_those_of_training_come_first_and_all_are_listed(another):
    first, second = another("a"), another("b", learning_rate="0.1")
    for found, value in ((first, "1"), (second, "2")):
        found.report["config"] += [{"key": f"engine.field_{i}", "value": value} for i in range(MOST_COLUMNS)]
    view = runs_view([first, second], [])
    assert len(view["columns"]) == MOST_COLUMNS and view["columns"][0] == "train.learning_rate"
    assert view["differing"][-1] == {"key": "engine.field_5", "values": ["1", "2"]}
    assert "What else differs?" in render_page(json.loads(json.dumps(view)), {"a": "", "b": ""})


def test_a_row_tells_base_best_and_latest_with_intervals(another):
    (row,) = runs_view([another("a")], [])["experiments"][0]["runs"]
    assert (row["state"], row["seed"], row["verdict"]["word"]) == ("2 of 3 rounds", "7", "No clear change")
    assert (row["base"]["number"]["text"], row["last"]["number"]["text"]) == ("37.5%", "75.0%")
    assert row["last"]["label"] == "Round 2" and row["last"]["number"]["interval"]
    assert row["last"]["change"]["text"] == "+37.5 points" and row["best"]["label"] == "Base model"


def test_the_spread_between_seeds_is_that_of_the_last_round_all_have(another):
    runs = [another("a", (0.1, 0.2, 0.9), seed="1"), another("b", (0.1, 0.4), seed="2")]
    runs[1].report["rounds"].pop()
    found = runs_view(runs, [])["experiments"][0]["spread"]
    assert (found["round"], found["num_seeds"], found["mean"]) == (1, 2, pytest.approx(0.3))
    assert found["sd"] == pytest.approx(0.02**0.5) and found["sd_text"] == "14.1 points"
    assert found["range"] == "20.0% to 40.0%"


def test_a_seed_that_was_run_again_counts_once_and_one_seed_has_no_spread():
    rows = [{"seed": "1", "started": str(i), "by_round": {"0": value}} for i, value in enumerate((0.1, 0.2))]
    assert spread(rows) is None
    found = spread([*rows, {"seed": "2", "started": "0", "by_round": {"0": 0.4}}])
    assert found is not None and found["mean"] == pytest.approx(0.3)


def test_seeds_without_a_common_round_have_no_spread():
    rows = [{"seed": str(i), "started": "", "by_round": {str(i): 0.5, "9": None}} for i in range(2)]
    assert spread(rows) is None


@pytest.mark.parametrize(
    "break_it", [lambda r: r.pop("rounds"), lambda r: r.update(config=3), lambda r: r["head"].pop("round")]
)
def test_a_report_that_lacks_something_is_a_row_that_says_so(another, break_it):
    found = another("a")
    break_it(found.report)
    view = runs_view([found, another("b")], [])
    assert [row["folder"] for row in view["broken"]] == ["a"] and len(view["experiments"]) == 1


def test_a_run_without_an_ended_round_has_a_row(another):
    found = another("a")
    found.report.update(head=None, rounds=[])
    (row,) = runs_view([found], [])["experiments"][0]["runs"]
    assert (row["state"], row["verdict"], row["best"]["number"]["text"]) == ("0 of 3 rounds", None, "–")
    page = render_page(json.loads(json.dumps(runs_view([found], []))), {"a": "a/index.html"})
    assert "0 of 3 rounds" in page


@pytest.fixture
def folder(tmp_path, report):
    """Runs whose report is whole, broken, missing and of another form, and a folder that is no run."""
    for name, text in {"whole": json.dumps(report), "broken": "{", "missing": None, "other": '{"schema": 0}'}.items():
        paths = RunPaths(tmp_path / name)
        paths.root.mkdir()
        paths.resolved.write_text("{}")
        if text is not None:
            paths.report.write_text(text)
    (tmp_path / "no run").mkdir()
    (tmp_path / "javascript:alert(1)").mkdir()
    (tmp_path / "javascript:alert(1)" / "resolved.json").write_text("{}")
    (tmp_path / "javascript:alert(1)" / "report.json").write_text(json.dumps(report))
    return tmp_path


def test_every_folder_is_accounted_for(folder):
    found, others = read_reports(folder)
    assert {each.folder for each in found if each.report is None} == {"broken", "missing", "other"}
    assert others == ["no run"]
    problems = {each.folder: each.problem for each in found}
    assert problems["broken"].startswith("Its report.json cannot be read")
    assert problems["missing"].startswith("It has no report.json yet")
    assert problems["other"].startswith("Its report.json was written by another version")


def test_the_page_is_written_alike_each_time_and_links_lead_to_the_runs(folder):
    page = write_runs(folder)
    first = page.read_bytes()
    assert write_runs(folder).read_bytes() == first
    assert b'href="whole/index.html"' in first and b'href="javascript%3Aalert%281%29/index.html"' in first
    paths = RunsPaths(folder)
    assert markdown_of(json.loads(paths.report.read_text())) == paths.report_markdown.read_text()


def test_a_file_that_is_not_ours_is_left_alone(folder, report):
    (folder / "index.html").write_text("my own")
    assert foreign_file(RunsPaths(folder)) == folder / "index.html"
    with pytest.raises(DataError, match="was not written by ssd-iter"):
        write_runs(folder)
    assert (folder / "index.html").read_text() == "my own" and not (folder / "report.json").exists()


def test_writing_a_run_s_index_brings_the_page_over_all_up_to_date(new_rows):
    rows = new_rows("one-1")
    rows.run()
    paths = rows.write()
    paths.resolved.write_text("{}")
    write_index(paths)
    report = RunsPaths(paths.root.parent).report
    assert json.loads(report.read_text())["experiments"][0]["runs"][0]["folder"] == "one-1"
