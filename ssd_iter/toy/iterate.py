"""Rounds of the toy where training is ideal: a round's model is what it was taught, exactly.

With `data = "replace"` and `sample_from = "previous"` there is a closed form: round r gives token v a probability
proportional to p_0(v)^(T^-r) on a support that only shrinks, so T < 1 sharpens without end and T > 1 flattens the
head while top-p eats the tail.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ssd_iter.toy.machine import BASE, FORK, STATES, Array, decode, entropy, kept_mass, success, support
from ssd_iter.toy.settings import ToySettings

GRID: Array = np.linspace(0.1, 2.5, 500)
"""The evaluation temperatures among which the best is looked for."""

Fit = Callable[[Array], Array]
"""From what is drawn from to what is trained on: weights of the tokens, that need not sum to one."""

Row = dict[str, float | None]
"""A round's numbers by name; None where one is not defined."""

KEYS = {
    "S_fix": "success in % at eval_temperature and eval_top_p",
    "S_best": "success in % at the best temperature, at eval_top_p",
    "T_best": "that temperature, among 500 from 0.1 to 2.5; the lowest where none succeeds",
    "S_raw": "success in %, decoded as the model is: temperature 1, nothing cut",
    "H_": "entropy in bits of lock, fork and root",
    "n_": "tokens with a probability above zero",
    "p_correct_fork": "probability of the fork's right token",
    "keptmass_": "mass that the round before puts on the tokens this round still has; null for the base",
}
"""What the numbers of a round mean; a name that ends in _ is followed by a state's."""


def models(settings: ToySettings, fit: Fit = lambda drawn: drawn, base: Array = BASE) -> Iterator[Array]:
    """The models of rounds 0 to `settings.rounds`, each of `base`'s shape.

    `fit` says what of the drawn distribution is learnt; the default learns it as it is. With `accumulate_base` the
    base too is known by what `fit` makes of it: it is the pool's first entry, and round 0.
    """
    pool = np.zeros_like(base)
    if settings.data == "accumulate_base":
        pool = fit(base)
        base = _normal(pool)
    model = base
    yield model
    for _ in range(settings.rounds):
        taught = fit(decode(base if settings.sample_from == "base" else model, settings.temperature, settings.top_p))
        if settings.data == "replace":
            model = _normal(taught)
        elif settings.data == "mix_base":
            model = settings.mix_fraction * base + (1 - settings.mix_fraction) * _normal(taught)
        else:
            pool = pool + taught
            model = _normal(pool)
        yield model


def _normal(weights: Array) -> Array:
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True))


def best_temperature(model: Array, top_p: float) -> tuple[float, float]:
    """The temperature of `GRID` at which one model, (3, 16), succeeds most often, and that success in [0, 1].

    Success jumps where a nucleus loses a token, and the best often stands at such a jump.
    """
    rates = success(decode(model[np.newaxis], GRID[:, np.newaxis, np.newaxis], top_p))
    best = int(rates.argmax())
    return float(GRID[best]), float(rates[best])


def measures(model: Array, before: Array, settings: ToySettings) -> dict[str, NDArray[Any]]:
    """The numbers of `KEYS` but the best temperature's, for each of the models along the leading axes.

    `before` is the model of the round before, of the same shape.
    """
    fixed = decode(model, settings.eval_temperature, settings.eval_top_p)
    by_state: dict[str, NDArray[Any]] = {"H": entropy(model), "n": support(model), "keptmass": kept_mass(before, model)}
    return {
        "S_fix": 100 * success(fixed),
        "S_raw": 100 * success(model),
        **{f"{name}_{state}": of[..., i] for name, of in by_state.items() for i, state in enumerate(STATES)},
        "p_correct_fork": model[..., FORK, 0],
    }


def iterate(settings: ToySettings) -> list[Row]:
    """The numbers of `KEYS` for every round, the base first; about 2 ms a round."""
    made = list(models(settings))
    rows: list[Row] = []
    for round, (before, model) in enumerate(pairwise([made[0], *made])):
        found = {name: value.item() for name, value in measures(model, before, settings).items()}
        temperature, best = best_temperature(model, settings.eval_top_p)
        rows.append({"round": round, "S_best": 100 * best, "T_best": temperature, **found})
    rows[0] |= {f"keptmass_{state}": None for state in STATES}
    return rows
