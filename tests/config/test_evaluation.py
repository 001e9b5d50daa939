"""A run of round 0 alone: what it may leave out, and what it still must say."""

from __future__ import annotations

import pytest

from ssd_iter.config.evaluation import EVALUATED, EVALUATION, evaluation_of
from ssd_iter.config.load import validate, validate_settings
from ssd_iter.config.schema import RunConfig
from ssd_iter.config.settings import Settings
from ssd_iter.exceptions import ConfigError

BARE = {"name": "x", "model": {"path": "m"}, "problems": {"train": [], "evaluate": ["humaneval"], "fresh_seed": 0}}


def evaluated(model: str) -> RunConfig:
    return validate_settings(evaluation_of(model).under(Settings.of("eval", EVALUATION)), "the test")


def test_only_a_run_without_rounds_goes_without_training_prompts():
    assert validate(BARE | {"rounds": 0}, "the test").rounds == 0
    with pytest.raises(ConfigError, match="problems: train needs at least one selector"):
        validate(BARE | {"rounds": 1}, "the test")


def test_a_models_name_alone_is_an_evaluation():
    config = evaluated("org/Some_Model.7B")
    assert (config.name, config.model.path, config.rounds) == ("eval-some-model-7b", "org/Some_Model.7B", 0)
    assert config.problems.evaluate and not config.problems.train


@pytest.mark.parametrize("model", ["/", "", "é" * 80, "a" * 80, "-" * 80 + "b"])
def test_whatever_a_model_is_called_its_run_has_a_name(model):
    assert evaluated(model).name.startswith("eval")


def test_the_fields_an_evaluation_heeds_are_fields():
    assert set(EVALUATED) < set(RunConfig.model_fields)
