"""A train stage on the tiny real model, and what its tests look at."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ssd_iter.config.schema import TrainConfig
from ssd_iter.records import FilterVerdict, Sample
from ssd_iter.run.lineage import DataSource
from ssd_iter.run.outcome import StageOutcome
from ssd_iter.run.paths import RunPaths
from ssd_iter.run.plan import Resources, TrainPlan
from ssd_iter.run.progress import ProgressFile
from ssd_iter.run.shards import write_shard
from ssd_iter.training.stage import run

SMALL = {"learning_rate": 1e-2, "batch_size": 4, "micro_batch_size": 4, "bf16": False}


@pytest.fixture
def make_plan(tiny_model: Path, tmp_path: Path) -> Callable[..., TrainPlan]:
    """A plan to train one round from the round before; further keyword arguments are the training's knobs."""

    def make(round: int = 1, export_dtype: str | None = "bfloat16", **knobs: Any) -> TrainPlan:
        resources = Resources(
            run_folder=str(tmp_path),
            base_model=str(tiny_model),
            workers=1,
            kv_cache_gb=1,
            gpu_memory_utilization=0.5,
            trust_remote_code=False,
            isolation="ns",
            verdict_cache=False,
        )
        return TrainPlan(
            run_id="run",
            round=round,
            resources=resources,
            trained_from_round=round - 1,
            sampled_from_round=0,
            data=(DataSource(round), DataSource(1, 0.5))[:round],
            seed=0,
            export_dtype=export_dtype,
            train=TrainConfig.model_validate(SMALL | knobs),
        )

    return make


@pytest.fixture
def trained(
    make_plan: Callable[..., TrainPlan], tmp_path: Path, make_sample: Callable[..., Sample]
) -> Callable[..., tuple[RunPaths, StageOutcome]]:
    """Train one round on nine short samples; arguments are `make_plan`'s."""

    def train(round: int = 1, folder: str = ".", **arguments: Any) -> tuple[RunPaths, StageOutcome]:
        paths = RunPaths(tmp_path / folder)
        samples = [
            make_sample("x", f"p{i}", round=round, prompt_token_ids=(1, 2), completion_token_ids=(5, 6, 7, 8 + i))
            for i in range(9)
        ]
        facts = {"non_empty": True, "closed_fence": True, "extraction": "ok", "parses": True, "complete": True}
        hashes = {"code": None, "code_sha256": None, "normal_sha256": None}
        key = ("run_id", "round", "purpose", "decode_id", "problem_id", "sample_idx", "problem_set")
        verdicts = [
            FilterVerdict(**{name: getattr(s, name) for name in key}, **facts, **hashes, keep=True, reason=None)
            for s in samples
        ]
        write_shard(paths.shard("samples", round, "train-0000"), samples, Sample)
        write_shard(paths.shard("filter_verdicts", round, "filter"), verdicts, FilterVerdict)
        stage = paths.stage(round, "train")
        stage.folder.mkdir(parents=True, exist_ok=True)
        return paths, run(make_plan(round, **arguments), paths, ProgressFile(stage.progress))

    return train


@pytest.fixture
def load() -> Callable[[Path], Any]:
    """The model in a folder, in its own precision, with the attention that the train stage measures with."""

    def load(folder: Path) -> Any:
        from transformers import AutoModelForCausalLM, AutoTokenizer

        AutoTokenizer.from_pretrained(folder)
        return AutoModelForCausalLM.from_pretrained(folder, attn_implementation="eager")

    return load
