"""Rows of a round that a test makes by hand; keyword arguments change single fields."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from ssd_iter.records import Execution, FilterVerdict, Sample, TrainStep

KEY: dict[str, Any] = {
    "run_id": "run", "round": 1, "decode_id": "T1-k0-p1-m64", "problem_id": "toy/test/1", "sample_idx": 0,
    "problem_set": "toy",
}  # fmt: skip
FORM: dict[str, Any] = {
    "non_empty": True, "closed_fence": True, "extraction": "ok", "parses": True, "complete": True, "code": "x = 1",
    "code_sha256": "c", "normal_sha256": "n",
}  # fmt: skip


@pytest.fixture(scope="session")
def make_execution() -> Callable[..., Execution]:
    def make(**changes: Any) -> Execution:
        result = {
            "purpose": "eval", "verdict": "pass", "detail": "", "num_tests": 1, "num_passed": 1, "cpu_seconds": 0.1,
            "wall_seconds": 0.1, "max_rss_mb": 12.0, "attempts": 1, "cached": False, "inproc": False, "isolation": "ns",
            "limits_id": "cpu3", "behaviour_sha256": "b",
        }  # fmt: skip
        return Execution(**(KEY | FORM | result | changes))

    return make


@pytest.fixture(scope="session")
def make_verdict() -> Callable[..., FilterVerdict]:
    def make(**changes: Any) -> FilterVerdict:
        return FilterVerdict(**(KEY | FORM | {"purpose": "train", "keep": True, "reason": None} | changes))

    return make


@pytest.fixture(scope="session")
def make_sample() -> Callable[..., Sample]:
    def make(**changes: Any) -> Sample:
        drawn = {
            "purpose": "eval", "prompt": "", "completion": "", "prompt_token_ids": (), "completion_token_ids": (),
            "finish_reason": "stop", "num_completion_tokens": 0, "sampled_from_round": 1, "engine": "transformers",
            "seed": 0, "created_at": datetime(2026, 1, 1, tzinfo=UTC),
        }  # fmt: skip
        return Sample(**(KEY | drawn | changes))

    return make


@pytest.fixture(scope="session")
def make_step() -> Callable[..., TrainStep]:
    def make(**changes: Any) -> TrainStep:
        step = {
            "run_id": "run", "round": 1, "step": 1, "epoch": 1.0, "loss": 1.0, "grad_norm": 1.0,
            "learning_rate": 5e-6, "num_tokens": 10, "tokens_per_second": 1.0,
        }  # fmt: skip
        return TrainStep(**(step | changes))

    return make
