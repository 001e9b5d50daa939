from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssd_iter.toy.iterate import KEYS, iterate, models
from ssd_iter.toy.machine import BASE, STATES, decode, success, support
from ssd_iter.toy.settings import ToySettings

CASES = json.loads((Path(__file__).parents[1] / "data" / "toy.json").read_text(encoding="utf-8"))["iterated"]["cases"]
HALF_A_DIGIT = 5.0001e-5


def settings_of(case: str) -> ToySettings:
    """`on_policy replace T.9 P.85`."""
    source, data, temperature, top_p = case.split()
    return ToySettings(
        temperature=float(temperature[1:]),
        top_p=float(top_p[1:]),
        rounds=12,
        sample_from={"on_policy": "previous", "base": "base"}[source],
        data=data,
    )


@pytest.mark.parametrize("case", CASES)
def test_every_number_of_every_round_is_the_golden_one(case):
    rows = iterate(settings_of(case))
    for name, wanted in CASES[case].items():
        found = [row[name] for row in (rows[1:] if name.startswith("keptmass") else rows)]
        assert found == pytest.approx(wanted, abs=HALF_A_DIGIT, rel=0), name


def test_every_number_is_explained():
    names = set(iterate(ToySettings(rounds=1))[0]) - {"round"}
    states = {name for name in names if name.rpartition("_")[2] in STATES and name not in KEYS}
    assert {name.rpartition("_")[0] + "_" for name in states} | (names - states) == set(KEYS)


@given(st.floats(0.3, 3), st.floats(0.05, 1), st.integers(1, 9))
def test_replacing_on_policy_is_one_power_of_the_base_on_nested_supports(temperature, top_p, rounds):
    settings = ToySettings(temperature=temperature, top_p=top_p, rounds=rounds)
    for round, (before, model) in enumerate(pairwise(models(settings)), start=1):
        assert not (model[before == 0] > 0).any()
        logs = np.where(model > 0, np.log(BASE), -np.inf) * temperature**-round
        powers = np.exp(logs - logs.max(axis=-1, keepdims=True))
        assert model == pytest.approx(powers / powers.sum(axis=-1, keepdims=True), abs=1e-12)


@given(st.floats(0.85, 1.2), st.floats(0.3, 3), st.floats(0.05, 1), st.integers(0, 3))
def test_without_truncation_another_evaluation_temperature_undoes_every_round(temperature, at, top_p, rounds):
    *_, model = models(ToySettings(temperature=temperature, top_p=1, rounds=rounds))
    tuned = success(decode(model, at * temperature**-rounds, top_p))
    assert tuned == pytest.approx(float(success(decode(BASE, at, top_p))), abs=1e-9)


def test_without_truncation_tuned_success_stays_and_its_temperature_drifts():
    rows = iterate(ToySettings(temperature=0.9, top_p=1, rounds=12))
    assert all(8.28 < row["S_best"] < 8.34 for row in rows)
    assert [row["T_best"] for row in rows] == pytest.approx([0.639 * 0.9 ** -row["round"] for row in rows], rel=0.01)


@given(st.floats(0.05, 1))
def test_at_temperature_one_the_rounds_stop_where_no_token_weighs_less_than_is_cut(top_p):
    *_, before, last = models(ToySettings(temperature=1, top_p=top_p, rounds=60))
    assert last == pytest.approx(before, abs=1e-12)
    assert (np.where(last > 0, last, 1).min(axis=-1) > 1 - top_p - 1e-11).all()


@pytest.mark.parametrize("top_p", [0.85, 0.8, 0.6])
def test_above_one_what_is_left_becomes_even(top_p):
    *_, last = models(ToySettings(temperature=1.5, top_p=top_p, rounds=120))
    assert last == pytest.approx((last > 0) / support(last)[:, np.newaxis], abs=1e-9)


@pytest.mark.parametrize(("top_p", "most"), [(0.85, 6), (0.8, 4), (0.6, 2)])
def test_even_tokens_stay_where_each_weighs_more_than_is_cut(top_p, most):
    for tokens in range(1, 16):
        even = np.tile((np.arange(16) < tokens) / tokens, (3, 1))
        *_, last = models(ToySettings(temperature=1.5, top_p=top_p, rounds=20), base=even)
        assert (support(last)[0] == tokens) == (tokens <= most)


@given(st.floats(0.1, 3), st.floats(0.05, 1))
def test_a_base_that_always_draws_teaches_all_rounds_alike(temperature, top_p):
    first, *later = list(models(ToySettings(temperature=temperature, top_p=top_p, rounds=4, sample_from="base")))[1:]
    assert all(np.array_equal(model, first) for model in later)


@given(st.floats(0.1, 3), st.floats(0.05, 1))
def test_what_is_accumulated_never_loses_a_token_of_the_first_round(temperature, top_p):
    first, *later = list(models(ToySettings(temperature=temperature, top_p=top_p, rounds=6, data="accumulate")))[1:]
    assert all(np.array_equal(model > 0, first > 0) for model in later)


def test_the_bases_own_data_keep_every_token():
    for data in ("accumulate_base", "mix_base"):
        assert all((model > 0).all() for model in models(ToySettings(temperature=0.5, top_p=0.5, data=data)))


def test_pools_weigh_every_entry_alike_and_a_mix_its_fraction():
    first = decode(BASE, 0.9, 0.85)
    pooled = list(models(ToySettings(rounds=2, data="accumulate_base")))
    assert pooled[1] == pytest.approx((BASE + first) / 2)
    assert pooled[2] == pytest.approx((BASE + first + decode(pooled[1], 0.9, 0.85)) / 3)
    mixed = list(models(ToySettings(rounds=1, data="mix_base", mix_fraction=0.3)))
    assert mixed[1] == pytest.approx(0.3 * BASE + 0.7 * first)


def test_heat_raises_the_entropy_of_locks_and_cold_lowers_it():
    hot = [row["H_lock"] for row in iterate(ToySettings(temperature=1.5, top_p=0.9, rounds=4))]
    cold = [row["H_lock"] for row in iterate(ToySettings(temperature=0.9, top_p=0.9, rounds=4))]
    assert hot[:3] == pytest.approx([1.6081, 2.3366, 2.6788], abs=HALF_A_DIGIT)
    assert hot == sorted(hot) and cold == sorted(cold, reverse=True)


@given(
    st.builds(
        ToySettings,
        temperature=st.floats(0.01, 10),
        top_p=st.floats(0, 1, exclude_min=True),
        rounds=st.integers(0, 5),
        sample_from=st.sampled_from(["previous", "base"]),
        data=st.sampled_from(["replace", "accumulate", "accumulate_base", "mix_base"]),
        mix_fraction=st.floats(0, 1, exclude_min=True),
        eval_temperature=st.floats(0.01, 10),
        eval_top_p=st.floats(0, 1, exclude_min=True),
    )
)
def test_all_that_may_be_asked_gives_numbers_within_their_bounds(settings):
    for row in iterate(settings):
        assert all(value is None or np.isfinite(value) for value in row.values())
        assert 0 <= row["S_fix"] <= 100 + 1e-9 and 0 <= row["S_raw"] <= 100 + 1e-9
        assert all(1 <= row[f"n_{state}"] <= 16 for state in STATES)
        assert all(row["round"] == 0 or 0 < row[f"keptmass_{state}"] <= 1 + 1e-9 for state in STATES)
