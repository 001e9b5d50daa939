"""The whole `train` stage on the tiny real model: what it leaves on disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ssd_iter.config.schema import LoraConfig, TrainConfig
from ssd_iter.records import FilterVerdict, Sample, TrainStep
from ssd_iter.run.lineage import DataSource
from ssd_iter.run.outcome import StageOutcome
from ssd_iter.run.paths import RunPaths
from ssd_iter.run.plan import Resources, TrainPlan
from ssd_iter.run.progress import ProgressFile
from ssd_iter.run.shards import read_shards, write_shard
from ssd_iter.training.stage import run


@pytest.fixture
def trained(tiny_model: Path, tmp_path: Path, make_sample: Callable[..., Sample]) -> Callable[..., tuple]:
    """Train one round on eight short samples; keyword arguments are the training's knobs."""

    def train(**knobs: Any) -> tuple[RunPaths, StageOutcome]:
        paths = RunPaths(tmp_path)
        ids = [(5, 6, 7, 8 + i) for i in range(8)]
        samples = [
            make_sample("x", f"p{i}", prompt_token_ids=(1, 2), completion_token_ids=c) for i, c in enumerate(ids)
        ]
        facts = {"non_empty": True, "closed_fence": True, "extraction": "ok", "parses": True, "complete": True}
        hashes = {"code": None, "code_sha256": None, "normal_sha256": None}
        key = ("run_id", "round", "purpose", "decode_id", "problem_id", "sample_idx", "problem_set")
        verdicts = [
            FilterVerdict(**{name: getattr(s, name) for name in key}, **facts, **hashes, keep=True, reason=None)
            for s in samples
        ]
        write_shard(paths.shard("samples", 1, "train-0000"), samples, Sample)
        write_shard(paths.shard("filter_verdicts", 1, "filter"), verdicts, FilterVerdict)
        resources = Resources(
            run_folder=str(tmp_path),
            base_model=str(tiny_model),
            workers=1,
            kv_cache_gb=1,
            gpu_memory_utilization=0.5,
            trust_remote_code=False,
        )
        small = {"learning_rate": 1e-2, "batch_size": 4, "micro_batch_size": 4, "bf16": False}
        plan = TrainPlan(
            run_id="run",
            round=1,
            resources=resources,
            trained_from_round=0,
            sampled_from_round=0,
            data=(DataSource(1),),
            seed=0,
            export_dtype="bfloat16",
            train=TrainConfig.model_validate(small | knobs),
        )
        stage = paths.stage(1, "train")
        stage.folder.mkdir(parents=True)
        return paths, run(plan, paths, ProgressFile(stage.progress))

    return train


def load(folder: Path) -> Any:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    AutoTokenizer.from_pretrained(folder)
    return AutoModelForCausalLM.from_pretrained(folder)


@pytest.mark.parametrize("method", ["full", "lora"])
def test_a_round_leaves_an_fp32_master_and_its_copy_for_engines(trained: Callable, method: str) -> None:
    import torch

    paths, outcome = trained(method=method, lora=LoraConfig(rank=4))
    master, copy = load(paths.checkpoint(1)), load(paths.export(1))
    assert (master.dtype, copy.dtype) == (torch.float32, torch.bfloat16)
    weights = dict(copy.named_parameters())
    assert all(torch.equal(weight.to(torch.bfloat16), weights[name]) for name, weight in master.named_parameters())
    assert (paths.adapter(1) / "adapter_config.json").exists() == (method == "lora")
    assert outcome.counts == {"pairs": 8, "too_long": 0, "steps": 2, "tokens": 32}


def test_every_step_is_a_row_and_resumable_checkpoints_go_when_it_is_done(trained: Callable) -> None:
    paths, _ = trained(checkpoint_every=1)
    steps = read_shards(paths.shard_files("train_steps"), TrainStep)
    assert [(step.round, step.step, step.num_tokens) for step in steps] == [(1, 1, 16), (1, 2, 16)]
    assert not paths.stage(1, "train").steps.exists()
