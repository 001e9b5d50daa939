"""The whole `train` stage on the tiny real model: what it leaves on disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ssd_iter.config.schema import LoraConfig
from ssd_iter.metrics.registry import spec_of
from ssd_iter.records import Metric, TrainStep
from ssd_iter.run.shards import read_shards

METHODS = pytest.mark.parametrize("method", ["full", "lora"])


@METHODS
def test_a_round_leaves_an_fp32_master_and_its_copy_for_engines(trained: Callable, load: Callable, method: str) -> None:
    import torch

    paths, outcome = trained(method=method, lora=LoraConfig(rank=4))
    master, copy = load(paths.checkpoint(1)), load(paths.export(1))
    assert (master.dtype, copy.dtype) == (torch.float32, torch.bfloat16)
    weights = dict(copy.named_parameters())
    assert all(torch.equal(weight.to(torch.bfloat16), weights[name]) for name, weight in master.named_parameters())
    assert (paths.adapter(1) / "adapter_config.json").exists() == (method == "lora")
    assert outcome.counts == {"pairs": 9, "too_long": 0, "steps": 3, "tokens": 36}


def test_every_step_is_a_row_and_resumable_checkpoints_go_when_it_is_done(trained: Callable) -> None:
    paths, _ = trained(checkpoint_every=1)
    steps = read_shards(paths.shard_files("train_steps"), TrainStep)
    assert [(step.round, step.step, step.num_tokens) for step in steps] == [(1, 1, 16), (1, 2, 16), (1, 3, 4)]
    assert not paths.stage(1, "train").steps.exists()


@pytest.mark.parametrize(
    ("method", "export_dtype", "names"),
    [
        ("full", None, []),
        ("full", "bfloat16", ["export_kl"]),
        ("lora", None, ["merge_kl"]),
        ("lora", "float16", ["merge_kl", "export_kl"]),
    ],
)
def test_what_merging_and_casting_cost_is_a_row(trained: Callable, method: str, export_dtype: str, names: list) -> None:
    paths, _ = trained(method=method, export_dtype=export_dtype)
    rows = read_shards(paths.shard_files("metrics"), Metric)
    assert [row.name for row in rows] == names
    for row in rows:
        assert 0 <= row.value < (1e-9 if row.name == "merge_kl" else 1e-3)
        assert (row.purpose, row.n) == ("train", 4 * 4) and row.purpose in spec_of(row.name).purposes


def test_a_stage_that_runs_again_leaves_one_set_of_rows(trained: Callable) -> None:
    first, second = ({f: f.read_bytes() for f in trained()[0].shard_files("metrics")} for _ in range(2))
    assert first == second and len(first) == 1


@METHODS
@pytest.mark.parametrize("fails", ["save_model", "export_model"])
def test_an_error_while_saving_leaves_nothing_half_done(
    trained: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: str, method: str
) -> None:
    def full_disk(*_: Any) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(f"ssd_iter.training.checkpoint.{fails}", full_disk)
    with pytest.raises(OSError, match="no space left"):
        trained(method=method)
    assert [path.name for path in (tmp_path / "rounds" / "001").iterdir()] == ["train"]
    assert not (tmp_path / "shards" / "metrics").exists()
