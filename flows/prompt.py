"""A problem's prompt as a model is given it."""

from __future__ import annotations

from ssd_iter.config.schema import ModelConfig, PromptConfig
from ssd_iter.models.resolve import resolve_model
from ssd_iter.problems.base import Problem
from ssd_iter.problems.prompts import render_prompt
from ssd_iter.sampling.preflight import read_model
from ssd_iter.sampling.prompts import encode_prompt


def rendered(problem: Problem, model: str, config: PromptConfig) -> tuple[str, tuple[int, ...]]:
    """The prompt through the model's own chat template, and its tokens. Brings the model where it is not here yet."""
    folder = resolve_model(ModelConfig(path=model)).folder
    tokenizer = read_model(folder, trust_remote_code=False).tokenizer
    return encode_prompt(tokenizer, render_prompt(problem), config)
