"""Training the tiny real model."""

from __future__ import annotations

import math
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ssd_iter.config.schema import LoraConfig, TrainConfig
from ssd_iter.run.progress import ProgressFile
from ssd_iter.training.lora import add_adapter, merge_adapter
from ssd_iter.training.loss import summed_loss
from ssd_iter.training.sft import is_finite, train
from ssd_iter.training.training_set import IGNORED, TrainingPair, TrainingSet, collate

PAIRS = TrainingSet(
    tuple(TrainingPair((5, 6, i, 8, 9), (IGNORED, IGNORED, i, 8, 9)) for i in range(10, 22)), num_too_long=0
)


@pytest.fixture
def model(tiny_model: Path) -> Any:
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(tiny_model)


def run(model: Any, folder: Path, events: list | None = None, **knobs: Any) -> list[dict[str, float]]:
    small = {"batch_size": 4, "micro_batch_size": 2, "learning_rate": 1e-2, "min_learning_rate": 1e-3, "bf16": False}
    config = TrainConfig.model_validate(small | knobs)
    progress = ProgressFile(folder / "progress.json")
    record = [] if events is None else events
    return train(
        model,
        PAIRS,
        config,
        seed=0,
        pad_token_id=0,
        steps=folder / "steps",
        progress=progress,
        on_event=lambda *event: record.append(event),
    )


def test_training_learns_what_it_is_shown(model: Any, tmp_path: Path) -> None:
    log = run(model, tmp_path, num_epochs=8)
    assert len(log) == 8 * 3
    assert log[-1]["loss"] < 0.5 * log[0]["loss"]


def test_each_step_counts_the_tokens_it_learnt(model: Any, tmp_path: Path) -> None:
    assert [entry["num_tokens"] for entry in run(model, tmp_path)] == [12, 12, 12]


def test_the_loss_is_averaged_over_the_tokens_of_the_whole_step(model: Any, tmp_path: Path) -> None:
    import torch

    with torch.no_grad():
        logits = model(torch.tensor([pair.input_ids for pair in PAIRS.pairs])).logits[:, :-1]
    labels = torch.tensor([pair.labels for pair in PAIRS.pairs])[:, 1:]
    expected = torch.nn.functional.cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=IGNORED)
    log = run(model, tmp_path, batch_size=12, micro_batch_size=3)
    assert log[0]["loss"] == pytest.approx(float(expected), rel=1e-4)


@pytest.mark.parametrize("knobs", [{}, {"bf16": True}, {"gradient_checkpointing": True}])
def test_chunks_change_no_loss(
    tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, knobs: dict[str, bool]
) -> None:
    from transformers import AutoModelForCausalLM

    logs = []
    for max_logits in (2 * 264, 2**26):
        monkeypatch.setattr("ssd_iter.training.sft.summed_loss", partial(summed_loss, max_logits=max_logits))
        logs.append(run(AutoModelForCausalLM.from_pretrained(tiny_model), tmp_path, num_epochs=2, **knobs))
    rel = 1e-2 if "bf16" in knobs else 1e-4
    assert [e["loss"] for e in logs[0]] == pytest.approx([e["loss"] for e in logs[1]], rel=rel)


def test_a_model_with_a_loss_of_its_own_keeps_it_and_the_event_says_so(tmp_path: Path) -> None:
    import torch
    from transformers import GraniteConfig, GraniteForCausalLM

    torch.manual_seed(0)
    shape = {"vocab_size": 50, "hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1}
    granite = GraniteForCausalLM(
        GraniteConfig(**shape, num_attention_heads=2, num_key_value_heads=1, logits_scaling=8.0, initializer_range=0.5)
    )
    batch = collate([asdict(pair) for pair in PAIRS.pairs], 0)
    expected, events = float(granite(**batch).loss.detach()), []
    log = run(granite, tmp_path, events, batch_size=12, micro_batch_size=3)
    assert log[0]["loss"] == pytest.approx(expected, rel=1e-4)
    assert [kind for kind, *_ in events] == ["logits_not_chunked"] and "granite" in events[0][1]


def test_after_training_the_model_computes_in_full_precision_again(model: Any, tmp_path: Path) -> None:
    import torch

    events: list = []
    run(model, tmp_path, events, bf16=True)
    ids = torch.tensor([PAIRS.pairs[0].input_ids])
    assert not events
    with torch.no_grad():
        expected = type(model).forward(model, ids).logits
        assert torch.equal(model(ids).logits, expected)


def test_the_rate_warms_up_follows_a_cosine_and_stops_at_the_floor(model: Any, tmp_path: Path) -> None:
    rates = [entry["learning_rate"] for entry in run(model, tmp_path, max_steps=10, warmup_steps=4)]
    assert rates[:5] == pytest.approx([0, 0.0025, 0.005, 0.0075, 0.01])
    expected = 1e-3 + (1e-2 - 1e-3) * 0.5 * (1 + math.cos(math.pi * 5 / 6))
    assert rates[-1] == pytest.approx(expected, rel=1e-3)


def test_a_rate_of_0_leaves_every_weight_as_it_was(model: Any, tmp_path: Path) -> None:
    import torch

    before = {name: weight.clone() for name, weight in model.state_dict().items()}
    log = run(model, tmp_path, learning_rate=0, min_learning_rate=0)
    assert [entry["learning_rate"] for entry in log] == [0, 0, 0] and log[0]["grad_norm"] > 0
    assert all(torch.equal(weight, before[name]) for name, weight in model.state_dict().items())


def test_the_same_seed_gives_the_same_losses(tiny_model: Path, tmp_path: Path) -> None:
    from transformers import AutoModelForCausalLM

    losses = [
        [entry["loss"] for entry in run(AutoModelForCausalLM.from_pretrained(tiny_model), tmp_path / str(i))]
        for i in range(2)
        if (tmp_path / str(i)).mkdir() is None
    ]
    assert losses[0] == losses[1]


def test_a_training_goes_on_from_its_last_checkpoint(tiny_model: Path, tmp_path: Path) -> None:
    from transformers import AutoModelForCausalLM

    whole, parts = tmp_path / "whole", tmp_path / "parts"
    whole.mkdir(), parts.mkdir()
    undisturbed = run(AutoModelForCausalLM.from_pretrained(tiny_model), whole, max_steps=6)
    run(AutoModelForCausalLM.from_pretrained(tiny_model), parts, max_steps=6, checkpoint_every=4)
    assert [path.name for path in (parts / "steps").iterdir()] != []
    resumed = run(AutoModelForCausalLM.from_pretrained(tiny_model), parts, max_steps=6, checkpoint_every=4)
    assert [entry["loss"] for entry in resumed] == pytest.approx([entry["loss"] for entry in undisturbed], rel=1e-4)


def test_training_stops_at_the_first_loss_that_is_not_finite(model: Any, tmp_path: Path) -> None:
    log = run(model, tmp_path, num_epochs=8, learning_rate=1e30)
    assert all(map(is_finite, log[:-1]))
    assert not is_finite(log[-1])
    assert len(log) < 8 * 3


def test_gradient_checkpointing_changes_no_number(tiny_model: Path, tmp_path: Path) -> None:
    from transformers import AutoModelForCausalLM

    logs = []
    for on in (False, True):
        (tmp_path / str(on)).mkdir()
        fresh = AutoModelForCausalLM.from_pretrained(tiny_model)
        logs.append(run(fresh, tmp_path / str(on), gradient_checkpointing=on))
    assert [e["loss"] for e in logs[0]] == pytest.approx([e["loss"] for e in logs[1]], rel=1e-5)


def test_lora_trains_only_the_adapter_and_merging_keeps_what_it_computes(model: Any, tmp_path: Path) -> None:
    import torch

    ids = torch.tensor([pair.input_ids for pair in PAIRS.pairs])
    before = {name: weight.clone() for name, weight in model.named_parameters()}
    adapted = add_adapter(model, LoraConfig(rank=4, alpha=8), seed=0)
    run(adapted, tmp_path, num_epochs=4)
    adapted.eval()
    with torch.no_grad():
        trained = adapted(ids).logits
        merged = merge_adapter(adapted, tmp_path / "adapter")
        assert torch.allclose(merged(ids).logits, trained, atol=1e-4)
    assert (tmp_path / "adapter" / "adapter_model.safetensors").exists()
    changed = {name for name, weight in merged.named_parameters() if not torch.equal(weight, before[name])}
    assert changed
    assert all("proj" in name for name in changed)
