"""A model that writes code is ruined by training on noise: the run sees it and goes back, whatever is pulled."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from flows.overview import run_state
from flows.rollback import read_rollbacks
from ssd_iter.records import TABLES, Round, Sample, sample_key
from ssd_iter.run.paths import RunPaths, read_json
from ssd_iter.run.shards import read_shards

Call = Callable[..., subprocess.CompletedProcess[str]]

pytestmark = pytest.mark.timeout(1500)
"""A minute where nothing else is at work."""

ANSWER = "```\nx=1\n```"
PROBLEMS = {"train": ["fresh:train?n=6&levels=0-1"], "evaluate": ["fresh:test?n=12&levels=0-0"], "fresh_seed": 1}
PLUGS = ["lineage.json", "rounds/002/train/progress.json"]
"""Files whose appearance says that the run has just gone back, and that the round after it is being trained."""
MEASURED = {
    "run_id", "created_at", "started_at", "finished_at", "cpu_seconds", "wall_seconds", "max_rss_mb", "cached",
    "tokens_per_second",
}  # fmt: skip
"""Columns that may differ between two runs of one config."""


@pytest.fixture(scope="module")
def coder(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model with weights set by hand: whatever it is asked, it answers with ANSWER, a token of its own."""
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(tiny_model)
    tokenizer.add_tokens([ANSWER])
    (answer,), (newline,) = (tokenizer(text)["input_ids"] for text in (ANSWER, "\n"))
    model = AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(tiny_model, tie_word_embeddings=False))
    embedded, head = model.get_input_embeddings().weight, model.get_output_embeddings().weight
    with torch.no_grad():
        for layer in model.model.layers:
            layer.self_attn.o_proj.weight.zero_()
            layer.mlp.down_proj.weight.zero_()
        head.zero_()
        for before, after in ((newline, answer), (answer, tokenizer.eos_token_id)):
            head[after] = 2 * embedded[before] / embedded[before].norm()
    folder = tmp_path_factory.mktemp("models") / "coder"
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def make_ruined(make_run: Callable[..., RunPaths], coder: Path, tiny_config: dict[str, Any]) -> Callable[[], RunPaths]:
    """A run of two rounds that goes back on collapse: its training samples are drawn so hot that they are noise."""
    sections = {
        "model": {"path": str(coder)},
        "problems": PROBLEMS,
        "sample": {"max_tokens": 16, "temperature": 10},
        "train": tiny_config["train"] | {"learning_rate": 0.1},
        "policy": {"on_collapse": "rollback"},
    }
    return lambda: make_run(rounds=2, **sections)


@pytest.fixture(scope="module")
def ruined(make_ruined: Callable[[], RunPaths], call: Call) -> RunPaths:
    """Such a run, carried out without disturbance."""
    paths = make_ruined()
    result = call(paths, "resume", "--strict")
    assert result.returncode == 4, result.stderr
    return paths


def rows(paths: RunPaths, table: str, round: int | None = None) -> list[Any]:
    return read_shards(paths.shard_files(table, round), TABLES[table])


def content(paths: RunPaths, table: str) -> list[tuple[Any, ...]]:
    """A table's rows without what is measured, in an order of their own."""
    found = [asdict(row) for row in rows(paths, table) if not getattr(row, "name", "").endswith("_seconds")]
    return sorted(tuple((key, repr(row[key])) for key in row if key not in MEASURED) for row in found)


def test_a_ruined_model_has_collapsed_and_the_next_round_follows_the_best_one(ruined: RunPaths) -> None:
    found: list[Round] = rows(ruined, "rounds")
    assert [(row.round, row.parent_round, row.verdict) for row in found] == [
        (0, None, "OK"),
        (1, 0, "COLLAPSE"),
        (2, 0, "COLLAPSE"),
    ]
    assert read_rollbacks(ruined) == {2: 0} and run_state(ruined) == "finished"


def test_it_is_what_the_samples_show(ruined: RunPaths) -> None:
    rates = {m.round: m.value for m in rows(ruined, "metrics") if (m.name, m.problem_set) == ("extraction_rate", "all")}
    assert rates
    (fell,) = [f for f in rows(ruined, "findings", 1) if f.metric == "extraction_rate"]
    assert (fell.name, fell.reference) == ("collapse", "round 0") and fell.effect > 0.5


def test_the_model_gone_back_to_draws_the_training_samples(ruined: RunPaths) -> None:
    drawn: list[Sample] = [sample for sample in rows(ruined, "samples", 2) if sample.purpose == "train"]
    assert [sample.sampled_from_round for sample in drawn] == [0] * 6
    assert len({sample_key(sample) for sample in rows(ruined, "samples")}) == len(rows(ruined, "samples"))


def test_what_was_decided_stands_in_the_record_and_was_said(ruined: RunPaths) -> None:
    kinds = [(event.round, event.kind) for event in rows(ruined, "events") if event.kind in ("policy", "rolled_back")]
    assert sorted(kinds) == [(1, "policy"), (2, "policy"), (2, "rolled_back")]


def test_a_run_killed_while_it_goes_back_ends_as_if_nothing_had_happened(
    make_ruined: Callable[[], RunPaths], ruined: RunPaths, start: Callable[..., subprocess.Popen[str]], call: Call
) -> None:
    paths = make_ruined()
    for sign in PLUGS:
        process = start(paths, "resume")
        while not (paths.root / sign).exists():
            assert process.poll() is None
            time.sleep(0.02)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert call(paths, "resume").returncode == 0
    for table in TABLES.keys() - {"runs", "events"}:
        assert content(paths, table) == content(ruined, table), table


def test_after_a_round_without_a_model_the_best_one_is_followed(make_run: Callable[..., RunPaths], call: Call) -> None:
    paths = make_run(rounds=2, filter={"rules": ["syntax"]}, policy={"on_collapse": "rollback"})
    assert call(paths, "resume", "--strict").returncode == 4
    assert [(row.status, row.parent_round) for row in rows(paths, "rounds")] == [
        ("finished", None),
        ("ended", 0),
        ("ended", 0),
    ]
    assert len(rows(paths, "filter_verdicts", 2)) == 6
    assert run_state(paths) == "ended early"


def test_a_run_that_is_to_stop_at_a_collapse_stops_and_its_page_says_so(
    ruined: RunPaths, copy_run: Callable[[RunPaths], RunPaths], call: Call
) -> None:
    paths = copy_run(ruined)
    result = call(paths, "resume", "--strict", "--set", "rounds=3", "--set", "policy.on_collapse=stop")
    assert result.returncode == 4 and "policy.on_collapse is 'stop': the run ends here" in result.stderr
    assert run_state(paths) == "ended early" and not rows(paths, "rounds", 3)
    assert "Stopped by its policy" in read_json(paths.report)["state"]["text"]
