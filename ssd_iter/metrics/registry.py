"""The one list of metric names: title, unit and which way is better.

Fractions, not percent; bits, not nats, for entropies. `purpose` says which samples a number is about.
`pass_at_<k>` stands for one metric per k.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Unit = Literal["fraction", "count", "tokens", "seconds", "nats per token", "bits per token"]


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
STAGE = ("",)

FUNNEL = (
    MetricSpec("num_sampled", "sampled", "count", "neither", SAMPLES),
    MetricSpec("num_non_empty", "not empty", "count", "higher", SAMPLES),
    MetricSpec("num_closed_fence", "closed code fence", "count", "higher", SAMPLES),
    MetricSpec("num_parses", "parses", "count", "higher", SAMPLES),
    MetricSpec("num_complete", "ended by itself", "count", "higher", SAMPLES),
    MetricSpec("num_kept", "kept for training", "count", "neither", ("train",)),
)
"""Each step counts among all sampled, on its own: a completion that was cut off may still hold code that parses."""

FIDELITY = (
    MetricSpec("merge_kl", "KL: merged adapter from trained", "bits per token", "lower", ("train",)),
    MetricSpec("export_kl", "KL: exported copy from checkpoint", "bits per token", "lower", ("train",)),
)
"""Written by the train stage, which alone has the models; `ssd_iter.training.fidelity` says how they are measured."""

REGISTRY: tuple[MetricSpec, ...] = (
    MetricSpec("pass_at_<k>", "pass@<k>", "fraction", "higher", ("eval",)),
    *FUNNEL,
    MetricSpec("extraction_rate", "extraction rate", "fraction", "higher", SAMPLES),
    MetricSpec("truncation_rate", "truncated", "fraction", "lower", SAMPLES),
    MetricSpec("mean_completion_tokens", "completion length", "tokens", "neither", SAMPLES),
    MetricSpec("unique_solutions", "unique programs per problem", "count", "neither", SAMPLES),
    MetricSpec("train_loss", "training loss", "nats per token", "neither", ("train",)),
    *FIDELITY,
    MetricSpec("num_train_pairs", "training pairs", "count", "neither", ("train",)),
    *(
        MetricSpec(f"{stage}_seconds", f"{stage}: time", "seconds", "neither", STAGE)
        for stage in ("generate", "filter", "train", "grade")
    ),
    MetricSpec("generate_tokens", "generate: tokens drawn", "tokens", "neither", STAGE),
    MetricSpec("train_tokens", "train: tokens trained on", "tokens", "neither", STAGE),
)


def spec_of(name: str) -> MetricSpec:
    """The spec of a metric; `pass_at_5` is spelt out from `pass_at_<k>`. KeyError for an unknown name."""
    match = re.fullmatch(r"pass_at_(\d+)", name)
    if match:
        return MetricSpec(name, f"pass@{match[1]}", "fraction", "higher", ("eval",))
    return next((spec for spec in REGISTRY if spec.name == name), None) or _unknown(name)


def _unknown(name: str) -> MetricSpec:
    raise KeyError(f"{name!r} is not in ssd_iter.metrics.registry")
