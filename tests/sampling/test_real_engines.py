"""Both engines, for real: the whole `generate` stage in a process of its own, on the tiny model and on SmolLM2."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.experiment import create_run
from ssd_iter.config.load import validate
from ssd_iter.records import Sample
from ssd_iter.run.paths import RunPaths, read_json, write_json
from ssd_iter.run.shards import read_shards

HAS_VLLM = importlib.util.find_spec("vllm") is not None
needs_vllm = pytest.mark.skipif(not HAS_VLLM, reason="vLLM is not installed")


@pytest.fixture
def generated(tiny_config: dict[str, Any], tmp_path: Path) -> Callable[..., RunPaths]:
    """Plan a run with an engine and a model, carry out round 0's `generate` stage, return the run."""

    def generate(engine: str, model: str, dtype: str) -> RunPaths:
        sections = {
            "model": {"path": model},
            "engine": {"name": engine, "dtype": dtype, "shard_size": 4, "kv_cache_gb": 1},
        }
        experiment = create_run(validate(tiny_config | sections, "the test"), "", tmp_path)
        (plan, _) = experiment.plan(0).stages
        stage = experiment.paths.stage(0, "generate")
        write_json(stage.plan, plan.model_dump(mode="json"))
        command = [sys.executable, "-m", "ssd_iter.stage", str(stage.plan)]
        result = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"OMP_NUM_THREADS": "2"})
        assert result.returncode == 0, result.stderr[-3000:]
        return experiment.paths

    return generate


@pytest.mark.parametrize(
    ("engine", "model", "dtype"),
    [
        pytest.param("vllm", "tiny", "float32", marks=needs_vllm),
        pytest.param("vllm", "smollm2-135m-instruct", "bfloat16", marks=needs_vllm),
        ("transformers", "tiny", "float32"),
        ("transformers", "smollm2-135m-instruct", "bfloat16"),
    ],
)
def test_an_engine_draws_what_was_planned(
    generated: Callable, tiny_model: Path, engine: str, model: str, dtype: str
) -> None:
    from transformers import AutoTokenizer

    paths = generated(engine, str(tiny_model) if model == "tiny" else model, dtype)
    samples = read_shards(paths.shard_files("samples"), Sample)
    assert [(s.round, s.purpose) for s in samples] == [(0, "eval")] * 8 + [(1, "train")] * 6
    assert {s.engine for s in samples} == {engine}
    assert all(1 <= s.num_completion_tokens <= 16 for s in samples)
    assert all(s.num_completion_tokens == 16 for s in samples if s.finish_reason == "length")
    stop = AutoTokenizer.from_pretrained(read_json(paths.resolved)["model_folder"]).eos_token_id
    for sample in samples:
        assert (sample.completion_token_ids[-1] == stop) == (sample.finish_reason == "stop")
        assert stop not in sample.completion_token_ids[:-1]
    assert read_json(paths.stage(0, "generate").done)["outcome"]["counts"]["samples"] == 14
