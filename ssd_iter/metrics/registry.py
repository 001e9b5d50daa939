"""The one list of metric names: title, unit and which way is better.

Fractions, not percent; bits, not nats, for entropies. `purpose` says which samples a number is about.
`pass_at_<k>` and the others with `<k>` stand for one metric per k. What each one is, and what it cannot see:
docs/metrics_and_detectors.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal, NoReturn

Unit = Literal["fraction", "count", "ratio", "tokens", "seconds", "nats per token", "bits per token"]


@dataclass(frozen=True, slots=True)
class MetricSpec:
    """What one metric name means."""

    name: str
    title: str
    unit: Unit
    better: Literal["higher", "lower", "neither"]
    purposes: tuple[str, ...]
    """`train` and `eval` for numbers about samples, empty string for numbers about a stage."""


SAMPLES = ("train", "eval")
EVAL = ("eval",)
TRAIN = ("train",)
STAGE = ("",)

FUNNEL = (
    MetricSpec("num_sampled", "sampled", "count", "neither", SAMPLES),
    MetricSpec("num_non_empty", "not empty", "count", "higher", SAMPLES),
    MetricSpec("num_closed_fence", "closed code fence", "count", "higher", SAMPLES),
    MetricSpec("num_parses", "parses", "count", "higher", SAMPLES),
    MetricSpec("num_complete", "ended by itself", "count", "higher", SAMPLES),
    MetricSpec("num_kept", "kept for training", "count", "neither", TRAIN),
)
"""Each step counts among all sampled, on its own: a completion that was cut off may still hold code that parses."""

FIDELITY = (
    MetricSpec("merge_kl", "KL: merged adapter from trained", "bits per token", "lower", TRAIN),
    MetricSpec("export_kl", "KL: exported copy from checkpoint", "bits per token", "lower", TRAIN),
)
"""Written by the train stage, which alone has the models; `ssd_iter.training.fidelity` says how they are measured."""

DIVERSITY = (
    MetricSpec("simpson_diversity", "solution diversity", "fraction", "neither", SAMPLES),
    MetricSpec("correct_diversity", "diversity of correct solutions", "fraction", "neither", EVAL),
    MetricSpec("behaviour_diversity", "diversity of behaviour", "fraction", "neither", EVAL),
    MetricSpec("unique_at_<k>", "unique programs@<k>", "count", "neither", EVAL),
    MetricSpec("unique_correct_at_<k>", "unique correct programs@<k>", "count", "higher", EVAL),
    MetricSpec("behaviours_at_<k>", "unique behaviours@<k>", "count", "neither", EVAL),
)
"""Means over problems of how different a problem's samples are; those with k for every k above 1."""

TEXT = (
    MetricSpec("repetition_rate", "repetition", "fraction", "lower", SAMPLES),
    MetricSpec("distinct_2", "distinct 2-grams", "fraction", "neither", SAMPLES),
    MetricSpec("distinct_4", "distinct 4-grams", "fraction", "neither", SAMPLES),
    MetricSpec("compression_ratio", "compression ratio", "ratio", "neither", SAMPLES),
)
DRIFT = (
    MetricSpec("drift_auc_base", "told apart from the base model (AUC)", "ratio", "neither", EVAL),
    MetricSpec("drift_auc_previous", "told apart from the round it follows (AUC)", "ratio", "neither", EVAL),
    MetricSpec("vendi_score", "Vendi score", "count", "neither", EVAL),
    MetricSpec("near_duplicate_rate", "near duplicates", "fraction", "lower", TRAIN),
)
"""Over all problem sets together only, as are those of `TEXT`."""

REGISTRY: tuple[MetricSpec, ...] = (
    MetricSpec("pass_at_<k>", "pass@<k>", "fraction", "higher", EVAL),
    *FUNNEL,
    MetricSpec("extraction_rate", "extraction rate", "fraction", "higher", SAMPLES),
    MetricSpec("truncation_rate", "truncated", "fraction", "lower", SAMPLES),
    MetricSpec("mean_completion_tokens", "completion length", "tokens", "neither", SAMPLES),
    *DIVERSITY,
    *TEXT,
    *DRIFT,
    MetricSpec("train_loss", "training loss", "nats per token", "neither", TRAIN),
    *FIDELITY,
    MetricSpec("num_train_pairs", "training pairs", "count", "neither", TRAIN),
    *(
        MetricSpec(f"{stage}_seconds", f"{stage}: time", "seconds", "neither", STAGE)
        for stage in ("generate", "filter", "train", "grade")
    ),
    MetricSpec("generate_tokens", "generate: tokens drawn", "tokens", "neither", STAGE),
    MetricSpec("train_tokens", "train: tokens trained on", "tokens", "neither", STAGE),
)


def spec_of(name: str) -> MetricSpec:
    """The spec of a metric; `pass_at_5` is spelt out from `pass_at_<k>`. KeyError for an unknown name."""
    match = re.fullmatch(r"(\w+_at_)(\d+)", name)
    written = f"{match[1]}<k>" if match else name
    spec = next((spec for spec in REGISTRY if spec.name == written), None) or _unknown(name)
    return replace(spec, name=name, title=spec.title.replace("<k>", match[2])) if match else spec


def _unknown(name: str) -> NoReturn:
    raise KeyError(f"{name!r} is not in ssd_iter.metrics.registry")
