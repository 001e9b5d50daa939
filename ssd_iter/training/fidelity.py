"""What is lost between the trained weights and those that engines load: KL divergences on a few training pairs.

Merging an adapter rounds, and so does casting to the engines' precision. Measured at the completion positions of at
most 4 pairs, each cut to 256 tokens around the start of its completion: enough to see a broken merge or an overflow,
too little to compare models by.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ssd_iter.training.training_set import IGNORED, TrainingPair, excerpt

_MAX_PAIRS = 4
_MAX_TOKENS = 256


def choose_contexts(pairs: Sequence[TrainingPair]) -> list[TrainingPair]:
    """The first few pairs, cut short."""
    return [excerpt(pair, _MAX_TOKENS) for pair in pairs[:_MAX_PAIRS]]


def count_positions(contexts: Sequence[TrainingPair]) -> int:
    """How many next-token distributions `log_probabilities` gives for them."""
    return sum(label != IGNORED for context in contexts for label in context.labels[1:])


def log_probabilities(model: Any, contexts: Sequence[TrainingPair]) -> list[Any]:
    """The model's next-token distributions in fp32, in main memory: (completion positions, vocabulary) a context.

    The model runs in its own precision, without dropout, on one context at a time; it is left in evaluation mode.
    """
    import torch

    model.eval()
    model.set_attn_implementation("eager")  # flash attention has no fp32
    found = []
    for context in contexts:
        learnt = torch.tensor(context.labels[1:]) != IGNORED
        with torch.no_grad():
            logits = model(input_ids=torch.tensor([context.input_ids], device=model.device)).logits
        found.append(logits[0, :-1].cpu()[learnt].float().log_softmax(-1))
    return found


def mean_kl(log_p: Sequence[Any], log_q: Sequence[Any]) -> float | None:
    """KL(p || q) in bits per token, averaged over all positions; None where it isn't finite, as after an overflow."""
    import torch

    total, positions = 0.0, 0
    for p, q in zip(log_p, log_q, strict=True):
        log_ratio = q - p
        # Adding q - p, which sums to 0, leaves no term below 0 for rounding to cancel against another.
        total += float((p.exp() * (torch.expm1(log_ratio) - log_ratio)).sum(dtype=torch.float64))
        positions += len(p)
    return total / positions / math.log(2) if positions and math.isfinite(total) else None
