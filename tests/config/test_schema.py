"""What the paper did (arXiv 2604.01193: section 3, tables 3 and 4) can be said in a config."""

from __future__ import annotations

from typing import Any

import pytest

from ssd_iter.config.load import validate
from ssd_iter.config.schema import DecodeConfig, EvaluateConfig, TrainConfig

# Hub name: (temperature, top-k, top-p) for training samples, for evaluation, and for evaluating the base; None is off.
DECODING = {
    "meta-llama/Llama-3.1-8B-Instruct": ((0.8, 20, 0.8), (0.7, 20, 0.8), (0.9, None, 0.8)),
    "Qwen/Qwen3-4B-Instruct-2507": ((1.6, 20, 0.8), (1.1, 20, 0.8), (0.7, 20, 0.8)),
    "Qwen/Qwen3-4B-Thinking-2507": ((1.1, 20, 0.95), (0.7, 20, 0.95), (0.6, 20, 0.95)),
    "Qwen/Qwen3-30B-A3B-Instruct-2507": ((1.6, 20, 0.8), (0.9, 20, 0.8), (0.7, 20, 0.8)),
    "Qwen/Qwen3-30B-A3B-Thinking-2507": ((1.2, 20, 0.95), (0.7, 20, 0.95), (0.6, 20, 0.95)),
    "openai/gpt-oss-20b": ((1.2, None, 1.0), (1.0, 20, 0.95), (1.0, None, 1.0)),
}
STRESS_TEST = (2.0, None, 1.0)
# Iterations, warm-up and checkpoint interval, in optimizer steps.
SCHEDULES = {"instruct": (2500, 250, 250), "thinking": (300, 50, 50)}
OPTIMIZER = {
    "learning_rate": 5e-6,
    "min_learning_rate": 1e-6,
    "adam_beta1": 0.9,
    "adam_beta2": 0.95,
    "weight_decay": 0.1,
    "batch_size": 32,
    "max_length": 65_536,
}


def knobs(setting: tuple[float, int | None, float]) -> dict[str, Any]:
    temperature, top_k, top_p = setting
    return {"temperature": temperature, "top_k": top_k or 0, "top_p": top_p}


@pytest.mark.parametrize("model", DECODING)
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_every_experiment_of_the_paper_is_a_config(model, schedule):
    sample, *evaluations = DECODING[model]
    steps, warmup, checkpoint_every = SCHEDULES[schedule]
    train = OPTIMIZER | {"max_steps": steps, "warmup_steps": warmup, "checkpoint_every": checkpoint_every}
    for evaluate in evaluations:
        config = validate(
            {
                "name": "paper",
                "rounds": 1,
                "model": {"path": model},
                "problems": {"train": ["fresh:train?n=10168"], "evaluate": ["humaneval"], "fresh_seed": 0},
                "sample": knobs(sample) | {"num_samples": 1, "max_tokens": 65_000},
                "evaluate": knobs(evaluate) | {"num_samples": 10, "max_tokens": 65_000, "k": [1, 5]},
                "filter": {"rules": ["empty", "stub"]},
                "train": train,
            },
            source="the paper",
        )
        assert config.train.model_dump(include=set(train)) == train
        assert config.sample.model_dump(include=set(knobs(sample))) == knobs(sample)
        assert config.evaluate.model_dump(include=set(knobs(evaluate))) == knobs(evaluate)


def test_the_papers_optimizer_is_the_default():
    assert TrainConfig().model_dump(include=set(OPTIMIZER)) == OPTIMIZER


def test_the_stress_test_draws_from_the_whole_distribution():
    assert DecodeConfig(**knobs(STRESS_TEST)).decode_id == "T2-k0-p1-m1024"


def test_every_decode_setting_of_the_paper_has_an_id_of_its_own():
    settings = {setting for settings in DECODING.values() for setting in settings}
    assert len({DecodeConfig(**knobs(setting)).decode_id for setting in settings}) == len(settings)


def test_evaluation_draws_enough_for_each_k_by_default():
    assert max(EvaluateConfig().k) <= EvaluateConfig().num_samples
