"""Which tokens are learnt, one by one, under three chat templates: those that were drawn, and no others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from ssd_iter.config.schema import PromptConfig
from ssd_iter.records import Sample
from ssd_iter.sampling.prompts import encode_prompt
from ssd_iter.training.training_set import IGNORED, collate, make_pair

SMOLLM2 = (
    "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}"
    "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n{% endif %}"
    "{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
REWRITES_THINKING = (
    "{% for message in messages %}{% set content = message['content'] %}{% if message['role'] == 'assistant' %}"
    "{% set content = content.split('</think>')[-1].lstrip('\n') %}{% if loop.last %}"
    "{% set content = '<think>\n\n</think>\n\n' + content %}{% endif %}{% endif %}"
    "{{ '<|im_start|>' + message['role'] + '\n' + content + '<|im_end|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n<think>\n' }}{% endif %}"
)
SYSTEM_INSIDE_USER = (
    "{% if messages[0]['role'] == 'system' %}{% set system = '<<SYS>>\n' + messages[0]['content'] + '\n<</SYS>>\n\n' %}"
    "{% set messages = messages[1:] %}{% else %}{% set system = '' %}{% endif %}{% for message in messages %}"
    "{% set content = (system if loop.first else '') + message['content'] %}{% if message['role'] == 'user' %}"
    "{{ '[INST] ' + content | trim + ' [/INST]' }}{% else %}{{ ' ' + content | trim + ' <|im_end|>' }}{% endif %}"
    "{% endfor %}"
)
USER = "  Add one to n.\n"
PROMPTS = {
    "smollm2": (
        SMOLLM2,
        None,
        "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n"
        f"<|im_start|>user\n{USER}<|im_end|>\n<|im_start|>assistant\n",
    ),
    "rewrites thinking": (
        REWRITES_THINKING,
        None,
        f"<|im_start|>user\n{USER}<|im_end|>\n<|im_start|>assistant\n<think>\n",
    ),
    "system inside user": (
        SYSTEM_INSIDE_USER,
        "Be brief.",
        f"[INST] <<SYS>>\nBe brief.\n<</SYS>>\n\n{USER.rstrip()} [/INST]",
    ),
}
COMPLETIONS = {
    "plain": ("```python\ndef f(n):\n    return n + 1\n```", True),
    "thinks": ("<think>\nIs n an int?\n</think>\n\n```python\nf = lambda n: n + 1\n```", True),
    "ends its thinking": ("Easy.\n</think>\n\nn + 1", True),
    "white space": ("  \n n + 1 \n\n", True),
    "cut off": ("<think>\nLet me see, n is", False),
    "cut off at a mark": ("n + 1<|im_start|>", False),
}


@pytest.fixture(params=PROMPTS)
def prompt(request: pytest.FixtureRequest, tiny_model: Path) -> tuple[Any, tuple[int, ...]]:
    """The tiny tokenizer with one of the templates, and a prompt through it."""
    from transformers import AutoTokenizer

    template, system, rendered = PROMPTS[request.param]
    tokenizer = AutoTokenizer.from_pretrained(tiny_model)
    tokenizer.chat_template = template
    text, ids = encode_prompt(tokenizer, USER, PromptConfig(system=system))
    assert text == rendered == tokenizer.decode(ids)
    return tokenizer, ids


@pytest.fixture(params=COMPLETIONS)
def sample(request: pytest.FixtureRequest, prompt: tuple, make_sample: Callable[..., Sample]) -> Sample:
    """A completion as if drawn, byte by byte: its end token only where the model drew one."""
    tokenizer, ids = prompt
    text, ends = COMPLETIONS[request.param]
    drawn = (*tokenizer(text)["input_ids"], *([tokenizer.eos_token_id] if ends else []))
    reason = "stop" if ends else "length"
    return make_sample(text, prompt_token_ids=ids, completion_token_ids=drawn, finish_reason=reason)


def test_the_drawn_tokens_are_learnt_one_by_one_and_the_prompt_is_not(prompt: tuple, sample: Sample) -> None:
    tokenizer, ids = prompt
    pair = make_pair(sample)
    assert pair.input_ids == ids + sample.completion_token_ids
    for position, (token, label) in enumerate(zip(pair.input_ids, pair.labels, strict=True)):
        assert label == (IGNORED if position < len(ids) else token), tokenizer.decode(pair.input_ids[: position + 1])
    learnt = [label for label in pair.labels if label != IGNORED]
    assert tokenizer.decode(learnt) == sample.completion + "<|im_end|>" * (sample.finish_reason == "stop")


def test_the_end_token_is_learnt_where_the_model_drew_it_and_nowhere_else(prompt: tuple, sample: Sample) -> None:
    tokenizer, _ = prompt
    learnt = [label for label in make_pair(sample).labels if label != IGNORED]
    ends = [position for position, token in enumerate(learnt) if token == tokenizer.eos_token_id]
    assert ends == ([len(learnt) - 1] if sample.finish_reason == "stop" else [])


def test_in_a_batch_nothing_changes_but_padding_which_is_neither_seen_nor_learnt(prompt: tuple, sample: Sample) -> None:
    tokenizer, _ = prompt
    longer = make_pair(sample)
    shorter = type(longer)(longer.input_ids[:-7], longer.labels[:-7])
    batch = collate([asdict(shorter), asdict(longer)], tokenizer.pad_token_id)
    assert batch["input_ids"].tolist() == [[*shorter.input_ids, *[tokenizer.pad_token_id] * 7], [*longer.input_ids]]
    assert batch["labels"].tolist() == [[*shorter.labels, *[IGNORED] * 7], [*longer.labels]]
    assert batch["attention_mask"].sum(1).tolist() == [len(shorter.input_ids), len(longer.input_ids)]
