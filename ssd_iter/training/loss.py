"""The training loss without a batch's logits: they are made where a label counts, some positions at a time.

Four sequences of 2,048 tokens over a vocabulary of 150,000 have 1.2 billion logits, and training keeps several copies
of them. Here the backward pass makes each chunk's logits again. (torch's own `linear_cross_entropy` rounds a bf16
loss to two or three digits, and is slower on CPU.)

Limits: logits must be the output embedding of the decoder's hidden states and nothing more, the loss their
cross-entropy. Caps and scales of logits and losses of routers are seen by `is_models_own_loss`.
"""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

from ssd_iter.training.training_set import IGNORED, TrainingPair, collate

MAX_LOGITS = 2**27
"""Logits at a time: with their probabilities and gradients, about 2 GiB. Batches below it lose no time."""


def summed_loss(model: Any, batch: dict[str, Any], max_logits: int = MAX_LOGITS) -> Any:
    """Cross-entropy in nats, summed over the learnt tokens of a batch as `collate` makes it; 0 where there are none."""
    decoder, head = _decoder_and_head(model)
    hidden = decoder(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]).last_hidden_state
    labels = batch["labels"][:, 1:]
    learnt = labels != IGNORED
    chunk_size = max(1, max_logits // model.config.get_text_config().vocab_size)
    return _chunked_cross_entropy(head, hidden[:, :-1][learnt], labels[learnt], chunk_size)


def is_models_own_loss(model: Any, pair: TrainingPair) -> bool:
    """Whether `summed_loss` is the loss that the model itself computes, tried on one short pair without dropout."""
    import torch

    decoder, head = _decoder_and_head(model)
    if head is None or decoder is model:
        return False
    batch = {name: ids.to(model.device) for name, ids in collate([asdict(pair)], 0).items()}
    num_tokens = int((batch["labels"][:, 1:] != IGNORED).sum())
    model.eval()
    with torch.no_grad():
        own, ours = float(model(**batch).loss), float(summed_loss(model, batch)) / max(num_tokens, 1)
    return math.isclose(own, ours, rel_tol=1e-3)


def _decoder_and_head(model: Any) -> tuple[Any, Any]:
    base = model.get_base_model() if hasattr(model, "peft_config") else model
    return base.get_decoder(), base.get_output_embeddings()


def _chunked_cross_entropy(head: Any, hidden: Any, targets: Any, chunk_size: int) -> Any:
    """`hidden`: (positions, width); `targets`: (positions,)."""
    from torch.utils.checkpoint import checkpoint

    if len(targets) <= chunk_size:
        return _cross_entropy(head, hidden, targets)
    chunks = zip(hidden.split(chunk_size), targets.split(chunk_size), strict=True)
    return sum(checkpoint(_cross_entropy, head, *chunk, use_reentrant=False) for chunk in chunks)


def _cross_entropy(head: Any, hidden: Any, targets: Any) -> Any:
    from torch.nn.functional import cross_entropy

    return cross_entropy(head(hidden).float(), targets, reduction="sum")
