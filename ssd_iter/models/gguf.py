"""A GGUF file made whole again: fp32 safetensors, tokenizer and chat template in one folder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from ssd_iter.exceptions import DataError
from ssd_iter.models.export import save_model
from ssd_iter.run.paths import replacing


def convert_gguf(gguf: Path, folder: Path) -> None:
    """Write `folder` from a GGUF file; DataError where transformers cannot read it or it holds no tokenizer.

    A child process does it, so that the caller never loads torch.
    """
    command = [sys.executable, "-m", "ssd_iter.models.gguf", str(gguf), str(folder)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise DataError(f"{gguf.name} cannot be read as a model with its tokenizer: {result.stderr.strip()[-500:]}")


def _convert(gguf: Path, folder: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name)
    loaded = AutoModelForCausalLM.from_pretrained(gguf.parent, gguf_file=gguf.name, dtype=torch.float32)
    # A model that still says it is quantised refuses to be saved; the weights no longer are.
    config = loaded.config.__class__.from_dict(
        {key: value for key, value in loaded.config.to_dict().items() if key != "quantization_config"}
    )
    model = AutoModelForCausalLM.from_config(config, dtype=torch.float32)
    model.load_state_dict(loaded.state_dict())
    model.generation_config = loaded.generation_config
    with replacing(folder) as temporary:
        save_model(model, tokenizer, temporary)


if __name__ == "__main__":
    _convert(Path(sys.argv[1]), Path(sys.argv[2]))
