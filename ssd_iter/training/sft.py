"""Supervised fine-tuning through `transformers.Trainer`: AdamW, cosine with warm-up and floor, clipping.

The loss is averaged over the trained tokens of a whole optimizer step, however it is split into micro-batches.
"""

from __future__ import annotations

import hashlib
import math
import shutil
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from ssd_iter.config.schema import TrainConfig
from ssd_iter.records import TrainStep
from ssd_iter.run.paths import write_text
from ssd_iter.run.progress import ProgressFile
from ssd_iter.training.loss import is_models_own_loss, summed_loss
from ssd_iter.training.training_set import IGNORED, TrainingSet, collate, excerpt

OnEvent = Callable[[str, str, Mapping[str, Any]], None]
"""Puts on record that something happened: its kind, a sentence, and what a program would want to know."""

_CHECKED_TOKENS = 32
_HASH_FILE = "files.sha256"


def train(
    model: Any,
    training_set: TrainingSet,
    config: TrainConfig,
    *,
    seed: int,
    pad_token_id: int,
    steps: Path,
    progress: ProgressFile,
    on_event: OnEvent,
) -> list[dict[str, float]]:
    """Train `model` in place; returns one log entry an optimizer step, the last one with a loss that may not be finite.

    Training stops at the first loss or gradient norm that isn't finite. `steps` holds resumable checkpoints where
    `checkpoint_every` asks for them; a training found there goes on.
    """
    from datasets import Dataset

    rows = [
        {"input_ids": pair.input_ids, "labels": pair.labels, "length": len(pair.input_ids)}
        for pair in training_set.pairs
    ]
    trainer = _trainer_type()(
        model=model,
        args=_arguments(config, seed, steps),
        train_dataset=Dataset.from_list(rows),
        data_collator=partial(collate, pad_token_id=pad_token_id),
    )
    trainer.progress = progress
    with trainer.accelerator.autocast():
        trainer.chunked = is_models_own_loss(model, excerpt(training_set.pairs[0], _CHECKED_TOKENS))
    if trainer.chunked:
        trainer.model_accepts_loss_kwargs = True  # it then counts the tokens of the whole step
    else:
        kind = model.config.model_type
        on_event("logits_not_chunked", f"{kind} models compute their loss in their own way: all logits at once", {})
    trainer.add_callback(_hashing_callback())
    trainer.train(resume_from_checkpoint=_any_whole_checkpoint(steps) or None)
    trainer.accelerator.unwrap_model(model, keep_fp32_wrapper=False)
    return [entry for entry in trainer.state.log_history if "loss" in entry]


def _any_whole_checkpoint(steps: Path) -> bool:
    """Whether there is one to go on from; those that were cut short, or changed since, are removed."""
    whole = False
    for checkpoint in steps.glob("checkpoint-*"):
        recorded = checkpoint / _HASH_FILE
        if recorded.exists() and recorded.read_text(encoding="ascii", errors="replace") == _hash_files(checkpoint):
            whole = True
        else:
            shutil.rmtree(checkpoint)
    return whole


def _hash_files(folder: Path) -> str:
    """SHA-256 over the names and contents of all files of a checkpoint but its own hash."""
    total = hashlib.sha256()
    for file in sorted(folder.iterdir()):
        if file.name != _HASH_FILE:
            with file.open("rb") as stream:
                total.update(f"{file.name}\0{hashlib.file_digest(stream, 'sha256').hexdigest()}\n".encode())
    return total.hexdigest()


def is_finite(entry: dict[str, float]) -> bool:
    """Whether a step's loss and gradient norm are numbers."""
    return math.isfinite(entry["loss"]) and math.isfinite(entry["grad_norm"])


def to_row(entry: dict[str, float], run_id: str, round: int) -> TrainStep:
    """A log entry as a row."""
    return TrainStep(
        run_id=run_id,
        round=round,
        step=int(entry["step"]),
        epoch=entry["epoch"],
        loss=entry["loss"],
        grad_norm=entry["grad_norm"],
        learning_rate=entry["learning_rate"],
        num_tokens=int(entry["num_tokens"]),
        tokens_per_second=entry["tokens_per_second"],
    )


def _arguments(config: TrainConfig, seed: int, steps: Path) -> Any:
    import torch
    from transformers import TrainingArguments

    arguments = TrainingArguments(
        output_dir=str(steps),
        per_device_train_batch_size=config.micro_batch_size,
        gradient_accumulation_steps=config.batch_size // config.micro_batch_size,
        num_train_epochs=config.num_epochs,
        max_steps=config.max_steps or -1,
        learning_rate=config.learning_rate,
        lr_scheduler_type="cosine_with_min_lr",
        # As a share of the peak: from the floor itself transformers divides by a peak of 0.
        lr_scheduler_kwargs={"min_lr_rate": config.min_learning_rate / (config.learning_rate or 1)},
        warmup_steps=config.warmup_steps,
        optim="adamw_torch",
        weight_decay=config.weight_decay,
        adam_beta1=config.adam_beta1,
        adam_beta2=config.adam_beta2,
        max_grad_norm=config.max_grad_norm,
        bf16=config.bf16 is True,
        gradient_checkpointing=config.gradient_checkpointing,
        gradient_checkpointing_kwargs={"use_reentrant": False},
        train_sampling_strategy="group_by_length",
        length_column_name="length",
        seed=seed,
        data_seed=seed,
        logging_steps=1,
        logging_nan_inf_filter=False,
        save_strategy="steps" if config.checkpoint_every else "no",
        save_steps=config.checkpoint_every or 1,
        save_total_limit=1,
        use_cpu=not torch.cuda.is_available(),
        remove_unused_columns=False,
        dataloader_pin_memory=torch.cuda.is_available(),
        report_to="none",
        disable_tqdm=True,
    )
    arguments._n_gpu = min(1, arguments.n_gpu)  # each further GPU would take a micro-batch: the batch would grow
    return arguments


def _hashing_callback() -> Any:
    """Writes the hash of each checkpoint's files into it, last of all."""
    from transformers import TrainerCallback

    class Hashing(TrainerCallback):  # type: ignore[misc]
        def on_save(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            folder = Path(args.output_dir) / f"checkpoint-{state.global_step}"
            write_text(folder / _HASH_FILE, _hash_files(folder))

    return Hashing()


def _trainer_type() -> type[Any]:
    """Trainer with what our rows need: token counts and speed beside each step's loss, progress, and a stop at NaN."""
    from transformers import Trainer

    class RecordingTrainer(Trainer):  # type: ignore[misc]
        progress: ProgressFile
        chunked: bool
        begun = False
        trained_tokens = 0
        all_tokens = 0
        step_began = time.monotonic()

        def training_step(self, model: Any, inputs: Any, num_items_in_batch: Any = None) -> Any:
            if self.all_tokens == 0:
                self.step_began = time.monotonic()
            if not self.begun:
                self.progress.begin(self.state.max_steps - self.state.global_step, "steps")
                self.begun = True
            self.trained_tokens += int((inputs["labels"] != IGNORED).sum())
            self.all_tokens += int(inputs["attention_mask"].sum())
            return super().training_step(model, inputs, num_items_in_batch)

        def compute_loss(
            self, model: Any, inputs: Any, return_outputs: bool = False, num_items_in_batch: Any = None
        ) -> Any:
            if not self.chunked:
                return super().compute_loss(model, inputs, return_outputs, num_items_in_batch)
            with self.accelerator.autocast():
                return summed_loss(model, inputs) / num_items_in_batch

        def log(self, logs: dict[str, float], *args: Any, **kwargs: Any) -> None:
            if "loss" in logs:
                seconds = max(time.monotonic() - self.step_began, 1e-9)
                logs |= {"num_tokens": self.trained_tokens, "tokens_per_second": self.all_tokens / seconds}
                self.progress.advance(1, self.all_tokens)
                self.trained_tokens = self.all_tokens = 0
                self.control.should_training_stop |= not is_finite(logs)
            super().log(logs, *args, **kwargs)

    return RecordingTrainer
