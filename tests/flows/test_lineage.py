"""Every knob of the lineage and a rollback, carried out on the tiny model."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Callable
from math import floor
from pathlib import Path
from typing import Any

import pytest
from forks import Zygote

from flows.experiment import stored_config
from flows.overview import run_state
from flows.rollback import read_rollbacks
from ssd_iter.records import TABLES, Event, FilterVerdict, Round, Sample, sample_key
from ssd_iter.run.lineage import Lineage
from ssd_iter.run.paths import RunPaths, read_json
from ssd_iter.run.shards import read_shards
from stores.sql_console import run_query

Call = Callable[..., subprocess.CompletedProcess[str]]

PROBLEMS = {"train": ["fresh:train?n=5&levels=0-1"], "evaluate": ["fresh:test?n=2&levels=0-0"], "fresh_seed": 1}

COMBINATIONS = [
    ("previous", "previous", "accumulate"),
    ("previous", "previous", "mix"),
    ("previous", "base", "replace"),
    ("previous", "base", "accumulate"),
    ("base", "previous", "replace"),
    ("base", "base", "mix"),
]


@pytest.fixture(scope="module")
def runs(make_run: Callable[..., RunPaths], zygote: Zygote) -> dict[tuple[str, ...], RunPaths]:
    """A finished run of two rounds for each combination of knobs."""
    made = {}
    for knobs in COMBINATIONS:
        lineage: dict[str, Any] = dict(zip(("sample_from", "train_from", "data"), knobs, strict=True))
        made[knobs] = make_run(rounds=2, problems=PROBLEMS, lineage=lineage | {"mix_fraction": 0.5})
        ended = zygote.resume(made[knobs])
        assert ended["code"] == 0, ended["told"]
    return made


@pytest.fixture(params=COMBINATIONS, ids="-".join)
def run(request: pytest.FixtureRequest, runs: dict[tuple[str, ...], RunPaths]) -> RunPaths:
    return runs[request.param]


@pytest.fixture
def copied(runs: dict[tuple[str, ...], RunPaths], copy_run: Callable[[RunPaths], RunPaths]) -> RunPaths:
    return copy_run(runs["previous", "previous", "accumulate"])


def rows(paths: RunPaths, table: str, round: int | None = None) -> list[Any]:
    return read_shards(paths.shard_files(table, round), TABLES[table])


def planned(paths: RunPaths) -> Lineage:
    return Lineage(stored_config(paths).lineage, read_rollbacks(paths))


def test_the_rounds_rows_say_what_the_lineage_planned(run: RunPaths) -> None:
    found: list[Round] = rows(run, "rounds")
    for row in found:
        sources = tuple(source.round for source in planned(run).data_of(row.round)) if row.round else ()
        assert (row.parent_round, row.data_rounds) == (planned(run).parent(row.round), sources)
    assert [row.status for row in found] == ["finished"] * 3


def test_training_samples_were_drawn_by_the_model_the_lineage_names(run: RunPaths) -> None:
    samples: list[Sample] = [sample for sample in rows(run, "samples") if sample.purpose == "train"]
    assert Counter(sample.round for sample in samples) == {1: 5, 2: 5}
    assert all(sample.sampled_from_round == planned(run).sampled_from(sample.round) for sample in samples)


def test_a_round_is_trained_on_the_kept_samples_of_its_data(run: RunPaths) -> None:
    kept = Counter(verdict.round for verdict in rows(run, "filter_verdicts") if verdict.keep)
    for round in (1, 2):
        pairs = read_json(run.stage(round, "train").done)["outcome"]["counts"]["pairs"]
        assert pairs == sum(floor(source.fraction * kept[source.round]) for source in planned(run).data_of(round))


def test_a_checkpoint_names_the_weights_it_was_trained_from(run: RunPaths, tiny_model: Path) -> None:
    first, second = (read_json(run.checkpoint(round) / "lineage.json") for round in (1, 2))
    assert first["parent_sha256"] == read_json(run.resolved)["model_sha256"]
    parent = planned(run).trained_from(2)
    assert second["parent_sha256"] == (first["sha256"] if parent else first["parent_sha256"])
    assert second["trained_from_round"] == parent and first["sha256"] != second["sha256"]


def test_a_run_that_has_ended_goes_on_from_an_earlier_round(copied: RunPaths, call: Call) -> None:
    before = {file: file.read_bytes() for file in copied.shards.rglob("*.parquet")}
    result = call(copied, "resume", copied.run_id, "--rollback-to", "1", "--set", "rounds=3")
    assert result.returncode == 0, result.stderr
    row: Round = rows(copied, "rounds", 3)[0]
    assert (row.parent_round, row.sampled_from_round, row.trained_from_round, row.data_rounds) == (1, 1, 1, (1, 3))
    assert {s.sampled_from_round for s in rows(copied, "samples", 3) if s.purpose == "train"} == {1}
    assert all(file.read_bytes() == content for file, content in before.items())
    events: list[Event] = rows(copied, "events", 3)
    assert '{"round": 3, "follows": 1}' in [event.payload_json for event in events if event.kind == "rolled_back"]


def test_work_begun_on_the_next_round_is_set_aside_and_done_again(copied: RunPaths, call: Call) -> None:
    copied.shard("rounds", 2, "round").unlink()
    result = call(copied, "resume", copied.run_id, "--rollback-to", "0")
    assert result.returncode == 0, result.stderr
    for table in TABLES:  # the database has forgotten what was set aside
        assert run_query(copied, f"SELECT count(*) FROM {table}").rows == [(len(rows(copied, table)),)]
    samples: list[Sample] = rows(copied, "samples")
    assert len({sample_key(sample) for sample in samples}) == len(samples) == 3 * 4 + 2 * 5
    assert {s.sampled_from_round for s in samples if s.purpose == "train"} == {0}
    (aside,) = (copied.root / "set-aside").iterdir()
    verdicts: list[FilterVerdict] = rows(RunPaths(aside), "filter_verdicts")
    assert len(verdicts) == 5 and (aside / "rounds" / "002" / "train" / "done.json").exists()


@pytest.mark.parametrize(
    ("to", "reason"), [("2", "earlier rounds with a model: 0, 1"), ("7", "0, 1"), ("1", "rounds=3")]
)
def test_a_rollback_that_cannot_be_is_refused_and_changes_nothing(
    copied: RunPaths, call: Call, to: str, reason: str
) -> None:
    before = sorted(copied.root.rglob("*"))
    result = call(copied, "resume", copied.run_id, "--rollback-to", to)
    assert result.returncode == 2 and reason in result.stderr
    assert sorted(copied.root.rglob("*")) == before and run_state(copied) == "finished"


def test_a_rollback_needs_the_checkpoint_it_goes_back_to(copied: RunPaths, call: Call) -> None:
    copied.checkpoint(1).rename(copied.root / "elsewhere")
    result = call(copied, "resume", copied.run_id, "--rollback-to", "1", "--set", "rounds=3")
    assert result.returncode == 3 and "checkpoint of round 1 is gone" in result.stderr
