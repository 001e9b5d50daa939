"""The transformers engine on the tiny real model."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ssd_iter.exceptions import StageError
from ssd_iter.sampling.base import Batch, Completion
from ssd_iter.sampling.transformers import TransformersSampler

PROMPTS = [(5, 6, 7), (8,), (9, 10), (11, 12, 13, 14), (15,), (16, 17)]

NO_MEMORY = "CUDA error: out of memory"


def with_room_for(num_sequences: int, generate: Callable, message: str) -> Callable:
    """transformers' `generate` on a device that fails for more sequences than that, late in its work."""
    import torch

    def limited(input_ids: torch.Tensor, **options: object) -> torch.Tensor:
        output = generate(input_ids=input_ids, **options)
        if len(input_ids) > num_sequences:
            raise RuntimeError(message)
        return output

    return limited


def draw(sampler: TransformersSampler, *batches: Batch) -> list[list[Completion]]:
    return [completions for _, completions in sampler.sample(batches, lambda *_: None, lambda *_: None)]


@pytest.fixture
def sampler(tiny_model: Path, settings_for: Callable) -> TransformersSampler:
    return TransformersSampler(settings_for(tiny_model))


def test_the_same_shard_draws_the_same_tokens_whatever_was_drawn_before(sampler: object, make_batch: Callable) -> None:
    first, other = make_batch(PROMPTS, seed=3), make_batch(PROMPTS, seed=4)
    assert draw(sampler, first) == [draw(sampler, other, first)[1]]
    assert draw(sampler, first) != draw(sampler, other)


def test_top_k_1_is_greedy_whatever_the_seed(sampler: object, make_batch: Callable) -> None:
    assert draw(sampler, make_batch(PROMPTS, seed=1, top_k=1)) == draw(sampler, make_batch(PROMPTS, seed=2, top_k=1))


def test_a_completion_ends_with_the_first_end_token_or_at_max_tokens(sampler: object, make_batch: Callable) -> None:
    (drawn,) = draw(sampler, make_batch(PROMPTS * 8, temperature=2.0, max_tokens=40))
    stop = sampler._config.stop_token_ids[0]
    assert {c.finish_reason for c in drawn} == {"stop", "length"}
    for completion in drawn:
        ended = completion.finish_reason == "stop"
        assert completion.token_ids.count(stop) == ended
        assert completion.token_ids[-1] == stop if ended else len(completion.token_ids) == 40


def test_padding_and_batch_mates_do_not_change_a_greedy_completion(sampler: object, make_batch: Callable) -> None:
    (together,) = draw(sampler, make_batch(PROMPTS, top_k=1))
    alone = [draw(sampler, make_batch([prompt], top_k=1))[0][0] for prompt in PROMPTS]
    assert together == alone


def test_progress_tells_every_completion_and_token(sampler: object, make_batch: Callable) -> None:
    told: list[tuple[int, int]] = []
    batch = make_batch(PROMPTS)
    ((_, drawn),) = sampler.sample([batch], lambda done, tokens: told.append((done, tokens)), lambda *_: None)
    assert sum(done for done, _ in told) == len(PROMPTS)
    assert sum(tokens for _, tokens in told) == sum(len(c.token_ids) for c in drawn)


@contextmanager
def memory_left(num_bytes: int) -> Iterator[None]:
    """Let this process take that much more address space, and no more."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + num_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def test_when_memory_runs_out_the_batch_is_halved_and_stays_so(
    tiny_model: Path, settings_for: Callable, make_batch: Callable
) -> None:
    sampler, events = TransformersSampler(settings_for(tiny_model, batch_size=64)), []
    draw(sampler, make_batch(PROMPTS))
    batch = make_batch([tuple(range(240)) * 5] * 65, max_tokens=2)  # one activation of 64 such prompts takes 39 MB
    with memory_left(32 * 2**20):
        ((_, drawn),) = sampler.sample([batch], lambda *_: None, lambda *event: events.append(event))
    assert len(drawn) == 65
    sizes = [(payload["old"], payload["new"]) for _, _, payload in events]
    assert sizes and sizes == [(64 >> i, 32 >> i) for i in range(len(sizes))]
    assert {kind for kind, _, _ in events} == {"batch_halved"}
    assert sampler._batch_size == sizes[-1][1]


def test_halving_draws_what_the_smaller_batch_would_have_drawn(
    tiny_model: Path, settings_for: Callable, make_batch: Callable
) -> None:
    sampler, batch = TransformersSampler(settings_for(tiny_model, batch_size=6)), make_batch(PROMPTS)
    sampler._model.generate = with_room_for(3, sampler._model.generate, NO_MEMORY)
    assert draw(sampler, batch) == draw(TransformersSampler(settings_for(tiny_model, batch_size=3)), batch)


def test_memory_too_small_for_one_completion_is_an_error_with_the_way_out(
    sampler: TransformersSampler, make_batch: Callable
) -> None:
    sampler._model.generate = with_room_for(0, sampler._model.generate, NO_MEMORY)
    with pytest.raises(StageError, match=r"12 tokens was drawn for p1, whose prompt has 1: lower max_tokens.*vllm"):
        draw(sampler, make_batch(PROMPTS))


def test_other_errors_are_not_taken_for_memory(sampler: TransformersSampler, make_batch: Callable) -> None:
    sampler._model.generate = with_room_for(0, sampler._model.generate, "CUDA error: an illegal memory access")
    with pytest.raises(RuntimeError, match="illegal memory access"):
        draw(sampler, make_batch(PROMPTS))
