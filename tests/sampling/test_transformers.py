"""The transformers engine on the tiny real model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ssd_iter.sampling.base import Batch, Completion
from ssd_iter.sampling.transformers import TransformersSampler

PROMPTS = [(5, 6, 7), (8,), (9, 10), (11, 12, 13, 14), (15,), (16, 17)]


def draw(sampler: TransformersSampler, *batches: Batch) -> list[list[Completion]]:
    return [completions for _, completions in sampler.sample(batches, lambda done, tokens: None)]


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


def test_nothing_leaks_in_from_the_models_generation_config(
    tiny_model: Path, tmp_path: Path, settings_for: Callable, make_batch: Callable
) -> None:
    from transformers import AutoModelForCausalLM, AutoTokenizer, GenerationConfig

    model = AutoModelForCausalLM.from_pretrained(tiny_model)
    knobs = {"temperature": 0.01, "top_k": 1, "repetition_penalty": 5.0, "min_p": 0.5}
    model.generation_config = GenerationConfig(do_sample=True, **knobs)
    model.save_pretrained(tmp_path)
    AutoTokenizer.from_pretrained(tiny_model).save_pretrained(tmp_path)
    plain, loaded = settings_for(tiny_model), settings_for(tmp_path)
    batch = make_batch(PROMPTS, temperature=1.5, max_tokens=40)
    assert draw(TransformersSampler(loaded), batch) == draw(TransformersSampler(replace(plain)), batch)


def test_progress_tells_every_completion_and_token(sampler: object, make_batch: Callable) -> None:
    told: list[tuple[int, int]] = []
    batch = make_batch(PROMPTS)
    ((_, drawn),) = sampler.sample([batch], lambda done, tokens: told.append((done, tokens)))
    assert sum(done for done, _ in told) == len(PROMPTS)
    assert sum(tokens for _, tokens in told) == sum(len(c.token_ids) for c in drawn)
