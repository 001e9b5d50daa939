"""The presets say what the paper did (arXiv 2604.01193: section 3, tables 3 and 4)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ssd_iter.config.extends import preset_file, preset_names, read_settings
from ssd_iter.config.load import load_config
from ssd_iter.config.schema import DecodeConfig, RunConfig

PAPER = json.loads((Path(__file__).parents[1] / "data" / "paper.json").read_text())
DECODING = {name.partition(" ")[0].lower(): facts for name, facts in PAPER["table3_4_decoding"].items()}
"""By the preset's name, such as `qwen3-4b-instruct`."""
# The file names schedules for instruct and thinking models; gpt-oss-20b is neither by name: its preset says why.
SCHEDULES = {name: "instruct" if name.endswith("-instruct") else "thinking" for name in DECODING}


@pytest.fixture
def load(write):
    """The config of a minimal file that extends a preset."""

    def load(preset: str, more: str = "") -> RunConfig:
        problems = 'problems = { train = ["fresh:train?n=99"], evaluate = ["humaneval"], fresh_seed = 0 }\n'
        return load_config(write("mine.toml", f'extends = "preset:{preset}"\nname = "mine"\n{problems}{more}'))

    return load


def knobs(decode: DecodeConfig) -> dict[str, Any]:
    """As the paper's file has them: top-k off is null there."""
    return {"temperature": decode.temperature, "top_k": decode.top_k or None, "top_p": decode.top_p}


def test_every_model_of_the_paper_has_a_preset():
    assert {*DECODING, "paper", "paper-instruct", "paper-thinking"} == set(preset_names())


@pytest.mark.parametrize("name", DECODING)
def test_a_preset_decodes_as_the_paper_did(load, name):
    config, facts = load(name), DECODING[name]
    assert config.model.path == facts["hub"]
    assert knobs(config.sample) == facts["train"]
    assert knobs(config.evaluate) == facts["eval"]
    assert config.sample.num_samples == PAPER["training"]["samples_per_problem"]
    assert (config.evaluate.num_samples, config.evaluate.k) == (10, (1, 5))


@pytest.mark.parametrize("name", DECODING)
def test_a_preset_trains_as_the_paper_did(load, name):
    train, facts, schedule = load(name).train, PAPER["training"], SCHEDULES[name]
    assert [train.adam_beta1, train.adam_beta2] == facts["betas"]
    assert (train.learning_rate, train.min_learning_rate) == (facts["peak_lr"], facts["min_lr"])
    assert (train.weight_decay, train.batch_size) == (facts["weight_decay"], facts["global_batch_size"])
    assert train.max_length == facts["sequence_length"]
    assert train.max_steps == facts["iterations"][schedule]
    assert train.warmup_steps == facts["warmup"][schedule]
    assert train.checkpoint_every == facts["checkpoint_every"][schedule]


@pytest.mark.parametrize("name", DECODING)
def test_a_preset_filters_as_the_paper_did_and_asks_for_its_prompts(load, name):
    config = load(name)
    assert config.filter.rules == ("empty", "stub") and config.filter.drop_shortest == 0
    assert config.prompt.chat_template


@pytest.mark.parametrize("name", DECODING)
def test_the_longest_completion_leaves_room_for_a_prompt_in_training(load, name):
    config = load(name)
    assert config.train.max_length - config.sample.max_tokens == 4096


@pytest.mark.parametrize("name", DECODING)
def test_how_the_base_is_evaluated_is_told_in_a_comment(name):
    base = DECODING[name]["base_eval"]
    told = f"evaluated with temperature {base['temperature']}, top_k {base['top_k'] or 0}, top_p {base['top_p']}."
    assert told in preset_file(name).read_text()


@pytest.mark.parametrize("name", preset_names())
def test_a_preset_leaves_name_rounds_and_problems_to_its_user(name):
    assert not read_settings(preset_file(name)).data.keys() & {"name", "rounds", "problems"}


def test_the_stress_test_is_a_preset_and_a_few_lines(load):
    stress = PAPER["stress_test"]
    sample = f"temperature = {stress['T_train']}\ntop_k = {stress['top_k'] or 0}\ntop_p = {stress['top_p']}\n"
    config = load("qwen3-30b-instruct", f"filter.rules = []\n[sample]\n{sample}")
    assert config.sample.decode_id == "T2-k0-p1-m61440" and config.filter.rules == ()


def test_every_decode_setting_of_the_paper_has_an_id_of_its_own():
    settings = [facts[use] for facts in DECODING.values() for use in ("train", "eval", "base_eval")]
    different = {tuple(setting.values()) for setting in settings}
    assert len({DecodeConfig(temperature=t, top_k=k or 0, top_p=p).decode_id for t, k, p in different}) == len(
        different
    )
