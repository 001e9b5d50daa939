"""The forms are the config's: every field, its text, its bounds, and what it is filled in with."""

from __future__ import annotations

from typing import Any

import pytest
from prefect.exceptions import ParameterTypeError
from prefect.flows import Flow, load_flow_from_entrypoint

from flows.deployed import DEPLOYMENTS, Deployment
from flows.deployed.catalog import DEMO
from flows.deployed.form import refusing
from flows.deployed.launched import settings_of
from ssd_iter.config.evaluation import EVALUATED
from ssd_iter.config.fields import config_fields
from ssd_iter.config.load import load_config, validate_settings
from ssd_iter.config.schema import RunConfig
from ssd_iter.exceptions import ConfigError

BY_NAME = {deployment.name: deployment for deployment in DEPLOYMENTS}
MOST_PARAMETERS = 512 * 1024


def flow_of(name: str) -> Flow[..., Any]:
    return load_flow_from_entrypoint(BY_NAME[name].entrypoint, use_placeholder_flow=False)


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return flow_of("multi-round").parameters.model_dump_for_openapi()


def section(schema: dict[str, Any], key: str) -> dict[str, Any]:
    """The JSON schema that holds a config key such as `train.lora.rank`."""
    for part in key.split(".")[:-1]:
        name = schema["properties"][part]["$ref"].rpartition("/")[2]
        schema = {**schema, **schema["definitions"][name]}
    return schema


def test_the_form_has_every_field_of_the_config_and_no_other(schema):
    assert list(schema["properties"]) == list(RunConfig.model_fields)
    for field in config_fields():
        assert field.name in section(schema, field.key)["properties"]


def test_each_field_is_called_as_in_the_config_and_says_its_text_and_bounds(schema):
    for field in config_fields():
        shown = section(schema, field.key)["properties"][field.name]
        assert (shown["title"], " ".join(shown["description"].split())) == (field.name, field.text)
        told = ("type", "enum", "minimum", "maximum", "anyOf", "items", "pattern", "default")
        assert {key: shown.get(key) for key in told} == {key: field.schema.get(key) for key in told}


def test_each_section_says_what_it_is_about(schema):
    for name in ("model", "sample", "train"):
        definition = schema["definitions"][schema["properties"][name]["$ref"].rpartition("/")[2]]
        assert definition["description"]


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda deployment: deployment.name)
def test_what_a_form_is_filled_in_with_can_be_launched_untouched(deployment: Deployment):
    flow_of(deployment.name).validate_parameters(dict(deployment.parameters))
    assert len(str(deployment.parameters)) < MOST_PARAMETERS / 10


def test_an_untouched_form_is_the_demo():
    given = flow_of("multi-round").validate_parameters(dict(BY_NAME["multi-round"].parameters))
    assert validate_settings(settings_of(given), "the form") == load_config(DEMO)


def test_a_form_that_says_little_is_a_config_that_says_little():
    bare = {"name": "x", "model": {"path": "m"}, "problems": {"train": ["t"], "evaluate": ["e"], "fresh_seed": 0}}
    config = validate_settings(settings_of(flow_of("multi-round").validate_parameters(bare)), "the form")
    assert config == RunConfig.model_validate(bare)


def test_an_evaluation_asks_for_no_more_than_it_heeds():
    assert set(flow_of("evaluate").parameters.properties) == set(EVALUATED)
    assert BY_NAME["evaluate"].parameters["problems"]["train"] == []


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (
            {"train": {"learning_rate": 1e-9}},
            "train: Value error, min_learning_rate 1e-06 is above",
        ),
        ({"sample": {"top_p": 0}}, "sample.top_p: Input should be greater than 0"),
        ({"rounds": 9999}, "rounds: Input should be less than or equal to 1000"),
        ({"train": {"lr": 1}}, "train.lr: Extra inputs are not permitted"),
    ],
)
def test_what_a_form_refuses_it_refuses_in_words(change: dict[str, Any], why: str):
    with pytest.raises(ParameterTypeError, match=why):
        flow_of("multi-round").validate_parameters(dict(BY_NAME["multi-round"].parameters) | change)


def test_an_error_of_ours_is_the_flows_last_word_and_others_are_raised():
    def refused(error: Exception) -> None:
        raise error

    state = refusing(refused)(ConfigError("seed is -1: say a number from 0"))
    assert state is not None
    assert (state.is_failed(), state.message) == (True, "seed is -1: say a number from 0")
    with pytest.raises(ZeroDivisionError):
        refusing(refused)(ZeroDivisionError())
