"""Batches for the engines, made by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ssd_iter.config.schema import DecodeConfig
from ssd_iter.run.plan import PlannedShard
from ssd_iter.sampling.base import Batch, EngineSettings, Request


@pytest.fixture
def settings_for() -> Callable[..., EngineSettings]:
    """Engine settings for a model folder: fp32, short context."""

    def settings(folder: Path, **changes: object) -> EngineSettings:
        from transformers import AutoTokenizer

        tokenizer = AutoTokenizer.from_pretrained(folder)
        known: dict = {
            "folder": str(folder),
            "dtype": "float32",
            "max_model_len": 512,
            "stop_token_ids": (tokenizer.eos_token_id,),
            "pad_token_id": tokenizer.pad_token_id,
            "seed": 0,
            "batch_size": 4,
            "kv_cache_gb": 1,
            "gpu_memory_utilization": 0.5,
            "trust_remote_code": False,
        }
        return EngineSettings(**known | changes)

    return settings


@pytest.fixture
def make_batch() -> Callable[..., Batch]:
    """One shard of requests; each prompt is a tuple of token ids."""

    def make(prompts: list[tuple[int, ...]], *, seed: int = 1, **decode: object) -> Batch:
        shard = PlannedShard(
            round=0,
            purpose="eval",
            index=0,
            problem_ids=tuple(f"p{i}" for i in range(len(prompts))),
            decode=DecodeConfig.model_validate({"max_tokens": 12} | decode),
            seed=seed,
        )
        return Batch(shard, tuple(Request(f"p{i}", 0, "", ids) for i, ids in enumerate(prompts)))

    return make
