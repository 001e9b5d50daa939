"""Low-rank adapters through peft: added before training, kept, and merged into the fp32 parent after it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ssd_iter.config.schema import LoraConfig


def add_adapter(model: Any, config: LoraConfig, seed: int) -> Any:
    """The model with trainable adapters, drawn by `seed`; everything else is frozen."""
    import torch
    from peft import LoraConfig as PeftLoraConfig
    from peft import get_peft_model

    targets = config.target_modules if isinstance(config.target_modules, str) else list(config.target_modules)
    adapter = PeftLoraConfig(
        r=config.rank,
        lora_alpha=config.alpha,
        lora_dropout=config.dropout,
        target_modules=targets,
        task_type="CAUSAL_LM",
    )
    torch.manual_seed(seed)
    return get_peft_model(model, adapter)


def merge_adapter(model: Any, folder: Path) -> Any:
    """Save the adapter to `folder`, then return the plain model with the update in its fp32 weights."""
    model.save_pretrained(folder)
    return model.merge_and_unload()
