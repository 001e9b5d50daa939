"""The runs of a sweep: each combination once, named by what sets it apart."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssd_iter.config.load import validate
from ssd_iter.config.settings import Settings
from ssd_iter.config.sweep import MOST_RUNS, Variant, told, variants
from ssd_iter.exceptions import ConfigError

BASE = Settings.of(
    "base.toml",
    {
        "name": "demo",
        "model": {"path": "m"},
        "problems": {"train": ["fresh:train?n=4"], "evaluate": ["humaneval"], "fresh_seed": 0},
    },
)


def swept(*over: str, base: Settings = BASE) -> tuple[Variant, ...]:
    return variants(base, over, "base.toml")


def test_every_combination_is_a_run_and_the_last_field_varies_fastest():
    runs = swept("train.learning_rate=1e-4,1e-5", "seed=0,1")
    values = [(run.config.train.learning_rate, run.config.seed) for run in runs]
    assert values == [(1e-4, 0), (1e-4, 1), (1e-5, 0), (1e-5, 1)]


def test_a_run_is_named_by_its_values():
    (run, _) = swept("train.learning_rate=1e-4,1e-5", "sample.temperature=0.7")
    assert run.config.name == "demo-lr-0p0001-temperature-0p7"
    assert re.fullmatch(rf"{run.config.name}-[0-9a-f]{{8}}", run.run_id)
    assert told(run.values) == "train.learning_rate = 0.0001, sample.temperature = 0.7"


def test_the_same_sweep_means_the_same_runs_however_its_numbers_are_written():
    first, again = (swept(text) for text in ("sample.temperature=1,0.5", "sample.temperature=1.0,5e-1"))
    assert [run.run_id for run in first] == [run.run_id for run in again]


def test_more_rounds_are_the_same_run_and_another_seed_is_not():
    ids = [
        swept("sample.top_k=5", base=BASE.under(Settings.of("x", more)))[0].run_id
        for more in ({}, {"rounds": 9}, {"notes": "x"}, {"seed": 1})
    ]
    assert ids[0] == ids[1] == ids[2] != ids[3]


def test_runs_that_differ_in_no_identity_field_are_told_apart():
    assert len({run.run_id for run in swept("policy.on_collapse=stop,rollback")}) == 2


def test_values_are_toml_or_plain_text_between_commas():
    (one, two) = swept("evaluate.k=[1],[1, 5]")
    assert (one.config.evaluate.k, two.config.evaluate.k) == ((1,), (1, 5))
    assert [run.config.lineage.data for run in swept("lineage.data=replace, accumulate")] == ["replace", "accumulate"]


def test_a_runs_text_says_its_config_and_where_each_value_is_from():
    (run,) = swept("sample.top_k=5")
    assert "sample.top_k = 5  # --over" in run.text and 'model.path = "m"  # base.toml' in run.text


@pytest.mark.parametrize(
    ("over", "why"),
    [
        ([], "one or more fields"),
        (["seed=0", "seed=1"], "each once"),
        (["seed"], "KEY=VALUE"),
        (["seed="], "KEY=VALUE,VALUE"),
        (["seed=1,1"], "different values"),
        (["name=a,b"], "any field but name"),
        (["seed=-1"], "base.toml with seed = -1 cannot be run"),
        (["train.lr=1"], "did you mean"),
        ([f"seed={','.join(map(str, range(MOST_RUNS + 1)))}"], "more than 100"),
    ],
)
def test_what_is_no_sweep_is_refused(over, why):
    with pytest.raises(ConfigError, match=why):
        swept(*over)


@given(
    st.from_regex(r"[a-z0-9][a-z0-9-]{0,40}", fullmatch=True),
    st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=3, unique=True),
)
def test_whatever_the_values_the_name_is_one_a_config_may_have(name, texts):
    base = BASE.under(Settings.of("x", {"name": name}))
    quoted = ",".join('"' + "".join(f"\\U{ord(c):08x}" for c in text) + '"' for text in texts)
    runs = swept(f"notes={quoted}", base=base)
    assert [run.config.notes for run in runs] == texts and len({run.run_id for run in runs}) == len(texts)
    for run in runs:
        assert validate(run.config.model_dump(mode="json"), "the test").name == run.config.name
