from __future__ import annotations

from dataclasses import asdict

import pytest

from ssd_iter.exceptions import ConfigError
from ssd_iter.toy.settings import ChainSettings, ToySettings

NAN, INFINITE = float("nan"), float("inf")


@pytest.mark.parametrize("name", ["temperature", "eval_temperature"])
@pytest.mark.parametrize("value", [0, -1, 0.009, 10.1, NAN, INFINITE])
def test_a_temperature_out_of_range_is_refused_by_name(name, value):
    with pytest.raises(ConfigError, match=rf"{name} {value} should be from 0.01 to 10"):
        ToySettings(**{name: value})


@pytest.mark.parametrize("name", ["top_p", "eval_top_p", "mix_fraction"])
@pytest.mark.parametrize("value", [0, -0.1, 1.0001, NAN])
def test_a_share_out_of_range_is_refused_by_name(name, value):
    with pytest.raises(ConfigError, match=rf"{name} {value} should be above 0 and at most 1"):
        ToySettings(**{name: value})


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"rounds": -1}, "rounds -1 should be from 0 to 1000"),
        ({"rounds": 1001}, "rounds 1001 should be from 0 to 1000"),
        ({"data": "mix"}, "data mix should be one of replace, accumulate, accumulate_base, mix_base"),
        ({"sample_from": "student"}, "sample_from student should be one of previous, base"),
    ],
)
def test_what_cannot_be_iterated_is_refused(settings, words):
    with pytest.raises(ConfigError, match=words):
        ToySettings(**settings)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"samples": 0}, "samples 0 should be from 1"),
        ({"samples": 10**9 + 1}, "should be from 1 to 1000000000"),
        ({"chains": 0}, "chains 0 should be from 1 to 100000"),
        ({"seed": -1}, "seed -1 should be a whole number from 0"),
    ],
)
def test_what_cannot_be_sampled_is_refused(settings, words):
    with pytest.raises(ConfigError, match=words):
        ChainSettings(**({"samples": 1} | settings))


def test_the_ends_of_the_ranges_are_in():
    ends = {"temperature": 0.01, "top_p": 1, "rounds": 0, "mix_fraction": 1, "eval_temperature": 10, "eval_top_p": 1e-9}
    assert asdict(ToySettings(**ends)).items() >= ends.items()
    assert ChainSettings(samples=1, chains=100_000).seed == 0
