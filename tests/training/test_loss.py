"""The loss in chunks is the model's own, to the gradients."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ssd_iter.config.schema import LoraConfig
from ssd_iter.training.lora import add_adapter
from ssd_iter.training.loss import is_models_own_loss, summed_loss
from ssd_iter.training.training_set import IGNORED, TrainingPair, collate

VOCABULARY = 264
PAIR = TrainingPair((1, 2, 3, 4, 5, 6), (IGNORED, IGNORED, 3, 4, 5, 6))
TINY = {
    "vocab_size": 50, "hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2,
    "num_key_value_heads": 1, "head_dim": 8, "pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2,
}  # fmt: skip

chunk_sizes = st.sampled_from([1, 2, 3, 7, 1000])
sequences = st.lists(st.tuples(st.integers(0, VOCABULARY - 1), st.booleans()), min_size=2, max_size=9)


@pytest.fixture(scope="module")
def model(tiny_model: Path) -> Any:
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(tiny_model)


def make_batch(drawn: list[list[tuple[int, bool]]]) -> dict[str, Any]:
    """Tokens, each with whether it is learnt."""
    return collate(
        [{"input_ids": [t for t, _ in row], "labels": [t if on else IGNORED for t, on in row]} for row in drawn], 0
    )


def with_gradients(model: Any, loss: Any) -> tuple[float, dict[str, Any]]:
    model.zero_grad()
    loss.backward()
    return float(loss.detach()), {name: w.grad for name, w in model.named_parameters() if w.grad is not None}


def assert_equal(found: tuple[float, dict[str, Any]], expected: tuple[float, dict[str, Any]], tolerance: float) -> None:
    assert found[0] == pytest.approx(expected[0], rel=tolerance, abs=1e-6)
    assert set(found[1]) == set(expected[1])
    for name, gradient in expected[1].items():
        assert float((gradient - found[1][name]).norm()) <= tolerance * float(gradient.norm()) + 1e-6


def own_loss(model: Any, batch: dict[str, Any]) -> Any:
    """The model's own, as a sum over learnt tokens."""
    return model(**batch, num_items_in_batch=1).loss


@settings(max_examples=30)
@given(drawn=st.lists(sequences, min_size=1, max_size=3), chunk_size=chunk_sizes)
def test_loss_and_gradients_are_the_models_own(model: Any, drawn: list, chunk_size: int) -> None:
    batch = make_batch(drawn)
    chunked = with_gradients(model, summed_loss(model, batch, chunk_size * VOCABULARY))
    assert_equal(chunked, with_gradients(model, own_loss(model, batch)), 1e-4)


@pytest.mark.parametrize("chunk_size", [1, 3, 1000])
def test_a_batch_that_teaches_nothing_costs_nothing(model: Any, chunk_size: int) -> None:
    loss, gradients = with_gradients(model, summed_loss(model, make_batch([[(5, False)] * 4] * 2), chunk_size))
    assert loss == 0 and not any(gradient.any() for gradient in gradients.values())


@pytest.mark.parametrize("chunk_size", [2, 1000])
@pytest.mark.parametrize("lora", [LoraConfig(rank=4), LoraConfig(rank=4, target_modules=("q_proj", "lm_head"))])
def test_it_trains_adapters_with_recomputed_activations(tiny_model: Path, chunk_size: int, lora: LoraConfig) -> None:
    from transformers import AutoModelForCausalLM

    adapted = add_adapter(AutoModelForCausalLM.from_pretrained(tiny_model, tie_word_embeddings=False), lora, seed=0)
    adapted.gradient_checkpointing_enable({"use_reentrant": False})
    batch = make_batch([[(token, token > 8) for token in range(5, 15)]] * 2)
    found = with_gradients(adapted.train(), summed_loss(adapted, batch, chunk_size * VOCABULARY))
    assert_equal(found, with_gradients(adapted, own_loss(adapted, batch)), 1e-4)
    assert all("lora" in name for name in found[1])


def test_it_computes_in_bf16_where_the_model_would(model: Any) -> None:
    import torch

    batch = make_batch([[(token, token > 8) for token in range(5, 25)]] * 2)
    exact = with_gradients(model, own_loss(model, batch))
    with torch.autocast("cpu", torch.bfloat16):
        found, own = summed_loss(model, batch, 4 * VOCABULARY), own_loss(model, batch)
    found, own = with_gradients(model, found), with_gradients(model, own)
    assert found[0] == pytest.approx(own[0], rel=1e-5) and own[0] != exact[0]
    assert_equal(found, exact, 0.02)


def test_logits_are_made_for_learnt_positions_only_and_a_chunk_at_a_time(model: Any) -> None:
    batch = make_batch([[(token, token > 9) for token in range(15)]] * 2)
    rows: list[int] = []
    hook = model.lm_head.register_forward_hook(lambda _, __, logits: rows.append(len(logits)))
    summed_loss(model, batch, 3 * VOCABULARY).backward()
    hook.remove()
    assert sorted(rows) == [1, 1, 3, 3, 3, 3, 3, 3]


@pytest.mark.parametrize(
    ("name", "does_more", "does_not"),
    [
        ("Gemma2", {"final_logit_softcapping": 0.1}, {"final_logit_softcapping": None}),
        ("Granite", {"logits_scaling": 8.0}, {"logits_scaling": 1.0}),
        ("Cohere", {"logit_scale": 0.0625}, {"logit_scale": 1.0}),
        ("Mixtral", {"output_router_logits": True, "router_aux_loss_coef": 0.02}, {"output_router_logits": False}),
    ],
)
def test_a_model_that_does_more_between_hidden_states_and_loss_is_seen(
    name: str, does_more: dict, does_not: dict
) -> None:
    import torch
    import transformers

    torch.manual_seed(0)
    make = getattr(transformers, f"{name}ForCausalLM")
    config = partial(getattr(transformers, f"{name}Config"), **TINY, initializer_range=0.5)
    assert is_models_own_loss(make(config(**does_not)), PAIR)
    assert not is_models_own_loss(make(config(**does_more)), PAIR)


def test_a_model_without_an_output_embedding_is_left_alone(model: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(model), "get_output_embeddings", lambda _: None)
    assert not is_models_own_loss(model, PAIR)
