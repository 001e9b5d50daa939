"""Lineage, for every combination of its knobs and for rollbacks."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssd_iter.config.schema import LineageConfig
from ssd_iter.run.lineage import DataSource, Lineage

KNOBS = list(product(["previous", "base"], ["previous", "base"], ["replace", "accumulate", "mix"]))
CONFIGS = st.builds(
    lambda knobs, fraction: LineageConfig.model_validate(
        dict(zip(("sample_from", "train_from", "data"), knobs, strict=True)) | {"mix_fraction": fraction}
    ),
    st.sampled_from(KNOBS),
    st.floats(0.01, 1),
)


@st.composite
def histories(draw):
    """Rollbacks as they can come about: each to a round before the last one."""
    rounds = sorted(draw(st.sets(st.integers(2, 12), max_size=4)))
    return {round: draw(st.integers(0, round - 2)) for round in rounds}


@given(CONFIGS)
def test_the_base_has_no_lineage(config):
    lineage = Lineage(config)
    assert (lineage.parent(0), lineage.sampled_from(0), lineage.trained_from(0), lineage.ancestors(0)) == (
        None, None, None, (),
    )  # fmt: skip


@given(CONFIGS, st.integers(1, 12))
def test_without_rollbacks_each_round_follows_the_one_before(config, round):
    assert Lineage(config).parent(round) == round - 1
    assert Lineage(config).ancestors(round) == tuple(range(round))


@given(CONFIGS, histories(), st.integers(1, 14))
def test_models_come_from_the_base_or_from_the_parent(config, rollbacks, round):
    lineage = Lineage(config, rollbacks)
    assert lineage.sampled_from(round) == (0 if config.sample_from == "base" else lineage.parent(round))
    assert lineage.trained_from(round) == (0 if config.train_from == "base" else lineage.parent(round))


@given(CONFIGS, histories(), st.integers(1, 14))
def test_only_own_samples_and_those_of_ancestors_are_trained_on(config, rollbacks, round):
    lineage = Lineage(config, rollbacks)
    data = lineage.data_of(round)
    assert data[-1] == DataSource(round) and all(source.round > 0 for source in data)
    assert {source.round for source in data[:-1]} <= set(lineage.ancestors(round))
    assert [source.round for source in data] == sorted({source.round for source in data})


@given(CONFIGS, histories(), st.integers(1, 14))
def test_an_abandoned_round_is_an_ancestor_of_nothing_later(config, rollbacks, round):
    lineage = Lineage(config, rollbacks)
    for branch, follows in rollbacks.items():
        if branch in (*lineage.ancestors(round), round):
            assert not set(range(follows + 1, branch)) & set(lineage.ancestors(round))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("replace", [(1,), (2,), (3,), (4,), (5,)]),
        ("accumulate", [(1,), (1, 2), (1, 2, 3), (1, 4), (1, 4, 5)]),
        ("mix", [(1,), (1, 2), (1, 3), (1, 4), (1, 5)]),
    ],
)
def test_a_rollback_leaves_out_what_came_between(data, expected):
    lineage = Lineage(LineageConfig(data=data), {4: 1})
    assert [tuple(source.round for source in lineage.data_of(round)) for round in range(1, 6)] == expected


def test_a_rollback_to_the_base_mixes_in_the_new_first_round():
    lineage = Lineage(LineageConfig(data="mix", mix_fraction=0.5), {3: 0})
    assert lineage.data_of(3) == (DataSource(3),)
    assert lineage.data_of(4) == (DataSource(3, 0.5), DataSource(4))
