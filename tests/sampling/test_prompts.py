"""From a problem to token ids."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from ssd_iter.config.schema import PromptConfig
from ssd_iter.exceptions import ConfigError
from ssd_iter.sampling.prompts import encode_prompt, stop_token_ids


@pytest.fixture(scope="module")
def tokenizer(tiny_model: Path) -> object:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(tiny_model)


def test_a_prompt_is_one_user_turn_open_for_the_answer(tokenizer: object) -> None:
    text, ids = encode_prompt(tokenizer, "Add one.", PromptConfig())
    assert text == "<|im_start|>user\nAdd one.<|im_end|>\n<|im_start|>assistant\n"
    assert tokenizer.decode(ids) == text


def test_a_system_message_comes_first(tokenizer: object) -> None:
    text, _ = encode_prompt(tokenizer, "Add one.", PromptConfig(system="Be brief."))
    assert text.startswith("<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\n")


def test_a_bare_prompt_is_the_text_itself(tokenizer: object) -> None:
    text, ids = encode_prompt(tokenizer, "Add one.", PromptConfig(chat_template=False))
    assert (text, tokenizer.decode(ids)) == ("Add one.", "Add one.")


def test_a_tokenizer_without_a_chat_template_is_refused_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"prompt.chat_template = false"):
        encode_prompt(SimpleNamespace(chat_template=None), "Add one.", PromptConfig())


class Switched:
    """A tokenizer whose template knows the switch for reasoning, as Qwen3's does."""

    chat_template = "yes"

    def apply_chat_template(self, messages: list, enable_thinking: bool = True, **_: object) -> str:
        return messages[-1]["content"] + ("<think>" if enable_thinking else "<think></think>")

    def __call__(self, text: str, **_: object) -> dict:
        return {"input_ids": list(text.encode())}


@pytest.mark.parametrize(("thinking", "end"), [(None, "<think>"), (True, "<think>"), (False, "<think></think>")])
def test_the_templates_own_switch_for_reasoning_is_set_where_the_config_does(thinking: bool | None, end: str) -> None:
    text, ids = encode_prompt(Switched(), "Add one.", PromptConfig(thinking=thinking))
    assert (text, bytes(ids).decode()) == ("Add one." + end, text)


@pytest.mark.parametrize("thinking", [True, False])
def test_a_template_without_the_switch_is_refused_where_the_config_sets_it(tokenizer: object, thinking: bool) -> None:
    with pytest.raises(ConfigError, match=r"no switch `enable_thinking`.*leave prompt\.thinking out"):
        encode_prompt(tokenizer, "Add one.", PromptConfig(thinking=thinking))


def test_the_switch_needs_a_chat_template() -> None:
    with pytest.raises(ValueError, match="thinking needs chat_template = true"):
        PromptConfig(thinking=True, chat_template=False)


@pytest.mark.parametrize(
    ("named", "own", "together"), [(None, 2, (2,)), (7, 2, (2, 7)), ([7, 2], 2, (2, 7)), ([3], None, (3,))]
)
def test_every_end_token_of_tokenizer_and_model_ends_a_completion(named: object, own: object, together: tuple) -> None:
    assert stop_token_ids(SimpleNamespace(eos_token_id=own), named) == together


def test_a_model_that_cannot_end_is_refused() -> None:
    with pytest.raises(ConfigError, match="no end token"):
        stop_token_ids(SimpleNamespace(eos_token_id=None), None)
