"""Rounds of the toy that are taught by finitely many tokens: a round's model is the share of each token drawn.

Nothing is smoothed: a token that no sample shows is gone. Many chains, each a run of all rounds, show how the outcome
is spread; a mean alone misleads, for under pure drift (temperature and top-p 1) no mean of a probability falls while
most chains lose the right token for good.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import numpy as np

from ssd_iter.toy.iterate import KEYS, Fit, Row, measures, models
from ssd_iter.toy.machine import BASE, STATES, Array, decode, simpson
from ssd_iter.toy.settings import ChainSettings, ToySettings

FINITE_KEYS = {
    **{name: f"{text}; mean over chains" for name, text in KEYS.items() if name not in ("S_best", "T_best")},
    "S_fix_se": "standard error of the mean S_fix",
    "S_fix_median": "median of S_fix over chains",
    "dead": "share of chains whose S_fix is 0",
    "lost": "share of chains whose S_raw is 0: some right token is gone",
    "simpson_": "chance that two draws from the model differ; mean over chains",
    "expected_simpson_": "its expectation by closed formula, where one holds; else null",
    "expected_n_": "expectation of n_ by closed formula, where one holds; else null",
}


def chains(settings: ToySettings, sampled: ChainSettings) -> Iterator[Array]:
    """The models of rounds 0 to `settings.rounds`, each (chains, 3, 16)."""
    base = np.broadcast_to(BASE, (sampled.chains, *BASE.shape))
    return models(settings, _draws(sampled), base)


def _draws(sampled: ChainSettings) -> Fit:
    """Counts of `samples` tokens; each call draws from a stream of its own, named by the seed and the call's number."""
    calls = count()

    def draw(target: Array) -> Array:
        rng = np.random.default_rng([sampled.seed, next(calls)])
        return rng.multinomial(sampled.samples, target).astype(float)

    return draw


def simulate(settings: ToySettings, sampled: ChainSettings) -> list[Row]:
    """The numbers of `FINITE_KEYS` for every round, the base first. About 15 ms a round for 1000 chains."""
    rows: list[Row] = []
    before: Array | None = None
    for round, model in enumerate(chains(settings, sampled)):
        found = measures(model, model if before is None else before, settings)
        fixed = found["S_fix"]
        rows.append(
            {
                "round": round,
                **{name: float(value.mean()) for name, value in found.items()},
                "S_fix_se": float(fixed.std(ddof=1) / np.sqrt(sampled.chains)) if sampled.chains > 1 else None,
                "S_fix_median": float(np.median(fixed)),
                "dead": float((fixed == 0).mean()),
                "lost": float((found["S_raw"] == 0).mean()),
                **_by_state("simpson", simpson(model).mean(axis=0)),
                **_by_state("expected_simpson", expected_simpson(settings, sampled.samples, round)),
                **_by_state("expected_n", expected_support(settings, sampled.samples, round)),
            }
        )
        before = model
    rows[0] |= _by_state("keptmass", None)
    return rows


def _by_state(name: str, values: Array | None) -> Row:
    return {f"{name}_{state}": None if values is None else float(values[i]) for i, state in enumerate(STATES)}


def expected_simpson(settings: ToySettings, samples: int, round: int) -> Array | None:
    """Simpson's diversity that a chain has on average in a round, state by state; None where no formula is known.

    Known is pure drift (temperature and top-p 1) from the previous round. `replace` is the Wright-Fisher model,
    h_0 (1 - 1/m)^r; `mix_base` with fraction l the same with migration, where c = (1 - l)^2 and the chance 1 - h that
    two draws agree nears its limit by the factor c (1 - 1/m) a round. `accumulate` is a Polya urn that takes m tokens
    at once, h_0 times 1 - 1/(m j^2) for each of j = 1 ... r batches; `accumulate_base` has one batch more.
    """
    if (settings.temperature, settings.top_p, settings.sample_from) != (1, 1, "previous"):
        return None
    start = simpson(BASE)
    if settings.data in ("accumulate", "accumulate_base"):
        batches = np.arange(1, round + 1 + (settings.data == "accumulate_base"))
        return np.asarray(start * np.prod(1 - 1 / (samples * batches**2.0)))
    kept = 1.0 if settings.data == "replace" else (1 - settings.mix_fraction) ** 2
    factor = kept * (1 - 1 / samples)
    limit = (1 - kept) * start / (1 - factor)
    return np.asarray(limit + (start - limit) * factor**round)


def expected_support(settings: ToySettings, samples: int, round: int) -> Array | None:
    """Tokens that a state has on average where all its data is one batch of `samples`: the sum of 1 - (1 - q)^m.

    That is round 1 of `replace` and `accumulate`, where q is what the base draws from, and round 0 of
    `accumulate_base`, where q is the base. None elsewhere.
    """
    if (settings.data, round) == ("accumulate_base", 0):
        drawn = BASE
    elif settings.data in ("replace", "accumulate") and round == 1:
        drawn = decode(BASE, settings.temperature, settings.top_p)
    else:
        return None
    return np.asarray((1 - (1 - drawn) ** samples).sum(axis=-1))
