"""How large a model is, from the headers of its files: no weight is read, no torch is loaded."""

from __future__ import annotations

from math import prod
from pathlib import Path

from safetensors import SafetensorError, safe_open

from ssd_iter.exceptions import DataError

BYTES = {"float32": 4, "bfloat16": 2, "float16": 2}
"""Bytes a parameter takes in each precision."""


def num_parameters(folder: Path) -> int:
    """Parameters in a folder's safetensors files; tied ones are stored and counted once. DataError for a torn file."""
    total = 0
    for file in sorted(folder.glob("*.safetensors")):
        try:
            with safe_open(file, framework="numpy") as tensors:
                total += sum(prod(tensors.get_slice(name).get_shape()) for name in tensors.offset_keys())
        except (SafetensorError, OSError) as error:
            raise DataError(f"{file} is not a readable safetensors file: {error}; bring the model again") from None
    return total
