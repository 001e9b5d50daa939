from __future__ import annotations

import numpy as np
import pytest

from ssd_iter.toy.finite import FINITE_KEYS, chains, expected_simpson, expected_support, simulate
from ssd_iter.toy.iterate import iterate
from ssd_iter.toy.machine import BASE, FORK, LOCK, STATES, simpson, success, support
from ssd_iter.toy.settings import ChainSettings, ToySettings

MANY = 2000
FAR = 4.5
"""Standard errors: some hundred comparisons are made here."""
MODES = ["replace", "accumulate", "accumulate_base", "mix_base"]


def drift(data, rounds=10):
    return ToySettings(temperature=1, top_p=1, rounds=rounds, data=data)


def distance(values, expected):
    """How many of its standard errors the mean over chains is from `expected`, at most."""
    error = values.std(axis=0, ddof=1) / np.sqrt(len(values))
    apart = np.abs(values.mean(axis=0) - expected)
    return float((apart / np.maximum(error, 1e-12)).max())


@pytest.mark.parametrize("samples", [20, 100])
@pytest.mark.parametrize("data", MODES)
def test_diversity_falls_as_the_closed_formulas_say(data, samples):
    for round, model in enumerate(chains(drift(data), ChainSettings(samples=samples, chains=MANY))):
        assert distance(simpson(model), expected_simpson(drift(data), samples, round)) < FAR


@pytest.mark.parametrize(
    ("data", "samples", "wanted"),
    [
        ("replace", 20, [0.8317, 0.7901, 0.7506, 0.6436, 0.4980]),
        ("replace", 100, [0.8317, 0.8234, 0.8151, 0.7909, 0.7522]),
        ("accumulate_base", 20, [0.7901, 0.7802, 0.7759, 0.7709, 0.7683]),
        ("mix_base", 20, [0.8317, 0.8051, 0.7889, 0.7694, 0.7643]),
    ],
)
def test_the_formulas_give_the_numbers_that_were_worked_out(data, samples, wanted):
    found = [expected_simpson(drift(data), samples, round)[FORK] for round in (0, 1, 2, 5, 10)]
    assert found == pytest.approx(wanted, abs=5e-5)


@pytest.mark.parametrize(
    ("data", "samples", "limit"),
    [
        ("replace", 20, 0.0),
        ("accumulate_base", 20, 0.7650),
        ("accumulate_base", 100, 0.8181),
        ("mix_base", 20, 0.7638),
        ("mix_base", 100, 0.8172),
    ],
)
def test_only_replacing_loses_all_diversity_in_the_end(data, samples, limit):
    assert expected_simpson(drift(data), samples, 5000)[FORK] == pytest.approx(limit, abs=1e-4)


@pytest.mark.parametrize(("samples", "wanted"), [(20, 6.7590), (100, 9.1813)])
def test_the_support_after_one_round(samples, wanted):
    expected = expected_support(drift("replace"), samples, 1)
    assert expected[FORK] == pytest.approx(wanted, abs=5e-5)
    _, model = chains(drift("replace", rounds=1), ChainSettings(samples=samples, chains=MANY))
    assert distance(support(model), expected) < FAR


@pytest.mark.parametrize("settings", [ToySettings(rounds=1), ToySettings(rounds=1, data="accumulate", temperature=1.5)])
def test_the_support_after_one_round_at_any_temperature_and_top_p(settings):
    _, model = chains(settings, ChainSettings(samples=20, chains=MANY))
    assert distance(support(model), expected_support(settings, 20, 1)) < FAR


def test_a_base_that_is_known_by_its_tokens_has_their_support():
    base, *_ = chains(drift("accumulate_base", rounds=0), ChainSettings(samples=20, chains=MANY))
    assert distance(support(base), expected_support(drift("accumulate_base"), 20, 0)) < FAR


@pytest.mark.parametrize(("samples", "wanted"), [(20, [5.84, 4.22, 2.96]), (100, [8.52, 7.50, 6.49])])
def test_the_support_in_later_rounds_as_it_was_simulated_elsewhere(samples, wanted):
    rows = simulate(drift("replace"), ChainSettings(samples=samples, chains=MANY))
    assert [rows[round]["n_fork"] for round in (2, 5, 10)] == pytest.approx(wanted, abs=0.1)


@pytest.mark.parametrize("data", MODES)
def test_under_drift_every_probability_keeps_its_mean(data):
    *_, last = chains(drift(data), ChainSettings(samples=100, chains=MANY, seed=1))
    # Of the rarest tokens too few chains have any for a mean to be near normal.
    assert distance(last[..., :4], BASE[:, :4]) < FAR


def test_under_drift_mean_success_rises_while_most_chains_lose_theirs():
    # The lock enters with its third power, whose mean under Wright-Fisher follows from the binomial's moments.
    samples, p = 20, BASE[LOCK, 0]
    second, third = p**2, p**3
    for _ in range(10):
        third = ((samples - 1) * (samples - 2) * third + 3 * (samples - 1) * second + p) / samples**2
        second = ((samples - 1) * second + p) / samples
    expected = (BASE[2, 0] + BASE[2, 1]) * BASE[FORK, 0] * third
    *_, last = chains(drift("replace"), ChainSettings(samples=samples, chains=MANY))
    rates = success(last)
    assert distance(rates, expected) < FAR and expected > success(BASE)
    assert np.median(rates) == 0


def test_sharpening_on_few_tokens_kills_most_chains_and_keeping_the_data_spares_more():
    sampled = ChainSettings(samples=100, chains=1000)
    dead, spared = (
        simulate(ToySettings(data=data, rounds=10), sampled)[-1]["dead"] for data in ("replace", "accumulate_base")
    )
    assert dead == pytest.approx(0.87, abs=0.05) and spared == pytest.approx(0.38, abs=0.05)


@pytest.mark.parametrize("data", ["replace", "accumulate", "mix_base"])
def test_many_tokens_teach_what_exact_training_does(data):
    settings = ToySettings(temperature=1.5, top_p=0.7, rounds=3, data=data)
    exact = iterate(settings)
    taught = simulate(settings, ChainSettings(samples=10**9, chains=20))
    for name in ("S_fix", "S_raw", "H_fork", "H_lock", "p_correct_fork", "keptmass_fork"):
        assert [row[name] for row in taught] == pytest.approx([row[name] for row in exact], abs=2e-3)


def test_the_same_seed_gives_the_same_numbers_and_another_gives_others():
    one, again, other = (
        simulate(ToySettings(rounds=2), ChainSettings(samples=20, chains=50, seed=seed)) for seed in (3, 3, 4)
    )
    assert one == again != other


def test_every_number_is_explained():
    names = set(simulate(ToySettings(rounds=0), ChainSettings(samples=1, chains=2))[0]) - {"round"}
    explained = {name + state if name.endswith("_") else name for name in FINITE_KEYS for state in STATES}
    assert names == explained


def test_one_chain_has_no_standard_error_and_one_token_no_diversity():
    rows = simulate(ToySettings(rounds=2), ChainSettings(samples=1, chains=1))
    assert [row["S_fix_se"] for row in rows] == [None] * 3
    assert [(row["n_fork"], row["H_fork"], row["simpson_fork"]) for row in rows[1:]] == [(1, 0, 0)] * 2


def test_where_no_formula_is_known_none_is_given():
    assert expected_simpson(ToySettings(), 20, 1) is None
    assert expected_simpson(ToySettings(temperature=1, top_p=1, sample_from="base"), 20, 1) is None
    assert expected_support(ToySettings(), 20, 2) is None
    assert expected_support(ToySettings(data="mix_base"), 20, 1) is None
