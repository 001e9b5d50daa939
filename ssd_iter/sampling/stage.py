"""Stage `generate`: one engine start on one checkpoint, every planned shard that is not there yet."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from ssd_iter.exceptions import ConfigError
from ssd_iter.problems.base import Problem
from ssd_iter.problems.prompts import render_prompt
from ssd_iter.problems.rows import read_problems
from ssd_iter.records import Sample
from ssd_iter.run.outcome import StageOutcome
from ssd_iter.run.paths import RunPaths
from ssd_iter.run.plan import GeneratePlan, PlannedShard
from ssd_iter.run.progress import ProgressFile
from ssd_iter.run.shards import write_shard
from ssd_iter.sampling.base import Batch, Completion, EngineSettings, Request, Sampler
from ssd_iter.sampling.engines import BY_NAME
from ssd_iter.sampling.prompts import encode_prompt, stop_token_ids


def run(plan: GeneratePlan, paths: RunPaths, progress: ProgressFile) -> StageOutcome:
    """Draw what the plan asks for and is not there yet; each shard is written when its last completion is drawn."""
    missing = [shard for shard in plan.shards if not _file(paths, shard).exists()]
    if missing:
        _draw(plan, paths, missing, progress)
    counts = {"samples": 0, "tokens": 0}
    for shard in plan.shards:
        lengths = pq.read_table(_file(paths, shard), columns=["num_completion_tokens"])["num_completion_tokens"]
        counts["samples"] += len(lengths)
        counts["tokens"] += sum(lengths.to_pylist())
    return StageOutcome(counts=counts)


def _draw(plan: GeneratePlan, paths: RunPaths, shards: Sequence[PlannedShard], progress: ProgressFile) -> None:
    from transformers import AutoTokenizer

    folder = _checkpoint(plan, paths)
    tokenizer = AutoTokenizer.from_pretrained(folder, trust_remote_code=plan.resources.trust_remote_code)
    problems = {
        (purpose, problem.problem_id): problem
        for purpose in sorted({shard.purpose for shard in shards})
        for problem in read_problems(paths, purpose)
    }
    batches = [_batch(plan, shard, tokenizer, problems) for shard in shards]
    settings = _settings(plan, folder, tokenizer, batches)
    sampler = _sampler(plan.engine, settings)
    progress.begin(sum(len(batch.requests) for batch in batches), "samples", plan.engine)
    writer = _SampleWriter(plan, paths, tokenizer, problems)
    for batch, completions in sampler.sample(batches, progress.advance):
        writer.write(batch, completions)


def _checkpoint(plan: GeneratePlan, paths: RunPaths) -> Path:
    if plan.round == 0:
        return Path(plan.resources.base_model)
    return paths.checkpoint(plan.round) if plan.dtype == "float32" else paths.export(plan.round)


def _batch(plan: GeneratePlan, shard: PlannedShard, tokenizer: Any, problems: dict[Any, Problem]) -> Batch:
    requests = []
    for problem_id in shard.problem_ids:
        prompt, ids = encode_prompt(tokenizer, render_prompt(problems[shard.purpose, problem_id]), plan.prompt)
        requests += [Request(problem_id, idx, prompt, ids) for idx in range(shard.decode.num_samples)]
    return Batch(shard, tuple(requests))


def _settings(plan: GeneratePlan, folder: Path, tokenizer: Any, batches: Sequence[Batch]) -> EngineSettings:
    from transformers import AutoConfig, GenerationConfig

    needs = {
        request.problem_id: len(request.prompt_token_ids) + batch.shard.decode.max_tokens
        for batch in batches
        for request in batch.requests
    }
    model_config = AutoConfig.from_pretrained(folder, trust_remote_code=plan.resources.trust_remote_code)
    context = min(plan.max_model_len or max(needs.values()), model_config.max_position_embeddings)
    too_long = {name: need for name, need in needs.items() if need > context}
    if too_long:
        name, need = max(too_long.items(), key=lambda item: item[1])
        raise ConfigError(
            f"{len(too_long)} prompts with their max_tokens don't fit a context of {context} tokens; the longest, "
            f"{name}, needs {need}: lower max_tokens, raise engine.max_model_len, or leave these problems out"
        )
    has_generation_config = (folder / "generation_config.json").exists()
    generation_config = GenerationConfig.from_pretrained(folder) if has_generation_config else GenerationConfig()
    stops = stop_token_ids(tokenizer, generation_config)
    return EngineSettings(
        folder=str(folder),
        dtype=plan.dtype,
        max_model_len=context,
        stop_token_ids=stops,
        pad_token_id=stops[0] if tokenizer.pad_token_id is None else tokenizer.pad_token_id,
        seed=batches[0].shard.seed,
        batch_size=plan.batch_size,
        kv_cache_gb=plan.resources.kv_cache_gb,
        gpu_memory_utilization=plan.resources.gpu_memory_utilization,
        trust_remote_code=plan.resources.trust_remote_code,
    )


def _sampler(engine: str, settings: EngineSettings) -> Sampler:
    module, _, name = BY_NAME[engine].sampler.partition(":")
    sampler: Sampler = getattr(importlib.import_module(module), name)(settings)
    return sampler


@dataclass(frozen=True, slots=True)
class _SampleWriter:
    plan: GeneratePlan
    paths: RunPaths
    tokenizer: Any
    problems: dict[Any, Problem]

    def write(self, batch: Batch, completions: Sequence[Completion]) -> None:
        now = datetime.now(UTC)
        pairs = zip(batch.requests, completions, strict=True)
        rows = [self._row(batch.shard, request, completion, now) for request, completion in pairs]
        write_shard(_file(self.paths, batch.shard), rows, Sample)

    def _row(self, shard: PlannedShard, request: Request, completion: Completion, now: datetime) -> Sample:
        return Sample(
            run_id=self.plan.run_id,
            round=shard.round,
            purpose=shard.purpose,
            decode_id=shard.decode.decode_id,
            problem_id=request.problem_id,
            sample_idx=request.sample_idx,
            problem_set=self.problems[shard.purpose, request.problem_id].problem_set,
            prompt=request.prompt,
            completion=self.tokenizer.decode(completion.token_ids, skip_special_tokens=True),
            prompt_token_ids=request.prompt_token_ids,
            completion_token_ids=completion.token_ids,
            finish_reason=completion.finish_reason,
            num_completion_tokens=len(completion.token_ids),
            sampled_from_round=self.plan.round,
            engine=self.plan.engine,
            seed=shard.seed,
            created_at=now,
        )


def _file(paths: RunPaths, shard: PlannedShard) -> Path:
    return paths.shard("samples", shard.round, shard.writer)
