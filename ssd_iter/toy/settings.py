"""What is asked of the toy, refused early: every value is looked at when the settings are made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from ssd_iter.exceptions import ConfigError

SampleFrom = Literal["previous", "base"]
Data = Literal["replace", "accumulate", "accumulate_base", "mix_base"]

MOST_ROUNDS = 1000
MOST_SAMPLES = 10**9
MOST_CHAINS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ToySettings:
    """How rounds are made and looked at; ConfigError names a value outside its range."""

    temperature: float = 0.9
    """Of the draws that are trained on, from 0.01 to 10."""
    top_p: float = 0.85
    """Of the same draws, above 0 and at most 1."""
    rounds: int = 12
    """Rounds after the base, from 0 to 1000."""
    sample_from: SampleFrom = "previous"
    """Who draws: the model of the round before, or always the base."""
    data: Data = "replace"
    """What a round is trained on: its own draws; those of all rounds so far (`accumulate`); these and as many of the
    base's own (`accumulate_base`); or its own and `mix_fraction` of the base's own (`mix_base`). The base's own are
    neither tempered nor cut."""
    mix_fraction: float = 0.2
    """Share of the base's own in the training data of `mix_base`, above 0 and at most 1."""
    eval_temperature: float = 1.0
    """Of the fixed decoding that success is told at, from 0.01 to 10."""
    eval_top_p: float = 0.8
    """Of the same decoding, and of the search for the best temperature; above 0 and at most 1."""

    def __post_init__(self) -> None:
        for name in ("temperature", "eval_temperature"):
            _demand(name, getattr(self, name), 0.01 <= getattr(self, name) <= 10, "from 0.01 to 10")
        for name in ("top_p", "eval_top_p", "mix_fraction"):
            _demand(name, getattr(self, name), 0 < getattr(self, name) <= 1, "above 0 and at most 1")
        _demand("rounds", self.rounds, 0 <= self.rounds <= MOST_ROUNDS, f"from 0 to {MOST_ROUNDS}")
        for name, choices in (("sample_from", get_args(SampleFrom)), ("data", get_args(Data))):
            _demand(name, getattr(self, name), getattr(self, name) in choices, f"one of {', '.join(choices)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainSettings:
    """How many tokens teach a round, and how often the whole is done again; ConfigError as above."""

    samples: int
    """Tokens drawn a state and round, from 1 to 10^9."""
    chains: int = 1000
    """Runs of all rounds, independent of each other, from 1 to 100,000."""
    seed: int = 0
    """From 0."""

    def __post_init__(self) -> None:
        _demand("samples", self.samples, 1 <= self.samples <= MOST_SAMPLES, f"from 1 to {MOST_SAMPLES}")
        _demand("chains", self.chains, 1 <= self.chains <= MOST_CHAINS, f"from 1 to {MOST_CHAINS}")
        _demand("seed", self.seed, self.seed >= 0, "a whole number from 0")


def _demand(name: str, value: object, holds: bool, wanted: str) -> None:
    if not holds:
        raise ConfigError(f"toy: {name} {value} should be {wanted}")
