"""From a problem to the token ids a model is given, through its own chat template."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jinja2 import TemplateError

from ssd_iter.config.schema import PromptConfig
from ssd_iter.exceptions import ConfigError


def encode_prompt(tokenizer: Any, user_text: str, config: PromptConfig) -> tuple[str, tuple[int, ...]]:
    """The rendered prompt and its token ids.

    ConfigError for a tokenizer without a chat template where the config asks for one, for a template that refuses the
    system message or leaves it out, and for one without a switch for thinking where the config sets it.
    """
    if not config.chat_template:
        return user_text, tuple(tokenizer(user_text)["input_ids"])
    text = _render(tokenizer, user_text, config)
    return text, tuple(tokenizer(text, add_special_tokens=False)["input_ids"])


def _render(tokenizer: Any, user_text: str, config: PromptConfig) -> str:
    system = config.system
    if not tokenizer.chat_template:
        raise ConfigError(
            "the model's tokenizer has no chat template; set prompt.chat_template = false to give it bare text"
        )
    messages = [{"role": "system", "content": system}] if system is not None else []
    messages.append({"role": "user", "content": user_text})
    try:
        text = _templated(tokenizer, messages, config.thinking)
        switched = None if config.thinking is None else _templated(tokenizer, messages, not config.thinking)
    except TemplateError as error:
        way_out = "set prompt.chat_template = false" if system is None else "leave prompt.system out"
        raise ConfigError(f"the model's chat template refuses the prompt: {error}; {way_out}") from None
    if system is not None and system.strip() not in text:
        raise ConfigError("the model's chat template leaves the system message out; leave prompt.system out")
    if switched == text:
        raise ConfigError(
            "the model's chat template has no switch `enable_thinking`: the prompt is the same with it and without; "
            "leave prompt.thinking out"
        )
    return text


def _templated(tokenizer: Any, messages: Sequence[dict[str, str]], thinking: bool | None) -> str:
    switch = {} if thinking is None else {"enable_thinking": thinking}
    text: str = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True, **switch)
    return text


def stop_token_ids(tokenizer: Any, named: int | Sequence[int] | None) -> tuple[int, ...]:
    """All tokens that end a completion: the tokenizer's end token and those `named` by the model's generation config.

    They belong to the model as its vocabulary does; no decode knob is taken from there. ConfigError for none at all.
    """
    ids: set[int] = set(named if isinstance(named, Sequence) else [] if named is None else [named])
    if tokenizer.eos_token_id is not None:
        ids.add(tokenizer.eos_token_id)
    if not ids:
        raise ConfigError(
            "the model names no end token, in its tokenizer or its generation config: completions could not end"
        )
    return tuple(sorted(ids))
