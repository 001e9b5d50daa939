"""What can be refused about a model's prompts without loading its weights.

The `generate` stage asks at its start; `measure_prompts` asks the same before a run's folder exists. transformers takes
seconds to import and loads torch, so this is not for a process that should stay small.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ssd_iter.config.schema import DecodeConfig, PromptConfig
from ssd_iter.exceptions import ConfigError, DataError
from ssd_iter.problems.base import Problem
from ssd_iter.problems.prompts import render_prompt
from ssd_iter.sampling.decode import decode_of
from ssd_iter.sampling.prompts import encode_prompt, stop_token_ids


@dataclass(frozen=True, slots=True)
class PromptFacts:
    """The size of some prompts, rendered and encoded, in tokens."""

    num_prompts: int
    total_tokens: int
    longest_id: str
    longest_tokens: int


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What a model folder tells without its weights."""

    tokenizer: Any
    stop_token_ids: tuple[int, ...]
    pad_token_id: int
    max_position_embeddings: int | None
    """Longest prompt plus completion the model was made for, in tokens; None where its config names no limit."""


def measure_prompts(
    folder: Path,
    problems: Sequence[Problem],
    prompt_config: PromptConfig,
    decode: DecodeConfig,
    max_model_len: int | None,
    trust_remote_code: bool,
) -> PromptFacts:
    """Encode the prompts of `problems` (at least one) as the `generate` stage will, and refuse what it would refuse.

    `decode` holds where a problem's selector says nothing else. Raises `decode_of`'s, `read_model`'s, `encode_prompt`'s
    and `fit_context`'s errors.
    """
    facts = read_model(folder, trust_remote_code)
    lengths = [
        (len(encode_prompt(facts.tokenizer, render_prompt(problem), prompt_config)[1]), problem.problem_id)
        for problem in problems
    ]
    room = {selector: decode_of(decode, selector).max_tokens for selector in {p.selector for p in problems}}
    needs = [(length + room[problem.selector], name) for (length, name), problem in zip(lengths, problems, strict=True)]
    fit_context(needs, facts, max_model_len)
    longest_tokens, longest_id = max(lengths)
    return PromptFacts(len(lengths), sum(length for length, _ in lengths), longest_id, longest_tokens)


def read_model(folder: Path, trust_remote_code: bool) -> ModelFacts:
    """Load the tokenizer and the configs of a model.

    DataError where files are missing or broken, ConfigError where no token could end a completion.
    """
    from transformers import AutoConfig, AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, trust_remote_code=trust_remote_code)
        model_config = AutoConfig.from_pretrained(folder, trust_remote_code=trust_remote_code)
        generation_config = folder / "generation_config.json"
        named = json.loads(generation_config.read_bytes()).get("eos_token_id") if generation_config.exists() else None
    except Exception as error:  # the readers of these files raise whatever they meet
        raise DataError(
            f"{folder} is no whole model: it needs tokenizer.json (or the vocabulary files of its kind of tokenizer) "
            f"and config.json. transformers says: {' '.join(str(error).split())}"
        ) from None
    vocabularies = sorted({"tokenizer.json", *tokenizer.vocab_files_names.values()})
    if not any((folder / name).exists() for name in vocabularies):
        # Some tokenizers are made without a word where their vocabulary is missing.
        raise DataError(f"{folder} holds no vocabulary: none of {', '.join(vocabularies)} is there; bring it there")
    stops = stop_token_ids(tokenizer, named)
    return ModelFacts(
        tokenizer=tokenizer,
        stop_token_ids=stops,
        pad_token_id=stops[0] if tokenizer.pad_token_id is None else tokenizer.pad_token_id,
        max_position_embeddings=getattr(model_config.get_text_config(), "max_position_embeddings", None),
    )


def fit_context(needs: Collection[tuple[int, str]], facts: ModelFacts, max_model_len: int | None) -> int:
    """The context to load a model with, in tokens. `needs` are prompt plus max_tokens of each problem, with its id.

    ConfigError where some don't fit; it names the longest.
    """
    longest, longest_id = max(needs)
    context = min(max_model_len or longest, facts.max_position_embeddings or longest)
    too_long = sum(need > context for need, _ in needs)
    if too_long:
        raise ConfigError(
            f"{too_long} prompts with their max_tokens don't fit a context of {context} tokens; the longest, "
            f"{longest_id}, needs {longest}: lower max_tokens, raise engine.max_model_len, or leave these problems out"
        )
    return context
