"""Where a round's weights are, for those who train or draw from them, and what to do where they are gone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ssd_iter.exceptions import NotFoundError
from ssd_iter.models.export import export_model
from ssd_iter.models.resolve import hash_folder
from ssd_iter.run.paths import RunPaths, read_json, replacing, write_json

LINEAGE_FILE = "lineage.json"
"""Beside the weights of each checkpoint and export: what they were made from."""


def checkpoint_of(paths: RunPaths, round: int) -> Path:
    """The fp32 checkpoint that came out of a round; NotFoundError says how to have it again where it is gone."""
    folder = paths.checkpoint(round)
    if not folder.is_dir():
        raise NotFoundError(
            f"the checkpoint of round {round} is gone from {folder}: bring it back there, or delete "
            f"{paths.stage(round, 'train').done} and give the command again: the round is then trained again, from the "
            "same samples"
        )
    return folder


def export_of(paths: RunPaths, round: int, dtype: str, *, trust_remote_code: bool) -> Path:
    """A round's weights in the engines' precision, cast again from the checkpoint where that copy is gone.

    NotFoundError where both are.
    """
    folder = paths.export(round)
    if not folder.is_dir():
        _export_again(checkpoint_of(paths, round), folder, dtype, trust_remote_code)
    return folder


def write_lineage(folder: Path, lineage: Mapping[str, Any]) -> None:
    """Put what the weights in a folder were made from beside them, and their own hash."""
    known = {key: value for key, value in lineage.items() if key != "sha256"}
    write_json(folder / LINEAGE_FILE, known | {"sha256": hash_folder(folder)})


def _export_again(checkpoint: Path, folder: Path, dtype: str, trust_remote_code: bool) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    model = AutoModelForCausalLM.from_pretrained(checkpoint, dtype=torch.float32, trust_remote_code=trust_remote_code)
    tokenizer = AutoTokenizer.from_pretrained(checkpoint, trust_remote_code=trust_remote_code)
    with replacing(folder) as export:
        export_model(model, tokenizer, export, dtype)
        write_lineage(export, read_json(checkpoint / LINEAGE_FILE))
