from __future__ import annotations

import re
import tomllib

import pytest

from ssd_iter.config.extends import preset_names, read_settings
from ssd_iter.config.load import load_config
from ssd_iter.exceptions import ConfigError, NotFoundError


@pytest.fixture
def chain(write):
    """top.toml extends middle.toml extends deep/bottom.toml."""
    write("deep/bottom.toml", "seed = 1\nrounds = 1\n[train.lora]\nrank = 1\nalpha = 1.0\n", required=True)
    write("middle.toml", 'extends = "deep/bottom.toml"\nrounds = 2\ntrain.lora.rank = 2\n')
    return write("top.toml", 'extends = "middle.toml"\n[train.lora]\nrank = 3\n')


def test_a_chain_is_one_config(chain):
    config = load_config(chain)
    assert (config.seed, config.rounds, config.train.lora.rank, config.train.lora.alpha) == (1, 2, 3, 1.0)


def test_every_value_of_a_chain_knows_the_file_it_came_from(chain, tmp_path):
    origins = read_settings(chain, ["seed=9"]).origins
    assert origins["seed"] == "--set"
    assert origins["rounds"] == str(tmp_path / "middle.toml")
    assert origins["train.lora.rank"] == str(chain)
    assert origins["train.lora.alpha"] == str(tmp_path / "deep" / "bottom.toml")


def test_a_path_is_relative_to_the_file_that_says_it(write):
    write("base.toml", "seed = 7\n", required=True)
    write("one/middle.toml", 'extends = "../base.toml"\n')
    assert load_config(write("two/top.toml", 'extends = "../one/middle.toml"\n')).seed == 7


def test_the_text_of_a_chain_says_the_same_alone(chain, write):
    settings = read_settings(chain, ["notes='a \"quoted\" \\n word'"])
    alone = write("elsewhere/alone.toml", settings.text)
    assert "extends" not in tomllib.loads(settings.text)
    assert load_config(alone) == load_config(chain, ["notes='a \"quoted\" \\n word'"])


def test_the_text_of_a_file_that_extends_nothing_is_the_file_itself(write):
    path = write("mine.toml", "seed = 3   # my reasons\n", required=True)
    assert read_settings(path).text == path.read_text()
    assert "my reasons" not in read_settings(path, ["seed=4"]).text


def test_a_circle_is_refused_and_drawn(write):
    write("b.toml", 'extends = "deep/c.toml"\n')
    write("deep/c.toml", 'extends = "../a.toml"\n')
    with pytest.raises(
        ConfigError, match=r"cannot extend itself: \S*a.toml extends \S*b.toml extends \S*c.toml extends \S*a.toml$"
    ):
        load_config(write("a.toml", 'extends = "b.toml"\n'))


def test_a_file_that_extends_itself_is_refused(write):
    with pytest.raises(ConfigError, match=r"cannot extend itself"):
        load_config(write("a.toml", 'extends = "a.toml"\n'))


def test_a_missing_file_is_named_with_those_that_led_to_it(write):
    write("b.toml", 'extends = "gone.toml"\n')
    with pytest.raises(
        NotFoundError, match=r"no config file at \S*gone.toml \(\S*a.toml extends \S*b.toml extends \S*gone.toml\)"
    ):
        load_config(write("a.toml", 'extends = "b.toml"\n'))


def test_a_broken_file_is_named_with_those_that_led_to_it(write):
    write("b.toml", "seed = \n")
    with pytest.raises(ConfigError, match=r"b.toml is not valid TOML: .* \(\S*a.toml extends \S*b.toml\)"):
        load_config(write("a.toml", 'extends = "b.toml"\n'))


@pytest.mark.parametrize("target", ["5", '["b.toml"]', '""', "{ a = 1 }"])
def test_one_path_or_preset_is_extended(write, target):
    with pytest.raises(ConfigError, match=r"a.toml: extends takes one path or one preset:NAME, not"):
        load_config(write("a.toml", f"extends = {target}\n"))


def test_an_unknown_preset_is_named_with_what_was_meant_and_what_there_is(write):
    with pytest.raises(
        NotFoundError, match=r"a.toml: extends: unknown preset 'papre', did you mean 'paper'\?"
    ) as refused:
        load_config(write("a.toml", 'extends = "preset:papre"\n'))
    assert all(name in str(refused.value) for name in preset_names())


def test_a_fault_is_told_with_the_file_it_came_from(write, tmp_path):
    write("base.toml", "sample.top_p = 1.5\nevaluate.k = [0]\ntrain.batch_size = 6\nsed = 1\n", required=True)
    top = write("top.toml", 'extends = "base.toml"\n[train]\nmicro_batch_size = 4\n[sampel]\n')
    with pytest.raises(ConfigError) as refused:
        load_config(top, ["rounds=-1"])
    base = tmp_path / "base.toml"
    for fault in (
        f"sample.top_p: Input should be less than or equal to 1 (got 1.5) [{base}]",
        f"evaluate.k.0: Input should be greater than or equal to 1 (got 0) [{base}]",
        f"train: batch_size 6 is not a multiple of micro_batch_size 4 [{base}, {top}]",
        f"sed: no such key; did you mean 'seed'? [{base}]",
        f"sampel: no such key; did you mean 'sample'? [{top}]",
        "rounds: Input should be greater than or equal to 0 (got -1) [--set]",
    ):
        assert re.search(f"^  {re.escape(fault)}$", str(refused.value), re.MULTILINE)


def test_extends_itself_may_be_misspelt(write):
    with pytest.raises(ConfigError, match=r"extend: no such key; did you mean 'extends'\?"):
        load_config(write("a.toml", 'extend = "b.toml"\n', required=True))
