"""What every engine is asked, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ssd_iter.records import FinishReason
from ssd_iter.run.plan import PlannedShard

OnProgress = Callable[[int, int], None]
"""Called while drawing, with how many more completions have finished and how many more tokens are drawn."""

OnEvent = Callable[[str, str, Mapping[str, Any]], None]
"""Called with the kind, message and payload of something that a reader of the run should know."""


@dataclass(frozen=True, slots=True)
class Request:
    """One completion to draw."""

    problem_id: str
    sample_idx: int
    prompt: str
    prompt_token_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """All requests of one planned shard; they share decode knobs and a seed."""

    shard: PlannedShard
    requests: tuple[Request, ...]


@dataclass(frozen=True, slots=True)
class Completion:
    """Token ids as drawn, the end token included when `finish_reason` is `stop`."""

    token_ids: tuple[int, ...]
    finish_reason: FinishReason


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """What an engine needs to load one checkpoint."""

    folder: str
    dtype: str
    max_model_len: int
    """Longest prompt plus completion, in tokens."""
    stop_token_ids: tuple[int, ...]
    pad_token_id: int
    seed: int
    batch_size: int
    kv_cache_gb: int
    gpu_memory_utilization: float
    trust_remote_code: bool


class Sampler(Protocol):
    """Draws completions from one checkpoint: temperature, then top-k on the tempered distribution, then top-p on
    the renormalised survivors. No knob comes from the model's own generation config."""

    def sample(
        self, batches: Sequence[Batch], on_progress: OnProgress, on_event: OnEvent
    ) -> Iterator[tuple[Batch, list[Completion]]]:
        """Yield each batch with its completions, in request order, as soon as the batch is whole."""
        ...
