"""The training set: token ids as they were drawn, loss on the completion only.

Nothing is re-tokenised through a template: a pair is the prompt's ids and the completion's ids, the end token
included when the model drew one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor
from random import Random
from typing import Any

from ssd_iter.records import FilterVerdict, Sample, sample_key
from ssd_iter.run.lineage import DataSource
from ssd_iter.run.paths import RunPaths
from ssd_iter.run.shards import read_shards
from ssd_iter.seeds import derive_seed

IGNORED = -100
"""The label that torch's cross-entropy leaves out."""


@dataclass(frozen=True, slots=True)
class TrainingPair:
    """One sequence to train on; `labels[i]` is `input_ids[i]` or `IGNORED`."""

    input_ids: tuple[int, ...]
    labels: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """The pairs of a round, and how many kept samples were too long to be among them."""

    pairs: tuple[TrainingPair, ...]
    num_too_long: int


def read_training_set(paths: RunPaths, data: Sequence[DataSource], max_length: int, seed: int) -> TrainingSet:
    """The kept training samples of some rounds, in key order, those longer than `max_length` tokens left out.

    Of a source with a fraction below 1, floor(fraction * n) of its n kept samples, drawn by `seed`.
    """
    kept: list[Sample] = []
    for source in data:
        verdicts = read_shards(paths.shard_files("filter_verdicts", source.round), FilterVerdict)
        keys = sorted(sample_key(verdict) for verdict in verdicts if verdict.keep)
        if source.fraction < 1:
            keys = Random(derive_seed(seed, "mix", source.round)).sample(keys, floor(source.fraction * len(keys)))
        wanted = set(keys)
        samples = read_shards(paths.shard_files("samples", source.round), Sample)
        kept += sorted((sample for sample in samples if sample_key(sample) in wanted), key=sample_key)
    pairs = [make_pair(sample) for sample in kept]
    fitting = tuple(pair for pair in pairs if len(pair.input_ids) <= max_length)
    return TrainingSet(fitting, len(pairs) - len(fitting))


def make_pair(sample: Sample) -> TrainingPair:
    """Prompt and completion in one sequence; only the completion is learnt."""
    masked = (IGNORED,) * len(sample.prompt_token_ids)
    return TrainingPair(sample.prompt_token_ids + sample.completion_token_ids, masked + sample.completion_token_ids)


def excerpt(pair: TrainingPair, max_tokens: int) -> TrainingPair:
    """At most `max_tokens` tokens of a pair: up to half of them end the prompt, the others begin the completion."""
    begin = next((i for i, label in enumerate(pair.labels) if label != IGNORED), 0)
    part = slice(max(0, begin - max_tokens // 2), max(0, begin - max_tokens // 2) + max_tokens)
    return TrainingPair(pair.input_ids[part], pair.labels[part])


def collate(pairs: Sequence[dict[str, Any]], pad_token_id: int) -> dict[str, Any]:
    """Pad a batch on the right: `input_ids`, `attention_mask` and `labels`, each (batch, longest)."""
    import torch

    width = max(len(pair["input_ids"]) for pair in pairs)
    padding = [width - len(pair["input_ids"]) for pair in pairs]
    both = list(zip(pairs, padding, strict=True))
    return {
        "input_ids": torch.tensor([[*pair["input_ids"], *[pad_token_id] * pad] for pair, pad in both]),
        "attention_mask": torch.tensor([[1] * len(pair["input_ids"]) + [0] * pad for pair, pad in both]),
        "labels": torch.tensor([[*pair["labels"], *[IGNORED] * pad] for pair, pad in both]),
    }
