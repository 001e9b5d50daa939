"""Where a training starts and what it leaves: fp32 checkpoint, adapter, and a copy for engines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ssd_iter.models.export import export_model, save_model
from ssd_iter.run.paths import RunPaths, replacing
from ssd_iter.run.plan import TrainPlan
from ssd_iter.training.lora import merge_adapter


def load_parent(plan: TrainPlan, paths: RunPaths) -> tuple[Any, Any]:
    """The parent's fp32 model and tokenizer."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    parent = plan.trained_from_round
    folder = paths.checkpoint(parent) if parent else Path(plan.resources.base_model)
    trust = plan.resources.trust_remote_code
    tokenizer = AutoTokenizer.from_pretrained(folder, trust_remote_code=trust)
    model = AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, attn_implementation=plan.train.attention, trust_remote_code=trust
    )
    return model, tokenizer


def save_round(model: Any, tokenizer: Any, plan: TrainPlan, paths: RunPaths) -> None:
    """Write the round's checkpoint (and adapter), then the engines' copy; each appears whole."""
    if plan.train.method == "lora":
        with replacing(paths.adapter(plan.round)) as folder:
            model = merge_adapter(model, folder)
    with replacing(paths.checkpoint(plan.round)) as folder:
        save_model(model, tokenizer, folder)
    if plan.export_dtype:
        with replacing(paths.export(plan.round)) as folder:
            export_model(model, tokenizer, folder, plan.export_dtype)
