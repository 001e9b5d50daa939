"""Saving a model with its tokenizer: the fp32 master, and a copy in the engines' precision."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def save_model(model: Any, tokenizer: Any, folder: Path) -> None:
    """Write weights (safetensors), config, tokenizer and chat template."""
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def export_model(model: Any, tokenizer: Any, folder: Path, dtype: str) -> None:
    """Cast `model` in place to `dtype` (`bfloat16`, `float16`) and save it: what engines load, never a parent.

    Afterwards it computes what a model loaded from `folder` computes.
    """
    import torch

    # Weights only: `model.to` would round rotary frequencies too, which a loaded model computes anew in fp32.
    for weight in model.parameters():
        weight.data = weight.data.to(getattr(torch, dtype))
    save_model(model, tokenizer, folder)
