"""Batches for the engines, made by hand, and engines in processes of their own."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ssd_iter.config.schema import DecodeConfig
from ssd_iter.run.plan import PlannedShard
from ssd_iter.sampling.base import Batch, Completion, EngineSettings, Request

DRAW = """
import importlib, os, pickle, sys
from pathlib import Path
from ssd_iter.sampling.engines import BY_NAME

engine, settings, batches = pickle.loads(Path(sys.argv[1]).read_bytes())
module, _, name = BY_NAME[engine].sampler.partition(":")
sampler = getattr(importlib.import_module(module), name)(settings)
drawn = []
for batch in batches:
    ((_, completions),) = sampler.sample([batch], lambda *_: None, lambda *_: None)
    drawn.append(completions)
Path(sys.argv[1]).write_bytes(pickle.dumps(drawn))
os._exit(0)
"""


@pytest.fixture(scope="session")
def draw_alone(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., list[list[Completion]]]:
    """Start an engine in a process of its own (vLLM never goes away), and draw one batch after the other."""

    def draw(engine: str, settings: EngineSettings, batches: list[Batch]) -> list[list[Completion]]:
        file = tmp_path_factory.mktemp("draw") / "batches"
        file.write_bytes(pickle.dumps((engine, settings, batches)))
        result = subprocess.run([sys.executable, "-c", DRAW, str(file)], capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stderr[-3000:]
        return pickle.loads(file.read_bytes())

    return draw


@pytest.fixture(scope="session")
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


@pytest.fixture(scope="session")
def make_batch() -> Callable[..., Batch]:
    """One shard of requests, each for a problem of its own; each prompt is a tuple of token ids."""

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
