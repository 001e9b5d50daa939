from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from ssd_iter.records import Sample


@pytest.fixture(scope="session")
def make_sample() -> Callable[..., Sample]:
    def make(completion: str, problem_id: str = "toy/test/1", sample_idx: int = 0, **changes: object) -> Sample:
        fields: dict[str, object] = {
            "run_id": "run",
            "round": 1,
            "purpose": "eval",
            "decode_id": "T1-k0-p1-m64",
            "problem_set": "toy",
            "prompt": "",
            "prompt_token_ids": (),
            "completion_token_ids": (),
            "finish_reason": "stop",
            "num_completion_tokens": 0,
            "sampled_from_round": 0,
            "engine": "transformers",
            "seed": 0,
            "created_at": datetime(2026, 1, 1, tzinfo=UTC),
        }
        key = {"completion": completion, "problem_id": problem_id, "sample_idx": sample_idx}
        return Sample(**(fields | key | changes))  # type: ignore[arg-type]

    return make
