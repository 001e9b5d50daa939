"""Stage `train`: the parent's fp32 weights and the kept samples in, the round's checkpoint out."""

from __future__ import annotations

import math
import shutil
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from ssd_iter.config.schema import TrainConfig
from ssd_iter.metrics.registry import spec_of
from ssd_iter.records import Metric, TrainStep
from ssd_iter.run.events import write_event
from ssd_iter.run.outcome import StageFinding, StageOutcome
from ssd_iter.run.paths import RunPaths
from ssd_iter.run.plan import TrainPlan
from ssd_iter.run.progress import ProgressFile
from ssd_iter.run.shards import read_shards, write_shard
from ssd_iter.training.checkpoint import is_whole, lineage_of, load_parent, load_tokenizer, save_round
from ssd_iter.training.fidelity import choose_contexts, count_positions
from ssd_iter.training.lora import add_adapter
from ssd_iter.training.memory import halve_micro_batch, train_within_memory
from ssd_iter.training.sft import to_row
from ssd_iter.training.training_set import TrainingSet, read_training_set


def run(plan: TrainPlan, paths: RunPaths, progress: ProgressFile) -> StageOutcome:
    """Train one round; a training set without pairs or a loss that isn't finite ends the round with a finding.

    The steps are the last thing written: where they are there, and the weights are as recorded, nothing is trained.
    """
    training_set = read_training_set(paths, plan.data, plan.train.max_length, plan.seed)
    counts = {"pairs": len(training_set.pairs), "too_long": training_set.num_too_long}
    if not training_set.pairs:
        longest = plan.train.max_length
        message = f"all {training_set.num_too_long} kept samples are longer than train.max_length {longest} tokens"
        return StageOutcome(counts, StageFinding("empty_training_set", "error", message, ends_round=True))
    lineage = lineage_of(plan, paths)
    recorded = paths.shard("train_steps", plan.round, "train")
    steps = read_shards([recorded], TrainStep) if recorded.exists() else []
    if not steps or (_is_finite(steps) and not is_whole(plan, paths, lineage)):
        steps = _train(plan, paths, progress, training_set, lineage)
        write_shard(recorded, steps, TrainStep)
    shutil.rmtree(paths.stage(plan.round, "train").steps, ignore_errors=True)
    counts |= {"steps": len(steps), "tokens": sum(step.num_tokens for step in steps)}
    if _is_finite(steps):
        return StageOutcome(counts)
    last = steps[-1]
    message = f"step {last.step}: loss {last.loss}, gradient norm {last.grad_norm}; no checkpoint was kept"
    return StageOutcome(counts, StageFinding("loss_not_finite", "error", message, ends_round=True))


def _train(
    plan: TrainPlan, paths: RunPaths, progress: ProgressFile, training_set: TrainingSet, lineage: dict[str, Any]
) -> list[TrainStep]:
    """Train, and write the weights and what making them cost where the loss stayed finite; returns the steps."""
    tokenizer = load_tokenizer(plan, paths)
    model, log = train_within_memory(
        partial(_load, plan, paths),
        training_set,
        _within_batch(plan),
        seed=plan.seed,
        pad_token_id=tokenizer.eos_token_id if tokenizer.pad_token_id is None else tokenizer.pad_token_id,
        steps=paths.stage(plan.round, "train").steps,
        progress=progress,
        on_event=partial(write_event, paths, plan.round, "train"),
    )
    steps = [to_row(entry, plan.run_id, plan.round) for entry in log]
    if _is_finite(steps):
        contexts = choose_contexts(training_set.pairs)
        kl = save_round(model, tokenizer, plan, paths, lineage, contexts)
        if kl:
            rows = _metrics(plan, kl, count_positions(contexts))
            write_shard(paths.shard("metrics", plan.round, "train"), rows, Metric)
    return steps


def _is_finite(steps: Sequence[TrainStep]) -> bool:
    return math.isfinite(steps[-1].loss) and math.isfinite(steps[-1].grad_norm)


def _within_batch(plan: TrainPlan) -> TrainConfig:
    """The plan's settings with smaller micro-batches where memory ran out before."""
    smaller = plan.train.micro_batch_size
    if plan.resources.batch_divisor > 1:
        smaller = halve_micro_batch(smaller, plan.train.batch_size) or 1
    return plan.train.model_copy(update={"micro_batch_size": smaller})


def _load(plan: TrainPlan, paths: RunPaths) -> Any:
    model = load_parent(plan, paths)
    return add_adapter(model, plan.train.lora, plan.seed) if plan.train.method == "lora" else model


def _metrics(plan: TrainPlan, values: Mapping[str, float | None], num_positions: int) -> list[Metric]:
    return [
        Metric(
            run_id=plan.run_id,
            round=plan.round,
            name=spec_of(name).name,
            purpose="train",
            problem_set="all",
            value=value,
            low=None,
            high=None,
            n=num_positions,
        )
        for name, value in values.items()
    ]
