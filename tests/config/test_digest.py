from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ssd_iter.config.digest import canonical_json, config_digest, differing_fields, digest_of
from ssd_iter.config.fields import config_fields, values_of
from ssd_iter.config.load import overridden, validate
from ssd_iter.config.schema import RunConfig

# Another valid value of every field there is, as `--set` takes it.
OTHER_VALUES = {
    "name": "other",
    "train.attention": "eager",
    "notes": "other",
    "seed": "1",
    "rounds": "9",
    "model.path": "other",
    "model.trust_remote_code": "true",
    "problems.train": '["fresh:train?n=5"]',
    "problems.tune": '["fresh:dev?n=5"]',
    "problems.evaluate": '["humaneval?n=3"]',
    "problems.fresh_seed": "1",
    "lineage.sample_from": "base",
    "lineage.train_from": "base",
    "lineage.data": "mix",
    "lineage.mix_fraction": "0.5",
    "prompt.chat_template": "false",
    "prompt.system": "Be brief.",
    "prompt.thinking": "true",
    "sample.num_samples": "2",
    "sample.temperature": "0.5",
    "sample.top_k": "20",
    "sample.top_p": "0.8",
    "sample.max_tokens": "99",
    "evaluate.num_samples": "20",
    "evaluate.temperature": "0.5",
    "evaluate.top_k": "20",
    "evaluate.top_p": "0.8",
    "evaluate.max_tokens": "99",
    "evaluate.k": "[1, 10]",
    "engine.name": "transformers",
    "engine.dtype": "float32",
    "engine.shard_size": "65",
    "engine.batch_size": "8",
    "engine.max_model_len": "4096",
    "engine.kv_cache_gb": "8",
    "engine.gpu_memory_utilization": "0.5",
    "filter.rules": '["empty"]',
    "filter.drop_shortest": "0.1",
    "filter.extraction": "last",
    "train.method": "lora",
    "train.learning_rate": "1e-5",
    "train.min_learning_rate": "1e-7",
    "train.warmup_steps": "10",
    "train.num_epochs": "2",
    "train.max_steps": "100",
    "train.batch_size": "64",
    "train.micro_batch_size": "8",
    "train.max_length": "1024",
    "train.weight_decay": "0",
    "train.adam_beta1": "0.8",
    "train.adam_beta2": "0.999",
    "train.max_grad_norm": "0.5",
    "train.bf16": "false",
    "train.gradient_checkpointing": "true",
    "train.checkpoint_every": "50",
    "train.lora.rank": "8",
    "train.lora.alpha": "8",
    "train.lora.dropout": "0.1",
    "train.lora.target_modules": '["q_proj"]',
    "stage_timeout_minutes": "90",
    "engine.processes": "2",
    "engine.task_runner": "prefect_ray:RayTaskRunner",
    "execution.cpu_seconds": "1",
    "execution.memory_mb": "512",
    "execution.output_mb": "1",
    "execution.workers": "2",
    "execution.isolation": "lsm",
    "execution.cache": "false",
    "detect.alpha": "0.01",
    "detect.open_ended": "true",
    "detect.seed_sd": "0.01",
    "detect.resample": "false",
    "policy.on_collapse": "stop",
    "policy.on_diversity_collapse": "rollback",
}
FREE = {
    "name", "notes", "rounds", "engine.kv_cache_gb", "engine.gpu_memory_utilization", "execution.workers",
    "execution.isolation", "execution.cache", "detect.alpha", "detect.open_ended", "detect.seed_sd", "detect.resample",
    "policy.on_collapse", "policy.on_diversity_collapse", "stage_timeout_minutes", "engine.processes",
    "engine.task_runner",
}  # fmt: skip
"""What may change when a run is resumed."""

BASE = validate(
    {
        "name": "tiny",
        "model": {"path": "somewhere"},
        "problems": {"train": ["fresh:train?n=4"], "evaluate": ["humaneval"], "fresh_seed": 0},
    },
    source="the test",
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda values: st.lists(values) | st.dictionaries(st.text(), values),
    max_leaves=5,
)


ALL_FIELDS = [field.key for field in config_fields()]
IDENTITY_FIELDS = [key for key in ALL_FIELDS if key not in FREE]


@pytest.mark.parametrize("key", IDENTITY_FIELDS)
def test_an_identity_field_changes_the_digest_and_is_named_with_both_values(key):
    after = overridden(BASE, [f"{key}={OTHER_VALUES[key]}"])
    assert config_digest(after) != config_digest(BASE)
    (difference,) = differing_fields(BASE, after)
    assert difference == f"{key}: {values_of(BASE)[key]!r} -> {values_of(after)[key]!r}"


@pytest.mark.parametrize("key", sorted(FREE))
def test_an_operational_field_and_rounds_do_not(key):
    after = overridden(BASE, [f"{key}={OTHER_VALUES[key]}"])
    assert after != BASE
    assert config_digest(after) == config_digest(BASE)
    assert differing_fields(BASE, after) == []


@pytest.mark.parametrize("key", ALL_FIELDS)
def test_no_field_can_be_changed_in_place(key):
    *sections, name = key.split(".")
    section = BASE
    for part in sections:
        section = getattr(section, part)
    with pytest.raises(ValidationError, match="frozen"):
        setattr(section, name, getattr(section, name))


@pytest.mark.parametrize("spelling", ["1", "1.0", "1e0", '"1"'])
def test_one_value_has_one_digest_however_it_is_spelt(spelling):
    after = overridden(BASE, [f"sample.temperature={spelling}"])
    assert config_digest(after) == config_digest(BASE)


def test_the_digest_survives_the_resolved_config():
    again = RunConfig.model_validate(json.loads(json.dumps(BASE.model_dump(mode="json"))))
    assert again == BASE and config_digest(again) == config_digest(BASE)


@given(JSON)
def test_the_canonical_spelling_loses_nothing(value):
    assert json.loads(canonical_json(value)) == value


@given(st.dictionaries(st.text(), JSON))
def test_the_order_of_keys_is_nothing(value):
    assert digest_of(dict(reversed(value.items()))) == digest_of(value)
