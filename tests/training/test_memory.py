"""Running out of memory in a training: smaller micro-batches, the same result."""

from __future__ import annotations

import json
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssd_iter.exceptions import ConfigError
from ssd_iter.records import Event, TrainStep
from ssd_iter.run.paths import RunPaths
from ssd_iter.run.shards import read_shards
from ssd_iter.training.memory import halve_micro_batch

CPU_MESSAGE = "[enforce fail] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate 4 bytes."


class Memory:
    """Holds so many sequences of more than one token, from the `since`-th forward pass of a training on."""

    def __init__(self, most: int, error: Callable[[], Exception], since: int = 0) -> None:
        self.most, self.error, self.since = most, error, since
        self.sizes: list[int] = []
        self.models: list[weakref.ref] = []

    def forward(self, own: Callable[..., Any]) -> Callable[..., Any]:
        def forward(model: Any, input_ids: Any, **arguments: Any) -> Any:
            if not model.training:
                return own(model, input_ids=input_ids, **arguments)
            self.sizes.append(len(input_ids))
            if all(known() is not model for known in self.models):
                self.models.append(weakref.ref(model))
            if len(input_ids) > self.most and len(self.sizes) > self.since:
                raise self.error()
            return own(model, input_ids=input_ids, **arguments)

        return forward


@pytest.fixture
def limit(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Memory]:
    """Let the tiny model's forward pass run out of memory."""
    import torch
    from transformers import LlamaModel

    own = LlamaModel.forward

    def limit(most: int, since: int = 0, error: Callable[[], Exception] = torch.OutOfMemoryError) -> Memory:
        memory = Memory(most, error, since)
        monkeypatch.setattr(LlamaModel, "forward", memory.forward(own))
        return memory

    return limit


def events(paths: RunPaths) -> list[tuple[str, str, Any]]:
    return [(e.kind, e.stage, json.loads(e.payload_json)) for e in read_shards(paths.shard_files("events"), Event)]


def weights(folder: Path) -> dict[str, Any]:
    from safetensors.torch import load_file

    return load_file(folder / "model.safetensors")


def assert_same_training(one: RunPaths, other: RunPaths, base: Path) -> None:
    losses = [[step.loss for step in read_shards(p.shard_files("train_steps"), TrainStep)] for p in (one, other)]
    assert losses[0] == pytest.approx(losses[1], rel=1e-4) and len(losses[0]) == 3
    before, after, start = weights(one.checkpoint(1)), weights(other.checkpoint(1)), weights(base)
    # Adam divides each gradient by its own size: where that is nothing but rounding, a weight goes this way or that.
    apart = sum(float((after[name] - before[name]).square().sum()) for name in before | after)
    moved = sum(float((after[name] - start[name]).square().sum()) for name in start)
    assert moved > 0 and apart < 1e-4 * moved


@pytest.mark.parametrize("method", ["full", "lora"])
def test_a_training_that_runs_out_of_memory_ends_as_an_undisturbed_one(
    trained: Callable, limit: Callable, tiny_model: Path, method: str
) -> None:
    undisturbed, _ = trained(folder="undisturbed", method=method)
    memory = limit(most=1)
    disturbed, outcome = trained(folder="disturbed", method=method)
    assert memory.sizes == [4, 2] + [1] * 9
    assert events(disturbed) == [
        ("batch_halved", "train", {"batch_size": 4, "old_micro_batch_size": 4, "new_micro_batch_size": 2}),
        ("batch_halved", "train", {"batch_size": 4, "old_micro_batch_size": 2, "new_micro_batch_size": 1}),
    ]
    assert outcome.counts["steps"] == 3
    assert_same_training(undisturbed, disturbed, tiny_model)


def test_it_goes_on_from_the_last_whole_checkpoint(trained: Callable, limit: Callable, tiny_model: Path) -> None:
    undisturbed, _ = trained(folder="undisturbed")
    memory = limit(most=2, since=1)
    disturbed, _ = trained(folder="disturbed", checkpoint_every=1)
    assert memory.sizes == [4, 4, 2, 2, 1]
    assert_same_training(undisturbed, disturbed, tiny_model)


def test_a_failed_attempt_is_forgotten_before_the_next_one_begins(trained: Callable, limit: Callable) -> None:
    memory = limit(most=1)
    alive = []
    memory.error = lambda: alive.append([known() is not None for known in memory.models]) or MemoryError()
    trained()
    assert alive == [[True], [False, True]]


def test_one_sequence_that_does_not_fit_is_an_error_that_says_the_way_out(trained: Callable, limit: Callable) -> None:
    limit(most=0)
    with pytest.raises(ConfigError, match=r"longest has 6 tokens.*gradient_checkpointing.*max_length.*'lora'"):
        trained(folder="disturbed")


def test_an_error_leaves_no_checkpoint(trained: Callable, limit: Callable, tmp_path: Path) -> None:
    limit(most=0)
    with pytest.raises(ConfigError):
        trained(folder="disturbed")
    assert not RunPaths(tmp_path / "disturbed").checkpoint(1).exists()


def test_another_error_is_left_alone(trained: Callable, limit: Callable) -> None:
    limit(most=0, error=lambda: RuntimeError("shapes differ"))
    with pytest.raises(RuntimeError, match="shapes differ"):
        trained()


@given(st.integers(1, 500).flatmap(lambda size: st.tuples(st.just(size), st.integers(1, 50).map(size.__mul__))))
def test_a_halved_micro_batch_still_divides_the_batch_and_none_larger_would(sizes: tuple[int, int]) -> None:
    micro_batch_size, batch_size = sizes
    found = halve_micro_batch(micro_batch_size, batch_size)
    fitting = [size for size in range(1, micro_batch_size) if 2 * size <= micro_batch_size and batch_size % size == 0]
    assert found == (fitting[-1] if fitting else None)
    assert (found is None) == (micro_batch_size == 1)
