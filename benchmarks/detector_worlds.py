"""Simulated runs whose truth is known: something falls in them at a known round, or nothing does.

A run is 164 problems, a base and 10 rounds, 10 samples a problem and round. Each problem has its own pass rate
~ Beta(.6, .9), extraction rate ~ Beta(60, 2), and weights of an endless list of solution classes by stick-breaking with
concentration ~ LogNormal(log 6, .6); the three are independent of each other. In each round every logit is moved by a
jitter of standard deviation .25 of its own: the problem's pass rate, its extraction rate, the log weight of each class.

The numbers are those of the simulation in the detectors' design. What its description leaves open is done so:

* A sample without code cannot pass: of n samples Binomial(n, e) hold code, and of these each passes with chance
  min(1, p / e), so that the share that passes is min(p, e) of all n: p but for the few problems where p > e.
* Only samples that hold code have a class. Passing does not depend on the class.
* A fall of pass@1 by d points is one shift of all problems' pass logits in which the mean over problems falls by d:
  problems in the middle move most, hopeless and certain ones little. pass@5 falls with it, by what follows.
* Sharpening multiplies the pass logits and shifts them, so that the means of both pass@1 and pass@5 are as asked for.
* Unique solutions fall by sharpening: the class weights are raised to a power and renormalised, so that the expected
  number of different solutions among 10 falls by the share asked for. The Simpson diversity then falls by .048 (-10 %)
  and .105 (-20 %), as in the design's simulation; a smaller concentration would give .045 and .100.
* A gradual fall is in points, or shares, of the base: -3 % a round is 97 %, 94 %, 91 %.
* Extraction falls by one shift of all extraction logits. The few problems with p > e then pass less often, too.
* The wobble between seeds is one shift of all pass logits in a round, drawn anew for each round but the base, whose
  effect on pass@1 has the given standard deviation. Extraction and classes have none.

Shifts, factors and powers are solved for on a large fixed population, whose true means every run of the benchmark
prints. Class weights are broken off 150 times; the rest of the stick is the last class.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import expit, logit
from scipy.stats import beta, norm

NUM_PROBLEMS, NUM_ROUNDS, NUM_SAMPLES = 164, 10, 10
PASS, EXTRACTION, CONCENTRATION = (0.6, 0.9), (60, 2), (np.log(6), 0.6)
JITTER = 0.25
NUM_STICKS = 150
POPULATION, POPULATION_WITH_CLASSES = 100_000, 8_000

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Counts:
    """What the samples of one run came to; shape (rounds, problems), the base first."""

    n: int
    passes: Ints
    extracted: Ints
    classes: Ints
    """Each sample's class, shape (rounds, problems, n): the first `extracted` ones, then -1."""


@dataclass(frozen=True)
class World:
    """What the rounds do to the rates of problems; an array has one number a round, the base first."""

    pass_factor: Floats
    pass_shift: Floats
    """pass logit = factor * base logit + shift + jitter."""
    extraction_shift: Floats
    class_power: Floats
    wobble: float = 0.0
    """Standard deviation of the pass logits' common shift in a round."""

    def draw(self, rng: np.random.Generator) -> Counts:
        """The counts of one run."""
        p = logit(rng.beta(*PASS, NUM_PROBLEMS))
        e = logit(rng.beta(*EXTRACTION, NUM_PROBLEMS))
        weights = log_weights(rng, rng.lognormal(*CONCENTRATION, NUM_PROBLEMS))
        shape = (len(self.pass_shift), NUM_PROBLEMS)
        common = self.pass_shift + self.wobble * rng.standard_normal(shape[0]) * (np.arange(shape[0]) > 0)
        jitter = JITTER * rng.standard_normal((2, *shape))
        pass_rate = expit(np.outer(self.pass_factor, p) + common[:, None] + jitter[0])
        extraction_rate = expit(e + self.extraction_shift[:, None] + jitter[1])
        extracted = rng.binomial(NUM_SAMPLES, extraction_rate)
        passes = rng.binomial(extracted, np.minimum(1, pass_rate / extraction_rate))
        logits = self.class_power[:, None, None] * weights
        logits += JITTER * rng.standard_normal(logits.shape, dtype=np.float32)
        classes = draw_classes(rng, np.exp(logits), NUM_SAMPLES)
        classes[np.arange(NUM_SAMPLES) >= extracted[..., None]] = -1
        return Counts(NUM_SAMPLES, passes, extracted, classes)

    def true_means(self) -> dict[str, list[float]]:
        """By metric, one number a round, of all problems there could be; without the wobble."""
        columns = []
        for factor, shift, lower, power in zip(
            self.pass_factor, self.pass_shift, self.extraction_shift, self.class_power, strict=True
        ):
            columns.append((*pass_means(factor, shift, lower), extraction_mean(lower), *class_means(power)))
        names = ("pass@1", "pass@5", "extraction", "simpson", "unique@10")
        rows = np.round(columns, 4).T.tolist()
        return dict(zip(names, rows, strict=True))


def log_weights(rng: np.random.Generator, concentration: Floats) -> NDArray[np.float32]:
    """Logarithms of stick-breaking weights, shape (problems, classes); the last class is the rest of the stick."""
    # 1 - v of v ~ Beta(1, concentration) is U^(1 / concentration): no v rounds to 1 this way.
    left = -rng.exponential(size=(len(concentration), NUM_STICKS)) / concentration[:, None]
    before = np.pad(np.cumsum(left, axis=1), ((0, 0), (1, 0)))
    taken = np.pad(np.log(-np.expm1(left)), ((0, 0), (0, 1)))
    return np.asarray(before + taken, dtype=np.float32)


def draw_classes(rng: np.random.Generator, weights: NDArray[np.floating], num: int) -> Ints:
    """`num` classes for each row of weights (last axis), which need not sum to 1."""
    rows = np.cumsum(weights, axis=-1, dtype=np.float64).reshape(-1, weights.shape[-1])
    rows /= rows[:, -1:]
    # All rows in one search: row i lies between i and i + 1.
    starts = np.arange(len(rows))[:, None]
    found = np.searchsorted((rows + starts).ravel(), rng.random((len(rows), num)) + starts)
    classes = np.clip(found - starts * rows.shape[1], 0, rows.shape[1] - 1)
    return classes.reshape(*weights.shape[:-1], num)


def steady() -> World:
    """The world in which no round does anything."""
    none = np.zeros(NUM_ROUNDS + 1)
    return World(none + 1, none, none, none + 1)


def pass_at_1_moves(points: Floats) -> World:
    """pass@1 differs from the base's by so many points in each round."""
    return replace(steady(), pass_shift=_each(points, lambda d: _solve(lambda x: pass_means(1, x)[0], d / 100, -3, 3)))


def unique_falls(shares: Floats) -> World:
    """The number of different solutions among 10 is lower than the base's by these shares in each round."""
    base = class_means(1)[1]
    powers = _each(shares, lambda d: _solve(lambda x: class_means(1 + x)[1], -d * base, 0, 2))
    return replace(steady(), class_power=1 + powers)


def extraction_falls(points: Floats) -> World:
    """The extraction rate is lower than the base's by so many points in each round."""
    shifts = _each(points, lambda d: _solve(extraction_mean, -d / 100, -6, 6))
    return replace(steady(), extraction_shift=shifts)


def sharpened(pass_at_1: float, pass_at_5: float, onset: int) -> World:
    """From a round on, pass@1 and pass@5 differ from the base's by so many points, the rates pushed to 0 and 1."""
    base = pass_means(1, 0)

    def shift(factor: float) -> float:
        return float(brentq(lambda x: pass_means(factor, x)[0] - base[0] - pass_at_1 / 100, -3, 3))

    factor = float(brentq(lambda a: pass_means(a, shift(a))[1] - base[1] - pass_at_5 / 100, 1, 9))
    there = np.arange(NUM_ROUNDS + 1) >= onset
    return replace(steady(), pass_factor=np.where(there, factor, 1.0), pass_shift=np.where(there, shift(factor), 0.0))


def wobbling(points: float) -> World:
    """Rounds differ from each other in pass@1 by this standard deviation, all problems alike."""
    slope = (pass_means(1, 0.01)[0] - pass_means(1, -0.01)[0]) / 0.02
    return replace(steady(), wobble=points / 100 / slope)


@cache
def pass_means(factor: float, shift: float, extraction_shift: float = 0.0) -> tuple[float, float]:
    """True pass@1 and pass@5 of all problems there could be."""
    p, e, jitter = _population()
    rates = np.minimum(expit(factor * p + shift + jitter), expit(e + extraction_shift))
    return float(rates.mean()), float((1 - (1 - rates) ** 5).mean())


def extraction_mean(shift: float) -> float:
    """True extraction rate of all problems there could be."""
    return float(expit(_population()[1] + shift).mean())


@cache
def class_means(power: float) -> tuple[float, float]:
    """True Simpson diversity, and expected number of different solutions among 10, of all problems there could be."""
    weights, jitter = _population_of_classes()
    shares = np.exp(power * weights + jitter)
    shares /= shares.sum(axis=1, keepdims=True)
    return float(1 - (shares**2).sum(axis=1).mean()), float((1 - (1 - shares) ** 10).sum(axis=1).mean())


def _each(amounts: Floats, solve: Callable[[float], float]) -> Floats:
    """The solution for each amount; 0 for 0."""
    solved = {float(amount): solve(float(amount)) if amount else 0.0 for amount in np.unique(amounts)}
    return np.array([solved[float(amount)] for amount in amounts])


def _solve(mean: Callable[[float], float], difference: float, low: float, high: float) -> float:
    """The x between two bounds at which the mean differs so much from what it is at 0."""
    base = mean(0.0)
    return float(brentq(lambda x: mean(x) - base - difference, low, high, xtol=1e-5))


@cache
def _population() -> tuple[Floats, Floats, Floats]:
    """Base pass logits, extraction logits with jitter, jitter of the pass logits: evenly spread, in random order."""
    rng = np.random.default_rng(0)
    ranks = (np.stack([rng.permutation(POPULATION) for _ in range(4)]) + 0.5) / POPULATION
    e = logit(beta.ppf(ranks[1], *EXTRACTION)) + JITTER * norm.ppf(ranks[3])
    return logit(beta.ppf(ranks[0], *PASS)), e, JITTER * norm.ppf(ranks[2])


@cache
def _population_of_classes() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    rng = np.random.default_rng(0)
    ranks = (np.arange(POPULATION_WITH_CLASSES) + 0.5) / POPULATION_WITH_CLASSES
    mean, sd = CONCENTRATION
    weights = log_weights(rng, np.exp(mean + sd * norm.ppf(ranks)))
    return weights, (JITTER * rng.standard_normal(weights.shape)).astype(np.float32)
