"""Both engines draw from exactly the asked distribution, whatever the model's generation config says.

The first token of the tiny model's continuation, 20,000 times, against a target computed here from the model's logits
in float64: temperature, then top-k on the tempered distribution, then top-p on the renormalised survivors.
"""

from __future__ import annotations

import importlib.util
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import chisquare

from ssd_iter.sampling.base import Batch, Completion
from ssd_iter.sampling.preflight import read_model

NUM_DRAWS = 20_000
MARGIN = 1e-3
KNOBS = {
    "plain": (1.0, 0, 1.0),
    "all": (0.7, 20, 0.8),
    "top_k": (1.5, 10, 1.0),
    "top_p": (1.0, 0, 0.6),
}
"""Temperature, top-k, top-p."""
PROMPTS = [(i, i + 1, i + 2) for i in range(64)]
OTHER_END = 65
TRAPS = {
    "eos_token_id": [OTHER_END, 256],
    "do_sample": False, "temperature": 0.01, "top_k": 1, "top_p": 0.1, "min_p": 0.9, "typical_p": 0.1, "top_h": 0.1,
    "epsilon_cutoff": 0.5, "eta_cutoff": 0.5, "repetition_penalty": 5.0, "no_repeat_ngram_size": 1,
    "presence_penalty": 2.0, "frequency_penalty": 2.0, "length_penalty": 9.0, "guidance_scale": 3.0,
    "max_length": 3, "max_new_tokens": 3, "max_time": 0.001, "min_length": 400, "min_new_tokens": 20,
    "stop_strings": ["a"], "num_beams": 4, "num_return_sequences": 2, "diversity_penalty": 1.0, "early_stopping": True,
    "use_cache": False, "bad_words_ids": [[i] for i in range(64)], "suppress_tokens": list(range(64, 128)),
    "begin_suppress_tokens": [200], "sequence_bias": [[[210], 20.0]], "forced_bos_token_id": 7,
    "forced_eos_token_id": 7, "renormalize_logits": True, "exponential_decay_length_penalty": [1, 2.0],
    "prompt_lookup_num_tokens": 2, "pad_token_id": 9, "bos_token_id": 9,
}  # fmt: skip

Distribution = np.ndarray
"""Probabilities by token id."""


def temper(p: Distribution, temperature: float) -> Distribution:
    return p ** (1 / temperature) / (p ** (1 / temperature)).sum()


def keep_top_k(p: Distribution, top_k: int) -> Distribution:
    kept = np.where(p >= np.sort(p)[-top_k], p, 0) if top_k else p
    return kept / kept.sum()


def keep_top_p(p: Distribution, top_p: float) -> Distribution:
    """The smallest set of likeliest tokens whose mass reaches `top_p`: those with less than that before them."""
    order = np.argsort(-p)
    before = np.cumsum(p[order]) - p[order]
    kept = np.zeros_like(p)
    kept[order[before < top_p]] = p[order[before < top_p]]
    return kept / kept.sum()


def target(p: Distribution, temperature: float, top_k: int, top_p: float) -> Distribution:
    return keep_top_p(keep_top_k(temper(p, temperature), top_k), top_p)


def is_telling(p: Distribution) -> bool:
    """Whether rounding cannot move the edge of any kept set of `KNOBS`, and each keeps at least five tokens."""
    for temperature, top_k, top_p in KNOBS.values():
        if (target(p, temperature, top_k, top_p) > 0).sum() < 5:
            return False
        q = temper(p, temperature)
        ranked = np.sort(q)[::-1]
        if top_k and ranked[top_k] > ranked[top_k - 1] * (1 - MARGIN):
            return False
        mass = np.cumsum(np.sort(keep_top_k(q, top_k))[::-1])
        if top_p < 1 and np.abs(mass - top_p).min() < MARGIN:
            return False
    return True


def p_value(counts: np.ndarray, expected: Distribution) -> float:
    """Of Pearson's chi-square test; tokens expected fewer than five times share a cell. 0 for an impossible token."""
    if counts[expected == 0].any():
        return 0.0
    times = expected * counts.sum()
    rare = times < 5
    cells = [np.append(values[~rare], values[rare].sum()) for values in (counts, times)]
    return float(chisquare(*(cell[cells[1] > 0] for cell in cells)).pvalue)


@pytest.fixture(scope="module")
def sharp_model(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model with its logits scaled up, so that likely and unlikely tokens differ."""
    import torch
    from transformers import AutoModelForCausalLM

    folder = tmp_path_factory.mktemp("models") / "sharp"
    shutil.copytree(tiny_model, folder)
    model = AutoModelForCausalLM.from_pretrained(tiny_model, dtype=torch.float32)
    with torch.no_grad():
        model.model.norm.weight.mul_(8)
    model.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def context(sharp_model: Path) -> tuple[tuple[int, ...], Distribution]:
    """The first telling prompt of many, and the model's distribution after it."""
    import torch
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(sharp_model, dtype=torch.float64)
    prompts = np.random.default_rng(0).integers(0, 256, size=(500, 3))
    with torch.inference_mode():
        probabilities = model(torch.tensor(prompts)).logits[:, -1].softmax(dim=-1).numpy()
    found = next(i for i, p in enumerate(probabilities) if is_telling(p))
    return tuple(prompts[found].tolist()), probabilities[found]


@pytest.fixture(
    scope="module",
    params=[
        "transformers",
        pytest.param(
            "vllm",
            marks=[
                pytest.mark.vllm,
                pytest.mark.skipif(importlib.util.find_spec("vllm") is None, reason="vLLM is not installed"),
            ],
        ),
    ],
)
def engine(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def drawn(
    engine: str,
    sharp_model: Path,
    context: tuple[tuple[int, ...], Distribution],
    free_batch: Batch,
    draw_alone: Callable,
    settings_for: Callable,
    make_batch: Callable,
) -> dict[str, list[Completion]]:
    """What one start of an engine draws: some `free` completions, then 20,000 first tokens for each of `KNOBS`."""
    batches = [
        make_batch([context[0]] * NUM_DRAWS, seed=seed, temperature=t, top_k=k, top_p=p, max_tokens=1)
        for seed, (t, k, p) in enumerate(KNOBS.values())
    ]
    settings = settings_for(sharp_model, stop_token_ids=(OTHER_END, 256), batch_size=4000)
    return dict(zip(["free", *KNOBS], draw_alone(engine, settings, [free_batch, *batches]), strict=True))


@pytest.fixture(scope="module")
def free_batch(make_batch: Callable) -> Batch:
    return make_batch(PROMPTS, temperature=1.5, top_k=100, top_p=0.95, max_tokens=40)


@pytest.fixture(scope="module")
def trapped_model(sharp_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sharp model with a generation config that would change every draw."""
    folder = tmp_path_factory.mktemp("models") / "trapped"
    shutil.copytree(sharp_model, folder)
    (folder / "generation_config.json").write_text(json.dumps(TRAPS))
    return folder


def first_tokens(completions: list[Completion]) -> np.ndarray:
    """How often each token id was drawn first."""
    return np.bincount([completion.token_ids[0] for completion in completions], minlength=264)


def wrong(p: Distribution) -> Iterator[tuple[str, Distribution]]:
    """Near misses, by the knobs they are mistaken for."""
    for name, (t, k, top_p) in KNOBS.items():
        yield name, target(p, t * 1.1, k, top_p)
    t, k, top_p = KNOBS["all"]
    yield "all", temper(keep_top_p(keep_top_k(p, k), top_p), t)
    yield "all", keep_top_k(keep_top_p(temper(p, t), top_p), k)


@pytest.mark.parametrize("knobs", KNOBS)
def test_first_tokens_follow_the_tempered_truncated_target(drawn: dict, context: tuple, knobs: str) -> None:
    counts, expected = first_tokens(drawn[knobs]), target(context[1], *KNOBS[knobs])
    assert counts.sum() == NUM_DRAWS
    assert not counts[expected == 0].any()
    assert p_value(counts, expected) > 1e-4


def test_another_order_or_temperature_would_be_noticed(drawn: dict, context: tuple) -> None:
    assert [p_value(first_tokens(drawn[knobs]), expected) for knobs, expected in wrong(context[1])] == pytest.approx(
        [0] * 6, abs=1e-9
    )


def test_no_knob_leaks_in_from_the_models_generation_config(
    engine: str, drawn: dict, trapped_model: Path, free_batch: Batch, draw_alone: Callable, settings_for: Callable
) -> None:
    stops = read_model(trapped_model, False).stop_token_ids
    settings = settings_for(trapped_model, stop_token_ids=stops, batch_size=4000)
    (trapped,) = draw_alone(engine, settings, [free_batch])
    assert trapped == drawn["free"]


def test_end_tokens_named_there_are_taken(drawn: dict, trapped_model: Path) -> None:
    stops = read_model(trapped_model, False).stop_token_ids
    assert stops == (OTHER_END, 256)
    ends = {completion.token_ids[-1] for completion in drawn["free"] if completion.finish_reason == "stop"}
    assert ends == set(stops)
