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


@pytest.mark.parametrize(
    ("named", "own", "together"), [(None, 2, (2,)), (7, 2, (2, 7)), ([7, 2], 2, (2, 7)), ([3], None, (3,))]
)
def test_every_end_token_of_tokenizer_and_model_ends_a_completion(named: object, own: object, together: tuple) -> None:
    assert stop_token_ids(SimpleNamespace(eos_token_id=own), named) == together


def test_a_model_that_cannot_end_is_refused() -> None:
    with pytest.raises(ConfigError, match="no end token"):
        stop_token_ids(SimpleNamespace(eos_token_id=None), None)
