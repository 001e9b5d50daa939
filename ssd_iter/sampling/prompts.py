"""From a problem to the token ids a model is given, through its own chat template."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ssd_iter.config.schema import PromptConfig
from ssd_iter.exceptions import ConfigError


def encode_prompt(tokenizer: Any, user_text: str, config: PromptConfig) -> tuple[str, tuple[int, ...]]:
    """The rendered prompt and its token ids.

    ConfigError for a tokenizer without a chat template where the config asks for one.
    """
    if not config.chat_template:
        return user_text, tuple(tokenizer(user_text)["input_ids"])
    if not tokenizer.chat_template:
        raise ConfigError(
            "the model's tokenizer has no chat template; set prompt.chat_template = false to give it bare text"
        )
    messages = [{"role": "system", "content": config.system}] if config.system is not None else []
    messages.append({"role": "user", "content": user_text})
    text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    return text, tuple(tokenizer(text, add_special_tokens=False)["input_ids"])


def stop_token_ids(tokenizer: Any, generation_config: Any) -> tuple[int, ...]:
    """All tokens that end a completion: the tokenizer's end token and those the model itself names.

    They belong to the model as its vocabulary does; no decode knob is taken from its generation config.
    """
    named = generation_config.eos_token_id
    ids: set[int] = set(named if isinstance(named, Sequence) else [] if named is None else [named])
    if tokenizer.eos_token_id is not None:
        ids.add(tokenizer.eos_token_id)
    if not ids:
        raise ConfigError(
            "the model names no end token, in its tokenizer or its generation config: completions could not end"
        )
    return tuple(sorted(ids))
