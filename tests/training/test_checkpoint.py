"""What is saved is what was trained, and says what it was made from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ssd_iter.models.resolve import hash_folder
from ssd_iter.models.weights import LINEAGE_FILE
from ssd_iter.run.paths import RunPaths, read_json
from ssd_iter.run.plan import TrainPlan
from ssd_iter.training.checkpoint import lineage_of, load_parent, load_tokenizer, save_round
from ssd_iter.training.lora import add_adapter

IDS = list(range(5, 205))


def logits(model: Any) -> Any:
    import torch

    with torch.no_grad():
        return model.eval()(torch.tensor([IDS])).logits


@pytest.fixture
def saved(make_plan: Callable[..., TrainPlan], tmp_path: Path) -> Callable[..., tuple[RunPaths, Any]]:
    """Save a model whose trained weights (LoRA: the adapter's) were drawn at random; the paths, and its logits."""

    def save(method: str) -> tuple[RunPaths, Any]:
        import torch

        plan, paths = make_plan(method=method, attention="eager"), RunPaths(tmp_path)
        model = load_parent(plan, paths)
        if method == "lora":
            model = add_adapter(model, plan.train.lora, plan.seed)
        with torch.no_grad():
            for weight in (weight for weight in model.parameters() if weight.requires_grad):
                weight.add_(0.05 * torch.randn_like(weight))
        found = logits(model)
        save_round(model, load_tokenizer(plan, paths), plan, paths, lineage_of(plan, paths), [])
        return paths, found

    return save


def test_a_full_checkpoint_computes_what_was_trained_bit_by_bit(saved: Callable, load: Callable) -> None:
    import torch

    paths, trained = saved("full")
    assert torch.equal(logits(load(paths.checkpoint(1))), trained)


def test_a_merged_checkpoint_computes_what_was_trained_up_to_rounding(saved: Callable, load: Callable) -> None:
    import torch

    paths, trained = saved("lora")
    merged = logits(load(paths.checkpoint(1)))
    assert torch.allclose(merged, trained, atol=1e-4)
    assert not torch.allclose(logits(load(lineage_parent(paths))), trained, atol=1e-2)


def lineage_parent(paths: RunPaths) -> Path:
    return Path(read_json(paths.adapter(1) / "adapter_config.json")["base_model_name_or_path"])


@pytest.mark.parametrize("method", ["full", "lora"])
def test_the_engines_copy_computes_what_the_checkpoint_does_when_cast(
    saved: Callable, load: Callable, method: str
) -> None:
    import torch
    from transformers import AutoModelForCausalLM

    paths, _ = saved(method)
    cast = AutoModelForCausalLM.from_pretrained(paths.checkpoint(1), dtype=torch.bfloat16, attn_implementation="eager")
    assert torch.equal(logits(load(paths.export(1))), logits(cast))


@pytest.mark.parametrize("method", ["full", "lora"])
def test_a_model_exported_in_place_computes_what_its_copy_on_disk_does(
    saved: Callable, load: Callable, make_plan: Callable, tmp_path: Path, method: str
) -> None:
    import torch

    from ssd_iter.models.export import export_model

    paths, _ = saved(method)
    model = load(paths.checkpoint(1))
    export_model(model, load_tokenizer(make_plan(), paths), tmp_path / "copy", "bfloat16")
    assert torch.equal(logits(model), logits(load(tmp_path / "copy")))


def test_a_checkpoint_carries_its_parents(trained: Callable, make_plan: Callable, tiny_model: Path) -> None:
    trained(1)
    paths, _ = trained(2, method="lora")
    first, second = (read_json(paths.checkpoint(round) / LINEAGE_FILE) for round in (1, 2))
    assert first["parent_sha256"] == hash_folder(tiny_model)
    assert second == {
        "run_id": "run",
        "round": 2,
        "trained_from_round": 1,
        "sampled_from_round": 0,
        "data": [{"round": 2, "fraction": 1.0}, {"round": 1, "fraction": 0.5}],
        "parent_sha256": first["sha256"],
        "sha256": hash_folder(paths.checkpoint(2)),
        "train_digest": make_plan(2, method="lora").digest,
    }
    copy = read_json(paths.export(2) / LINEAGE_FILE)
    assert copy == second | {"sha256": hash_folder(paths.export(2))}
    assert copy["sha256"] != second["sha256"] != first["sha256"]
