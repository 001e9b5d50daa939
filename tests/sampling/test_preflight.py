"""What is refused about prompts before a run exists: the same as the `generate` stage refuses."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ssd_iter.config.schema import DecodeConfig, PromptConfig
from ssd_iter.exceptions import ConfigError, DataError
from ssd_iter.problems.base import Problem
from ssd_iter.problems.catalog import load_problems
from ssd_iter.problems.prompts import render_prompt
from ssd_iter.sampling.preflight import PromptFacts, fit_context, measure_prompts, read_model
from ssd_iter.sampling.prompts import encode_prompt

CHAT = PromptConfig()


@pytest.fixture(scope="module")
def problems() -> list[Problem]:
    return list(load_problems(("fresh:train?n=6&levels=0-1",), fresh_seed=1))


@pytest.fixture
def folder(tiny_model: Path, tmp_path: Path) -> Path:
    """A copy of the tiny model that a test may spoil."""
    return Path(shutil.copytree(tiny_model, tmp_path / "model"))


@pytest.fixture
def measure(problems: list[Problem]) -> Callable[..., PromptFacts]:
    def measured(
        folder: Path, config: PromptConfig = CHAT, max_tokens: int = 16, max_model_len: int | None = None
    ) -> PromptFacts:
        decode = DecodeConfig(max_tokens=max_tokens)
        return measure_prompts(folder, problems, config, decode, max_model_len, trust_remote_code=False)

    return measured


@pytest.mark.parametrize("config", [CHAT, PromptConfig(system="Be brief."), PromptConfig(chat_template=False)])
def test_prompts_are_measured_as_the_model_is_given_them(
    measure: Callable, tiny_model: Path, problems: list[Problem], config: PromptConfig
) -> None:
    tokenizer = read_model(tiny_model, False).tokenizer
    lengths = {p.problem_id: len(encode_prompt(tokenizer, render_prompt(p), config)[1]) for p in problems}
    facts = measure(tiny_model, config)
    assert (facts.num_prompts, facts.total_tokens) == (6, sum(lengths.values()))
    assert lengths[facts.longest_id] == facts.longest_tokens == max(lengths.values())


def test_prompts_may_fill_the_context_to_the_last_token(measure: Callable, tiny_model: Path) -> None:
    longest = measure(tiny_model).longest_tokens
    assert measure(tiny_model, max_tokens=2048 - longest).longest_tokens == longest
    assert measure(tiny_model, max_model_len=longest + 16).longest_tokens == longest


@pytest.mark.parametrize("over", [{"max_tokens": 2048}, {"max_model_len": 64}])
def test_a_prompt_that_does_not_fit_is_named_with_the_way_out(
    measure: Callable, tiny_model: Path, over: dict[str, int]
) -> None:
    facts = measure(tiny_model)
    needs = facts.longest_tokens + over.get("max_tokens", 16)
    context = over.get("max_model_len", 2048)
    words = (
        rf"6 prompts .* context of {context} tokens; the longest, {facts.longest_id}, needs {needs}: lower max_token"
    )
    with pytest.raises(ConfigError, match=words):
        measure(tiny_model, **over)


def test_a_model_without_a_limit_takes_what_is_asked(tiny_model: Path) -> None:
    facts = replace(read_model(tiny_model, False), max_position_embeddings=None)
    assert fit_context([(5000, "a"), (90, "b")], facts, None) == 5000
    with pytest.raises(ConfigError, match="1 prompts"):
        fit_context([(5000, "a"), (90, "b")], facts, 4096)


def test_a_tokenizer_without_a_chat_template_is_refused(measure: Callable, folder: Path) -> None:
    (folder / "chat_template.jinja").unlink()
    with pytest.raises(ConfigError, match=r"prompt\.chat_template = false"):
        measure(folder)
    assert measure(folder, PromptConfig(chat_template=False)).num_prompts == 6


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{{ raise_exception('System role not supported') }}", "System role not supported; leave prompt.system out"),
        ("{% for m in messages if m.role == 'user' %}{{ m.content }}{% endfor %}", "leaves the system message out"),
    ],
)
def test_a_template_that_refuses_or_drops_the_system_message_is_refused(
    measure: Callable, folder: Path, template: str, words: str
) -> None:
    (folder / "chat_template.jinja").write_text(
        "{% if messages[0].role == 'system' %}" + template + "{% else %}{{ messages[0].content }}{% endif %}"
    )
    with pytest.raises(ConfigError, match=words):
        measure(folder, PromptConfig(system="Be brief."))
    assert measure(folder).num_prompts == 6


@pytest.mark.parametrize("name", ["tokenizer.json", "tokenizer_config.json", "config.json", "generation_config.json"])
def test_a_torn_file_is_told_with_its_folder(measure: Callable, folder: Path, name: str) -> None:
    (folder / name).write_text((folder / name).read_text()[:50])
    with pytest.raises(DataError, match=rf"{folder} is no whole model: it needs tokenizer.json .* and config.json"):
        measure(folder)


@pytest.mark.parametrize("tokenizer_class", ["TokenizersBackend", "LlamaTokenizer", "GPT2Tokenizer"])
def test_a_missing_vocabulary_is_told_never_made_up(measure: Callable, folder: Path, tokenizer_class: str) -> None:
    (folder / "tokenizer.json").unlink()
    config = folder / "tokenizer_config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | {"tokenizer_class": tokenizer_class}))
    with pytest.raises(DataError, match=rf"{folder} .*tokenizer\.json"):
        measure(folder)


def test_a_missing_config_is_told(measure: Callable, folder: Path) -> None:
    (folder / "config.json").unlink()
    with pytest.raises(DataError, match=r"config\.json"):
        measure(folder)
