"""One real round: SmolLM2 writes code, is trained on it and evaluated again, on the engine that `auto` finds."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from flows.experiment import stored_config
from ssd_iter.records import Execution, Sample
from ssd_iter.run.paths import RunPaths
from ssd_iter.run.shards import read_shards
from stores.sql_console import run_query


@pytest.mark.timeout(1800)
def test_smollm2_goes_through_a_whole_round(make_run: Callable[..., RunPaths], call: Callable) -> None:
    paths = make_run(
        rounds=1,
        model={"path": "smollm2-135m-instruct"},
        engine={"name": "auto", "kv_cache_gb": 1},
        problems={"train": ["fresh:train?n=6"], "evaluate": ["fresh:test?n=6&levels=0-0"], "fresh_seed": 1},
        sample={"max_tokens": 96, "top_k": 20, "temperature": 0.9},
        evaluate={"max_tokens": 96, "top_k": 20, "temperature": 0.6, "num_samples": 2, "k": [1, 2]},
        filter={},
        train={"learning_rate": 1e-5, "batch_size": 4, "micro_batch_size": 2, "max_length": 512},
    )
    # A CPU without bf16 arithmetic of its own (AVX2 alone) takes seven minutes where another takes one.
    result = call(paths, "resume", seconds=1500, OMP_NUM_THREADS="2")
    assert result.returncode == 0, result.stderr

    executions = read_shards(paths.shard_files("executions"), Execution)
    assert len(executions) == 2 * 6 * 2
    # A model that has learnt to answer writes code that parses, and solves some of the easiest problems.
    assert sum(row.parses for row in executions) >= len(executions) / 2
    assert any(row.verdict == "pass" for row in executions)
    samples = read_shards(paths.shard_files("samples"), Sample)
    assert all(s.prompt.startswith("<|im_start|>system") and s.prompt.endswith("assistant\n") for s in samples)
    # An engine that computes in float32 reads the checkpoint itself.
    assert paths.export(1).exists() == (stored_config(paths).engine.dtype != "float32")
    (note,) = run_query(paths, "SELECT provenance_json FROM runs").rows[0]
    assert "Q4_1" in json.loads(note)["model_note"]
