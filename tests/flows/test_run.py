"""A whole run on the tiny model: every row is there, once, and looking at it changes nothing."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from ssd_iter.records import TABLES, Execution, FilterVerdict, Metric, Round, Sample, TrainStep, sample_key
from ssd_iter.run.paths import RunPaths
from ssd_iter.run.shards import read_shards
from stores.run_store import RunStore
from stores.sql_console import run_query

Call = Callable[..., subprocess.CompletedProcess[str]]


def rows(paths: RunPaths, table: str) -> list:
    return read_shards(paths.shard_files(table), TABLES[table])


def test_every_planned_sample_is_there_exactly_once(finished_run: RunPaths) -> None:
    samples: list[Sample] = rows(finished_run, "samples")
    assert Counter((s.round, s.purpose) for s in samples) == {(0, "eval"): 8, (1, "eval"): 8, (1, "train"): 6}
    assert len({sample_key(s) for s in samples}) == len(samples)


def test_training_samples_come_from_the_parent(finished_run: RunPaths) -> None:
    samples: list[Sample] = rows(finished_run, "samples")
    assert all(s.sampled_from_round == (s.round - 1 if s.purpose == "train" else s.round) for s in samples)


def test_every_training_sample_is_judged_and_every_evaluation_sample_graded(finished_run: RunPaths) -> None:
    samples: list[Sample] = rows(finished_run, "samples")
    judged: list[FilterVerdict] = rows(finished_run, "filter_verdicts")
    graded: list[Execution] = rows(finished_run, "executions")
    assert sorted(map(sample_key, judged)) == sorted(sample_key(s) for s in samples if s.purpose == "train")
    assert sorted(map(sample_key, graded)) == sorted(sample_key(s) for s in samples if s.purpose == "eval")


def test_a_round_leaves_other_weights_than_its_parents(finished_run: RunPaths, tiny_model: Path) -> None:
    steps: list[TrainStep] = rows(finished_run, "train_steps")
    assert [(step.round, step.step) for step in steps] == [(1, 1), (1, 2)]
    base, trained = ((folder / "model.safetensors") for folder in (tiny_model, finished_run.checkpoint(1)))
    assert base.stat().st_size == trained.stat().st_size
    assert base.read_bytes() != trained.read_bytes()


def test_rounds_and_their_numbers_are_on_record(finished_run: RunPaths) -> None:
    rounds: list[Round] = rows(finished_run, "rounds")
    assert [(r.round, r.parent_round, r.status) for r in rounds] == [(0, None, "finished"), (1, 0, "finished")]
    metrics: list[Metric] = rows(finished_run, "metrics")
    headline = {m.round for m in metrics if m.name == "pass_at_1" and m.problem_set == "all" and m.value is not None}
    assert headline == {0, 1}


def test_the_database_says_what_the_shards_say(finished_run: RunPaths) -> None:
    for table in TABLES:
        (count,) = run_query(finished_run, f"SELECT count(*) FROM {table}").rows[0]
        assert count == len(rows(finished_run, table))


def test_the_database_can_be_made_anew(copied_run: RunPaths) -> None:
    copied_run.database.unlink()
    RunStore(copied_run).ingest()
    assert run_query(copied_run, "SELECT count(*) FROM samples").rows == [(22,)]


def test_sql_gives_csv_that_a_csv_reader_reads(finished_run: RunPaths, call: Call) -> None:
    query = "SELECT problem_id, completion FROM samples ORDER BY ALL"
    result = call(finished_run, "sql", "@latest", query, "--format", "csv")
    table = list(csv.reader(io.StringIO(result.stdout)))
    assert table[0] == ["problem_id", "completion"]
    assert len(table) == 1 + 22


def test_status_tells_every_stage_round_and_finding(finished_run: RunPaths, call: Call) -> None:
    told = json.loads(call(finished_run, "status", finished_run.run_id[:8], "--json").stdout)
    assert told["state"] == "finished"
    assert len(told["stages"]) == 2 + 4
    assert {stage["state"] for stage in told["stages"]} == {"done"}
    assert [(row["round"], row["verdict"]) for row in told["rounds"]] == [
        (row.round, row.verdict) for row in rows(finished_run, "rounds")
    ]
    found = {(row.round, row.name) for row in rows(finished_run, "findings")}
    assert {(row["round"], row["name"]) for row in told["findings"]} == found and (0, "nothing_extractable") in found


def test_pages_are_written_for_every_round_and_the_run(finished_run: RunPaths) -> None:
    assert finished_run.index.exists()
    assert all(finished_run.round_page(round).exists() for round in (0, 1))


def test_resuming_a_finished_run_does_no_stage_again(copied_run: RunPaths, call: Call) -> None:
    before = {file: file.stat().st_mtime_ns for file in copied_run.root.glob("rounds/*/*/done.json")}
    assert call(copied_run, "resume").returncode == 0
    assert {file: file.stat().st_mtime_ns for file in before} == before


def test_growing_rounds_adds_one_and_leaves_finished_shards_alone(copied_run: RunPaths, call: Call) -> None:
    before = {file: file.read_bytes() for file in copied_run.shards.glob("*/round=*/*.parquet")}
    result = call(copied_run, "resume", "--set", "rounds=2")
    assert result.returncode == 0, result.stderr
    assert all(file.read_bytes() == content for file, content in before.items())
    samples: list[Sample] = rows(copied_run, "samples")
    assert Counter((s.round, s.purpose) for s in samples if s.round == 2) == {(2, "train"): 6, (2, "eval"): 8}
    first, second = (copied_run.checkpoint(round) / "model.safetensors" for round in (1, 2))
    assert first.read_bytes() != second.read_bytes()


def test_resuming_under_another_experiment_is_refused_and_named(finished_run: RunPaths, call: Call) -> None:
    result = call(finished_run, "resume", "--set", "sample.temperature=1.5")
    assert result.returncode == 2
    assert "sample.temperature: 0.9 -> 1.5" in result.stderr


def test_a_run_that_is_not_there_is_said_so(finished_run: RunPaths, call: Call) -> None:
    result = call(finished_run, "status", "nobody")
    assert (result.returncode, finished_run.run_id in result.stderr) == (3, True)


def test_a_round_with_nothing_to_train_on_ends_with_a_finding(make_run: Callable[..., RunPaths], call: Call) -> None:
    paths = make_run(filter={"rules": ["syntax"]})  # random bytes hold no code
    result = call(paths, "resume")
    assert result.returncode == 0, result.stderr
    assert call(paths, "resume", "--strict").returncode == 4
    assert [r.status for r in rows(paths, "rounds")] == ["finished", "ended"]
    assert [row.verdict for row in rows(paths, "rounds")] == ["NOT_ENOUGH_DATA", "COLLAPSE"]
    assert [row.name for row in rows(paths, "findings") if row.round == 1] == ["empty_training_set"]
    assert not [event for event in rows(paths, "events") if event.kind == "policy"]  # there is nothing to go on with
    assert "ended early" in call(paths, "status").stdout


def test_a_loss_that_is_not_finite_ends_the_round_with_a_finding(
    make_run: Callable[..., RunPaths], call: Call, tiny_config: dict
) -> None:
    paths = make_run(train=tiny_config["train"] | {"learning_rate": 1e30, "num_epochs": 4})
    assert call(paths, "resume", "--strict").returncode == 4
    assert [f.name for f in rows(paths, "findings") if f.round == 1] == ["loss_not_finite"]
    assert not paths.checkpoint(1).exists()


def test_two_processes_cannot_work_on_one_run(make_run: Callable[..., RunPaths], start: Callable, call: Call) -> None:
    paths = make_run()
    first = start(paths, "resume")
    while not paths.stage(0, "generate").plan.exists():
        assert first.poll() is None
    result = call(paths, "resume")
    first.kill()
    assert result.returncode == 6
    assert str(first.pid) in result.stderr


@pytest.mark.parametrize("section", [{"train": ["humaneval?n=2"]}, {"train": ["fresh:test?n=2&levels=0-0"]}])
def test_overlapping_problems_are_refused(make_run: Callable[..., RunPaths], tiny_config: dict, section: dict) -> None:
    with pytest.raises(ValueError, match="both"):
        make_run(problems=tiny_config["problems"] | section)
