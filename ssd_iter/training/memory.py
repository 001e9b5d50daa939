"""When memory runs out: smaller micro-batches, more of them, the same batch. The order of the data and what is learnt
stay as they were.

A failed attempt leaves partial gradients, so nothing is patched inside a step: training starts again from its last
whole checkpoint, else from the parent's weights. Limits: where the system kills a process that asks for too much, as
Linux often does for main memory, there is nothing to catch.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

from ssd_iter.config.schema import TrainConfig
from ssd_iter.exceptions import ConfigError
from ssd_iter.run.memory import is_out_of_memory
from ssd_iter.training.sft import OnEvent, train
from ssd_iter.training.training_set import TrainingSet


def train_within_memory(
    load: Callable[[], Any], training_set: TrainingSet, config: TrainConfig, *, on_event: OnEvent, **rest: Any
) -> tuple[Any, list[dict[str, float]]]:
    """`train` with the largest micro-batch that fits, from `config`'s downwards; returns the model and its log.

    `load` gives a fresh model for each attempt; each halving is an event `batch_halved`. ConfigError where not even
    one sequence at a time fits.
    """
    while True:
        model = load()
        try:
            log = train(model, training_set, config, on_event=on_event, **rest)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            del model
        else:
            release_memory()
            return model, log
        release_memory()
        before, after = config.micro_batch_size, halve_micro_batch(config.micro_batch_size, config.batch_size)
        if after is None:
            longest = max(len(pair.input_ids) for pair in training_set.pairs)
            raise ConfigError(
                f"training ran out of memory with one sequence at a time; the longest has {longest} tokens: set "
                "train.gradient_checkpointing = true, lower train.max_length, or set train.method = 'lora'"
            )
        on_event(
            "batch_halved",
            f"out of memory: {after} sequences at a time instead of {before}, still {config.batch_size} a batch",
            {"batch_size": config.batch_size, "old_micro_batch_size": before, "new_micro_batch_size": after},
        )
        config = config.model_copy(update={"micro_batch_size": after})


def halve_micro_batch(micro_batch_size: int, batch_size: int) -> int | None:
    """The largest divisor of `batch_size` that is at most half of `micro_batch_size`; None where that is 1 already."""
    return next((size for size in range(micro_batch_size // 2, 0, -1) if batch_size % size == 0), None)


def release_memory() -> None:
    """Let go of what only reference cycles and torch's cache still hold: a Trainer, its optimizer, its gradients."""
    import torch

    gc.collect()
    torch.cuda.empty_cache()
