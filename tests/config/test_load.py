from __future__ import annotations

from pathlib import Path

import pytest

from ssd_iter.config.load import load_config, overridden, validate
from ssd_iter.exceptions import ConfigError, NotFoundError
from ssd_iter.problems.catalog import SOURCES
from ssd_iter.problems.selectors import parse_selector

SHIPPED = sorted((Path(__file__).parents[2] / "configs").glob("*.toml"))
SMALLEST = {
    "name": "tiny",
    "model": {"path": "somewhere"},
    "problems": {"train": ["fresh:train?n=4"], "evaluate": ["humaneval"], "fresh_seed": 0},
}


def test_there_are_shipped_configs():
    assert SHIPPED


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_config_and_its_selectors_parse(path):
    problems = load_config(path).problems
    assert all(parse_selector(text, SOURCES) for text in problems.train + problems.evaluate)


@pytest.mark.parametrize(
    ("misspelt", "meant"),
    [
        ("modle.path", "model"),
        ("train.learning_rat", "learning_rate"),
        ("train.lora.rnak", "rank"),
        ("evaluate.num_sample", "num_samples"),
    ],
)
def test_a_misspelt_key_is_named_with_what_was_meant(smallest_file, misspelt, meant):
    with pytest.raises(ConfigError, match=rf"{misspelt.removesuffix('.path')}: no such key; did you mean '{meant}'\?"):
        load_config(smallest_file, [f"{misspelt}=1"])


def test_a_key_unlike_all_others_gets_no_suggestion(smallest_file):
    with pytest.raises(ConfigError, match=r"train\.zzz: no such key \[--set\]$"):
        load_config(smallest_file, ["train.zzz=1"])


def test_all_faults_are_listed_at_once():
    broken = SMALLEST | {"seed": -3, "sample": {"top_p": 1.5}, "train": {"lora": {"rank": 0}}, "engin": {}}
    del broken["model"]
    with pytest.raises(ConfigError) as refused:
        validate(broken, source="the test")
    lines = str(refused.value).splitlines()
    assert lines[0] == "the test cannot be run:"
    for start in ("seed: ", "sample.top_p: ", "train.lora.rank: ", "engin: no such key", "model: required"):
        assert sum(line.startswith(f"  {start}") for line in lines) == 1
    assert all(f"(got {value})" in str(refused.value) for value in ("-3", "1.5", "0"))


@pytest.mark.parametrize(
    ("override", "fault"),
    [
        ("train.batch_size=10", "batch_size 10 is not a multiple of micro_batch_size 4"),
        ("train.min_learning_rate=1.0", "min_learning_rate 1.0 is above learning_rate"),
        ("problems.train=[]", "problems: train needs"),
        ("name='Has Spaces'", "name"),
        ("sample.temperature=0", "sample.temperature"),
        ("rounds=-1", "rounds"),
    ],
)
def test_a_config_that_cannot_be_run_is_refused(smallest_file, override, fault):
    with pytest.raises(ConfigError, match=fault):
        load_config(smallest_file, [override])


def test_a_system_message_needs_a_chat_template(smallest_file):
    with pytest.raises(ConfigError, match="system needs chat_template = true"):
        load_config(smallest_file, ["prompt.system=Be brief.", "prompt.chat_template=false"])


@pytest.mark.parametrize(
    "key",
    ["train.learning_rate", "train.num_epochs", "train.max_grad_norm", "train.lora.alpha", "execution.cpu_seconds"],
)
def test_no_number_is_infinite(smallest_file, key):
    with pytest.raises(ConfigError, match=key):
        load_config(smallest_file, [f"{key}=inf"])


def test_a_pass_at_k_asked_for_twice_is_refused(smallest_file):
    with pytest.raises(ConfigError, match=r"evaluate\.k"):
        load_config(smallest_file, ["evaluate.k=[1, 1]"])


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(NotFoundError, match=r"absent\.toml"):
        load_config(tmp_path / "absent.toml")


@pytest.mark.parametrize("content", [b"name = ", b"\xff\xfe", b"a = 1\na = 2\n"])
def test_a_file_that_is_not_toml_is_named(tmp_path, content):
    path = tmp_path / "broken.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"broken\.toml is not valid TOML"):
        load_config(path)


def test_a_folder_is_not_a_config(tmp_path):
    with pytest.raises((ConfigError, NotFoundError), match=tmp_path.name):
        load_config(tmp_path)


def test_overrides_reach_nested_sections_and_the_last_one_counts(smallest_file):
    config = load_config(smallest_file, ["train.lora.rank=4", "train.lora.rank=8", "sample.top_k=20"])
    assert (config.train.lora.rank, config.sample.top_k) == (8, 20)
    assert config.train.lora.alpha == 32.0


def test_a_value_is_not_a_section(smallest_file):
    with pytest.raises(ConfigError, match=r"model\.path is a value in .*smallest\.toml, a section in --set$"):
        load_config(smallest_file, ["model.path.deeper=1"])


def test_a_section_is_not_a_value(smallest_file):
    with pytest.raises(ConfigError, match=r"train: .*\(got 5\)"):
        load_config(smallest_file, ["train=5"])


def test_overriding_a_config_changes_that_field_only():
    before = validate(SMALLEST, source="the test")
    after = overridden(before, ["rounds=7"])
    assert after.rounds == 7 and after.model_copy(update={"rounds": before.rounds}) == before
