"""The `generate` stage around an engine: what it refuses, what it puts on record."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.experiment import create_run
from ssd_iter.config.load import validate
from ssd_iter.config.schema import DecodeConfig
from ssd_iter.exceptions import ConfigError
from ssd_iter.problems.rows import read_problems
from ssd_iter.records import Event, Sample
from ssd_iter.run.paths import RunPaths
from ssd_iter.run.plan import GeneratePlan
from ssd_iter.run.progress import ProgressFile
from ssd_iter.run.shards import read_shards
from ssd_iter.sampling.preflight import measure_prompts
from ssd_iter.sampling.stage import run


@pytest.fixture
def planned(tiny_config: dict[str, Any], tmp_path: Path) -> Callable[..., tuple[GeneratePlan, RunPaths]]:
    """Plan round 0's `generate` stage; keyword arguments change the plan."""

    def plan(**changes: object) -> tuple[GeneratePlan, RunPaths]:
        experiment = create_run(validate(tiny_config, "the test"), "", tmp_path)
        (stage, _) = experiment.plan(0).stages
        assert isinstance(stage, GeneratePlan)
        experiment.paths.stage(0, "generate").folder.mkdir(parents=True)
        return stage.model_copy(update=changes), experiment.paths

    return plan


def carry_out(plan: GeneratePlan, paths: RunPaths) -> None:
    run(plan, paths, ProgressFile(paths.stage(0, "generate").progress))


def test_a_halved_batch_is_put_on_record(planned: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch
    from transformers import GenerationMixin

    generate = GenerationMixin.generate

    def with_room_for_two(self: object, input_ids: torch.Tensor, **options: object) -> torch.Tensor:
        if len(input_ids) > 2:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return generate(self, input_ids, **options)

    monkeypatch.setattr(GenerationMixin, "generate", with_room_for_two)
    plan, paths = planned()
    carry_out(plan, paths)
    (event,) = [event for event in read_shards(paths.shard_files("events"), Event) if event.kind == "batch_halved"]
    assert (event.round, event.stage, json.loads(event.payload_json)) == (0, "generate", {"old": 4, "new": 2})
    assert len(read_shards(paths.shard_files("samples"), Sample)) == 14


def test_the_stage_refuses_what_was_refused_before_it(planned: Callable) -> None:
    plan, paths = planned(max_model_len=64)
    with pytest.raises(ConfigError) as refused:
        carry_out(plan, paths)
    problems = read_problems(paths, "eval")
    with pytest.raises(ConfigError) as refused_before:
        decode = DecodeConfig(max_tokens=16)
        measure_prompts(Path(plan.resources.base_model), problems, plan.prompt, decode, 64, trust_remote_code=False)
    assert str(refused.value).partition("the longest")[2] == str(refused_before.value).partition("the longest")[2]
