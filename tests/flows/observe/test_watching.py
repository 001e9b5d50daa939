"""What a run shows of itself on a real Prefect server."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from uuid import uuid4

import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings

from flows.display import say
from flows.observe.watching import observed_round, observed_run, observed_stage
from ssd_iter.records import Finding, Round
from ssd_iter.run.shards import read_shards, write_shard

NOWHERE = "http://127.0.0.1:9/api"


@pytest.fixture
def carried_out(reported, second_round):
    """Carries out the last round of the run, of which nothing is left but its report."""

    def carry_out():
        with observed_run(reported), observed_round(reported, second_round, rounds=2):
            pass

    return carry_out


@pytest.fixture
def unended(reported):
    """The run, when the last round's report is not there yet; its own id, as its events are told once for ever."""

    def prepare(run_id, verdict="OK"):
        paths = type(reported)(reported.root.rename(reported.root.with_name(run_id)))
        paths.round_markdown(2).unlink()
        shard = paths.shard("rounds", 2, "written")
        [row] = read_shards([shard], Round)
        write_shard(shard, [replace(row, verdict=verdict)], Round)
        return paths

    return prepare


@pytest.fixture
def end_round(second_round):
    """Carries out what is left of the last round of a run."""

    def end(paths):
        with observed_run(paths), observed_round(paths, second_round, rounds=2):
            paths.round_markdown(2).write_text("its report")

    return end


def test_a_run_shows_its_rounds_its_pages_and_each_round_its_report(server, reported, carried_out, monkeypatch):
    monkeypatch.setenv("SSD_ITER_REPORTS_URL", "http://127.0.0.1:4201")
    shown = server.artifacts(server.call(carried_out))
    assert set(shown) == {f"written-1-{thing}" for thing in ("rounds", "pages", "progress", "round-2")}
    table = json.loads(shown["written-1-rounds"]["data"])
    assert [row["Round"].partition("]")[0] for row in table] == ["[Base model", "[Round 1", "[Round 2"]
    assert table[2]["Round"].endswith("(http://127.0.0.1:4201/written-1/rounds/002/report.html)")
    assert "%" in table[2]["pass@1 (95% interval)"]
    text = shown["written-1-round-2"]["data"]
    twin = reported.round_markdown(2).read_text()
    assert text.splitlines()[:-1] == twin.splitlines()[:-1]
    assert text.endswith("](http://127.0.0.1:4201/written-1/rounds/002/report.html)\n")
    assert shown["written-1-progress"]["data"] == 100


def test_shown_again_an_artifact_is_changed_and_not_made_again(server, carried_out):
    def twice():
        carried_out()
        carried_out()

    assert len(server.artifacts(server.call(twice))) == 4


def test_the_end_of_a_round_is_told_once_with_its_numbers(server, unended, end_round):
    paths = unended(f"told-{uuid4().hex}")
    server.call(lambda: [end_round(paths), end_round(paths)])
    [told, ended] = server.events(paths.run_id)
    assert (told["event"], ended["event"]) == ("ssd_iter.round.finished", "ssd_iter.run.finished")
    assert told["resource"]["ssd-iter.verdict"] == "OK"
    assert (told["payload"]["run"], told["payload"]["round"]) == (paths.run_id, 2)
    assert told["payload"]["report"] == str(paths.round_page(2))
    first = told["payload"]["numbers"]["pass@1"]
    assert first["low"] <= first["value"] <= first["high"] and first["change"]["against"] == "round 1"


def test_a_collapse_is_told_with_what_was_found(server, unended, end_round):
    paths = unended(f"collapsed-{uuid4().hex}", "COLLAPSE")
    found = Finding(
        run_id=paths.run_id, round=2, name="decline", severity="error", message="pass@1 fell", metric="pass_at_1",
        reference="round 1", effect=-0.2, low=-0.3, high=-0.1, p=0.001, problems=("toy/eval/learned",),
        evidence_json="{}",
    )  # fmt: skip
    write_shard(paths.shard("findings", 2, "round"), [found], Finding)
    server.call(lambda: end_round(paths))
    [told] = [event for event in server.events(paths.run_id) if event["event"] == "ssd_iter.collapse.detected"]
    assert told["payload"]["verdict"] == "COLLAPSE"
    [finding] = told["payload"]["findings"]
    assert finding["metric"] == "pass_at_1" and finding["reference"] == "round 1"
    assert (finding["effect"], finding["low"], finding["high"]) == (-0.2, -0.3, -0.1)


def test_what_a_run_says_and_a_stage_prints_is_in_the_log(server, reported, tmp_path):
    stage = reported.stage(2, "train")
    stage.folder.mkdir(parents=True)

    def work():
        with observed_run(reported):
            say("the run says")
            with observed_stage(stage, None) as look:
                stage.log.write_text("\x1b[31mWARNING\x1b[0m it is hot\nhalf a")
                look(None)
                stage.log.write_text(stage.log.read_text() + " line\n")

    lines = [(line["level"], line["message"]) for line in server.logs(server.call(work))]
    assert lines == [
        (logging.INFO, "the run says"),
        (logging.WARNING, "WARNING it is hot"),
        (logging.INFO, "half a line"),
    ]


def test_without_a_server_a_round_goes_on_and_says_so_once(server, reported, second_round, capsys):
    ended = []

    def away():
        with (
            temporary_settings({PREFECT_API_URL: NOWHERE}),
            observed_run(reported),
            observed_round(reported, second_round, rounds=2),
        ):
            ended.append(True)

    server.call(away)
    assert ended
    assert capsys.readouterr().err.count("not all of the run can be shown in Prefect") <= 1


def test_a_broken_report_fails_no_round(server, reported, second_round, capsys):
    def broken():
        with observed_run(reported), observed_round(reported, second_round, rounds=2):
            reported.round_report(2).write_text("no report")

    server.call(broken)
    assert "not all of the run can be shown in Prefect (DataError" in capsys.readouterr().err
