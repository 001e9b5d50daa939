"""A GGUF file made whole again: fp32 safetensors, tokenizer and chat template in one folder."""

from __future__ import annotations

from pathlib import Path

from ssd_iter.exceptions import DataError
from ssd_iter.models.export import save_model
from ssd_iter.run.paths import replacing


def convert_gguf(gguf: Path, folder: Path) -> None:
    """Write `folder` from a GGUF file; DataError where transformers cannot read it or it holds no tokenizer."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name)
        loaded = AutoModelForCausalLM.from_pretrained(gguf.parent, gguf_file=gguf.name, dtype=torch.float32)
    except (OSError, ValueError, KeyError) as error:
        raise DataError(f"{gguf.name} cannot be read as a model with its tokenizer: {error}") from None
    # A model that still says it is quantised refuses to be saved; the weights no longer are.
    config = loaded.config.__class__.from_dict(
        {key: value for key, value in loaded.config.to_dict().items() if key != "quantization_config"}
    )
    model = AutoModelForCausalLM.from_config(config, dtype=torch.float32)
    model.load_state_dict(loaded.state_dict())
    model.generation_config = loaded.generation_config
    with replacing(folder) as temporary:
        save_model(model, tokenizer, temporary)
