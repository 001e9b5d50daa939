"""Stage `generate`: one engine start on one checkpoint, every planned shard that is not there yet."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from ssd_iter.models.weights import checkpoint_of, export_of
from ssd_iter.problems.base import Problem
from ssd_iter.problems.prompts import render_prompt
from ssd_iter.problems.rows import read_problems
from ssd_iter.records import Sample
from ssd_iter.run.events import write_event
from ssd_iter.run.outcome import StageOutcome
from ssd_iter.run.paths import RunPaths
from ssd_iter.run.plan import GeneratePlan, PlannedShard
from ssd_iter.run.progress import ProgressFile
from ssd_iter.run.shards import write_shard
from ssd_iter.sampling.base import Batch, Completion, EngineSettings, Request, Sampler
from ssd_iter.sampling.engines import BY_NAME
from ssd_iter.sampling.preflight import ModelFacts, fit_context, read_model
from ssd_iter.sampling.prompts import encode_prompt


def run(plan: GeneratePlan, paths: RunPaths, progress: ProgressFile) -> StageOutcome:
    """Draw what the plan asks for and is not there yet; each shard is written when its last completion is drawn."""
    missing = missing_shards(plan, paths)
    if missing:
        _draw(plan, paths, missing, progress)
    counts = {"samples": 0, "tokens": 0}
    for shard in plan.shards:
        lengths = pq.read_table(_file(paths, shard), columns=["num_completion_tokens"])["num_completion_tokens"]
        counts["samples"] += len(lengths)
        counts["tokens"] += sum(lengths.to_pylist())
    return StageOutcome(counts=counts)


def missing_shards(plan: GeneratePlan, paths: RunPaths) -> list[PlannedShard]:
    """What is left to draw of a plan, in its order."""
    return [shard for shard in plan.shards if not _file(paths, shard).exists()]


def _draw(plan: GeneratePlan, paths: RunPaths, shards: Sequence[PlannedShard], progress: ProgressFile) -> None:
    folder = _weights(plan, paths)
    facts = read_model(folder, plan.resources.trust_remote_code)
    problems = {
        (purpose, problem.problem_id): problem
        for purpose in sorted({shard.purpose for shard in shards})
        for problem in read_problems(paths, purpose)
    }
    batches = [_batch(plan, shard, facts.tokenizer, problems) for shard in shards]
    sampler = _sampler(plan.engine, _settings(plan, folder, facts, batches))
    progress.begin(sum(len(batch.requests) for batch in batches), "samples", plan.engine)
    writer = _SampleWriter(plan, paths, facts.tokenizer, problems)
    on_event = partial(write_event, paths, plan.round, plan.stage)
    for batch, completions in sampler.sample(batches, progress.advance, on_event):
        writer.write(batch, completions)


def _weights(plan: GeneratePlan, paths: RunPaths) -> Path:
    if plan.round == 0:
        return Path(plan.resources.base_model)
    if plan.dtype == "float32":
        return checkpoint_of(paths, plan.round)
    return export_of(paths, plan.round, plan.dtype, trust_remote_code=plan.resources.trust_remote_code)


def _batch(plan: GeneratePlan, shard: PlannedShard, tokenizer: Any, problems: dict[Any, Problem]) -> Batch:
    requests = []
    for problem_id in shard.problem_ids:
        prompt, ids = encode_prompt(tokenizer, render_prompt(problems[shard.purpose, problem_id]), plan.prompt)
        requests += [Request(problem_id, idx, prompt, ids) for idx in range(shard.decode.num_samples)]
    return Batch(shard, tuple(requests))


def _settings(plan: GeneratePlan, folder: Path, facts: ModelFacts, batches: Sequence[Batch]) -> EngineSettings:
    needs = {
        (len(request.prompt_token_ids) + batch.shard.decode.max_tokens, request.problem_id)
        for batch in batches
        for request in batch.requests
    }
    return EngineSettings(
        folder=str(folder),
        dtype=plan.dtype,
        max_model_len=fit_context(needs, facts, plan.max_model_len),
        stop_token_ids=facts.stop_token_ids,
        pad_token_id=facts.pad_token_id,
        seed=batches[0].shard.seed,
        batch_size=max(1, plan.batch_size // plan.resources.batch_divisor),
        kv_cache_gb=max(1, plan.resources.kv_cache_gb // plan.resources.batch_divisor),
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
