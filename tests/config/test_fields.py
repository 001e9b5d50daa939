from __future__ import annotations

from ssd_iter.config.digest import identity
from ssd_iter.config.fields import config_fields, sections, values_of
from ssd_iter.config.load import load_config

FIELDS = {field.key: field for field in config_fields()}


def test_a_config_has_each_field_once_and_no_other(smallest_file):
    config = load_config(smallest_file)
    assert list(values_of(config)) == list(FIELDS) == [field.key for field in config_fields()]
    assert values_of(config)["train.lora.rank"] == config.train.lora.rank


def test_the_listed_defaults_are_the_ones_a_config_gets(smallest_file):
    values = values_of(load_config(smallest_file))
    assert {key for key, field in FIELDS.items() if field.required} == {
        "name",
        "model.path",
        "problems.train",
        "problems.evaluate",
        "problems.fresh_seed",
    }
    assert all(field.default == values[key] for key, field in FIELDS.items() if not field.required)


def test_every_field_and_section_is_explained():
    assert all(field.text and "\n" not in field.text for field in FIELDS.values())
    assert all(text for _, text in sections())
    assert [name for name, _ in sections()] == list(dict.fromkeys(field.section for field in FIELDS.values()))


def test_the_identity_fields_are_those_the_digest_covers(smallest_file):
    covered = identity(load_config(smallest_file))
    assert set(covered) == {key for key, field in FIELDS.items() if field.role == "identity"}
    assert {FIELDS["rounds"].role, FIELDS["execution.workers"].role} == {"may grow", "operational"}


def test_what_a_field_may_be_is_said_in_words():
    said = {key: FIELDS[key].values for key in ("sample.temperature", "train.max_steps", "engine.dtype", "evaluate.k")}
    assert said == {
        "sample.temperature": "number, at least 0.01, at most 10",
        "train.max_steps": "integer, at least 1, or not set",
        "engine.dtype": '"auto" or "bfloat16" or "float16" or "float32"',
        "evaluate.k": "list of integer, at least 1",
    }
    assert FIELDS["train.lora.target_modules"].values == 'list of text, or "all-linear"'
    assert FIELDS["problems.evaluate"].values == "list of text, not empty"
