"""Fixtures of several rooms: a tiny real model, runs on it, samples made by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from ssd_iter.records import Sample

settings.register_profile("quiet", deadline=None)  # timings belong in benchmarks/
settings.load_profile("quiet")

CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a real two-layer Llama with random weights and a byte-level tokenizer."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(vocab={char: i for i, char in enumerate(alphabet)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token="<|im_end|>",
        pad_token="<|pad|>",
        additional_special_tokens=["<|im_start|>"],
        chat_template=CHAT_TEMPLATE,
    )
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=264,
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=2,
        max_position_embeddings=2048,
        eos_token_id=fast.eos_token_id,
        pad_token_id=fast.pad_token_id,
        bos_token_id=None,
        tie_word_embeddings=True,
    )
    folder = tmp_path_factory.mktemp("models") / "tiny"
    LlamaForCausalLM(config).save_pretrained(folder)
    fast.save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def tiny_config(tiny_model: Path) -> dict[str, Any]:
    """A run of one round on the tiny model: some seconds a stage, one thread, deterministic."""
    return {
        "name": "tiny",
        "rounds": 1,
        "model": {"path": str(tiny_model)},
        "problems": {
            "train": ["fresh:train?n=6&levels=0-1"],
            "evaluate": ["humaneval?n=2", "fresh:test?n=2&levels=0-0"],
            "fresh_seed": 1,
        },
        "sample": {"max_tokens": 16, "temperature": 0.9, "top_k": 50},
        "evaluate": {"num_samples": 2, "max_tokens": 16, "temperature": 0.9, "k": [1, 2]},
        "engine": {"name": "transformers", "dtype": "float32", "shard_size": 4},
        "filter": {"rules": ["empty"]},
        "train": {"learning_rate": 1e-3, "batch_size": 4, "micro_batch_size": 2, "max_length": 2048, "bf16": False},
    }


@pytest.fixture(scope="session")
def make_sample() -> Callable[..., Sample]:
    """A training sample; keyword arguments replace its fields."""

    def make(completion: str, problem_id: str = "toy/test/1", sample_idx: int = 0, **changes: object) -> Sample:
        fields: dict[str, object] = {
            "run_id": "run",
            "round": 1,
            "purpose": "train",
            "decode_id": "T1-k0-p1-m64",
            "problem_set": "toy",
            "prompt": "",
            "prompt_token_ids": (),
            "completion_token_ids": (),
            "finish_reason": "stop",
            "num_completion_tokens": 0,
            "sampled_from_round": 0,
            "engine": "transformers",
            "seed": 0,
            "created_at": datetime(2026, 1, 1, tzinfo=UTC),
        }
        key = {"completion": completion, "problem_id": problem_id, "sample_idx": sample_idx}
        return Sample(**(fields | key | changes))  # type: ignore[arg-type]

    return make
