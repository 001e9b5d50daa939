"""Where a training starts and what it leaves: fp32 checkpoint, adapter, and a copy for engines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ssd_iter.exceptions import DataError
from ssd_iter.models.export import export_model, save_model
from ssd_iter.models.resolve import hash_folder
from ssd_iter.models.weights import LINEAGE_FILE, checkpoint_of, write_lineage
from ssd_iter.run.paths import RunPaths, read_json, replacing
from ssd_iter.run.plan import TrainPlan
from ssd_iter.training.fidelity import log_probabilities, mean_kl
from ssd_iter.training.lora import merge_adapter
from ssd_iter.training.training_set import TrainingPair


def load_parent(plan: TrainPlan, paths: RunPaths) -> Any:
    """The parent's fp32 model."""
    import torch
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(
        _parent_folder(plan, paths),
        dtype=torch.float32,
        attn_implementation=plan.train.attention,
        trust_remote_code=plan.resources.trust_remote_code,
    )


def load_tokenizer(plan: TrainPlan, paths: RunPaths) -> Any:
    """The parent's tokenizer."""
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(
        _parent_folder(plan, paths), trust_remote_code=plan.resources.trust_remote_code
    )


def lineage_of(plan: TrainPlan, paths: RunPaths) -> dict[str, Any]:
    """What the round's weights are made from: rounds, data, and the parent's hash as its own lineage has it."""
    parent = plan.trained_from_round
    recorded = read_json(checkpoint_of(paths, parent) / LINEAGE_FILE)["sha256"] if parent else None
    return {
        "run_id": plan.run_id,
        "round": plan.round,
        "trained_from_round": parent,
        "sampled_from_round": plan.sampled_from_round,
        "data": [asdict(source) for source in plan.data],
        "parent_sha256": recorded or hash_folder(Path(plan.resources.base_model)),
        "train_digest": plan.digest,
    }


def save_round(
    model: Any,
    tokenizer: Any,
    plan: TrainPlan,
    paths: RunPaths,
    lineage: dict[str, Any],
    contexts: Sequence[TrainingPair],
) -> dict[str, float | None]:
    """Write the round's checkpoint (and adapter) and the engines' copy: all of them, or after an error none.

    Returns what merging and casting cost on `contexts`: `merge_kl` and `export_kl`, in bits per token. `model` may be
    merged and cast in place.
    """
    kl: dict[str, float | None] = {}
    lora, exported = plan.train.method == "lora", plan.export_dtype
    with ExitStack() as folders:
        before = log_probabilities(model, contexts) if lora or exported else []
        if lora:
            model = merge_adapter(model, folders.enter_context(replacing(paths.adapter(plan.round))))
            merged = log_probabilities(model, contexts)
            kl["merge_kl"], before = mean_kl(merged, before), merged
        checkpoint = folders.enter_context(replacing(paths.checkpoint(plan.round)))
        save_model(model, tokenizer, checkpoint)
        write_lineage(checkpoint, lineage)
        if exported:
            export = folders.enter_context(replacing(paths.export(plan.round)))
            export_model(model, tokenizer, export, exported)
            write_lineage(export, lineage)
            kl["export_kl"] = mean_kl(log_probabilities(model, contexts), before)
    return kl


def is_whole(plan: TrainPlan, paths: RunPaths, lineage: Mapping[str, Any]) -> bool:
    """Whether the weights that this plan asks for are there already, of this lineage and as they were recorded."""
    folders = [paths.checkpoint(plan.round)]
    if plan.export_dtype:
        folders.append(paths.export(plan.round))
    if plan.train.method == "lora" and not paths.adapter(plan.round).is_dir():
        return False
    if not all((folder / LINEAGE_FILE).exists() and fault_of_weights(folder) is None for folder in folders):
        return False
    return all(dict(lineage) == _without_hash(read_json(folder / LINEAGE_FILE)) for folder in folders)


def _without_hash(recorded: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in recorded.items() if key != "sha256"}


def fault_of_weights(folder: Path) -> str | None:
    """What is wrong with a checkpoint or an export, by the hash that was recorded beside it; None where nothing is."""
    try:
        recorded = read_json(folder / LINEAGE_FILE)["sha256"]
    except (OSError, DataError, KeyError, TypeError) as error:
        return f"its {LINEAGE_FILE} cannot be read: {error}"
    found = hash_folder(folder)
    return None if found == recorded else f"its files hash to {found[:12]}, recorded was {recorded[:12]}"


def _parent_folder(plan: TrainPlan, paths: RunPaths) -> Path:
    parent = plan.trained_from_round
    return checkpoint_of(paths, parent) if parent else Path(plan.resources.base_model)
