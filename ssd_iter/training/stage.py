"""Stage `train`: the parent's fp32 weights and the kept samples in, the round's checkpoint out."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from functools import partial
from typing import Any

from ssd_iter.metrics.registry import spec_of
from ssd_iter.records import Metric, TrainStep
from ssd_iter.run.events import write_event
from ssd_iter.run.outcome import StageFinding, StageOutcome
from ssd_iter.run.paths import RunPaths
from ssd_iter.run.plan import TrainPlan
from ssd_iter.run.progress import ProgressFile
from ssd_iter.run.shards import write_shard
from ssd_iter.training.checkpoint import lineage_of, load_parent, load_tokenizer, save_round
from ssd_iter.training.fidelity import choose_contexts, count_positions
from ssd_iter.training.lora import add_adapter
from ssd_iter.training.memory import train_within_memory
from ssd_iter.training.sft import is_finite, to_row
from ssd_iter.training.training_set import read_training_set


def run(plan: TrainPlan, paths: RunPaths, progress: ProgressFile) -> StageOutcome:
    """Train one round; a training set without pairs or a loss that isn't finite ends the round with a finding."""
    training_set = read_training_set(paths, plan.data, plan.train.max_length, plan.seed)
    counts = {"pairs": len(training_set.pairs), "too_long": training_set.num_too_long}
    if not training_set.pairs:
        longest = plan.train.max_length
        message = f"all {training_set.num_too_long} kept samples are longer than train.max_length {longest} tokens"
        return StageOutcome(counts, StageFinding("empty_training_set", "error", message, ends_round=True))
    lineage, tokenizer = lineage_of(plan, paths), load_tokenizer(plan, paths)
    steps = paths.stage(plan.round, "train").steps
    model, log = train_within_memory(
        partial(_load, plan, paths),
        training_set,
        plan.train,
        seed=plan.seed,
        pad_token_id=tokenizer.eos_token_id if tokenizer.pad_token_id is None else tokenizer.pad_token_id,
        steps=steps,
        progress=progress,
        on_event=partial(write_event, paths, plan.round, "train"),
    )
    write_shard(
        paths.shard("train_steps", plan.round, "train"), [to_row(e, plan.run_id, plan.round) for e in log], TrainStep
    )
    counts |= {"steps": len(log), "tokens": sum(int(entry["num_tokens"]) for entry in log)}
    if not is_finite(log[-1]):
        last = log[-1]
        message = f"step {last['step']}: loss {last['loss']}, gradient norm {last['grad_norm']}; no checkpoint was kept"
        return StageOutcome(counts, StageFinding("loss_not_finite", "error", message, ends_round=True))
    contexts = choose_contexts(training_set.pairs)
    kl = save_round(model, tokenizer, plan, paths, lineage, contexts)
    if kl:
        rows = _metrics(plan, kl, count_positions(contexts))
        write_shard(paths.shard("metrics", plan.round, "train"), rows, Metric)
    shutil.rmtree(steps, ignore_errors=True)
    return StageOutcome(counts)


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
