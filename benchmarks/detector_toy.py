"""The toy as a bench: runs of 164 perturbed machines whose rounds are computed exactly, only the samples are chance.

A problem is the machine of `ssd_iter/toy/` with each log-probability moved by normal noise of standard deviation .6,
drawn anew for each run; its locks stay alike. Training is ideal, sampling is the round's own. A sample is the five
tokens drawn at temperature 1 and top-p .8; it passes where all are right, and equal strings are one solution. Every
sample holds code, so that extraction never varies.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from detector_worlds import NUM_PROBLEMS, NUM_SAMPLES, Counts, Floats, draw_classes

from ssd_iter.toy.iterate import models
from ssd_iter.toy.machine import BASE, FORK, LOCK, NUM_LOCKS, ROOT, VOCABULARY, decode, simpson, success
from ssd_iter.toy.settings import ToySettings

PERTURBATION = 0.6
STRING = (ROOT, FORK, *[LOCK] * NUM_LOCKS)
POPULATION = 5_000


@dataclass(frozen=True)
class ToyWorld:
    """Rounds of the toy under one training setting."""

    settings: ToySettings
    trains: bool = True
    """False: every round's model is the base, and nothing falls."""

    def draw(self, rng: np.random.Generator) -> Counts:
        """The counts of one run."""
        decoded = self._decoded(rng, NUM_PROBLEMS)
        tokens = np.stack([draw_classes(rng, decoded[..., state, :], NUM_SAMPLES) for state in STRING])
        root, fork, *locks = tokens
        passes = ((root <= 1) & (fork == 0) & (np.stack(locks) == 0).all(axis=0)).sum(axis=-1)
        strings = np.tensordot(VOCABULARY ** np.arange(len(STRING)), tokens, axes=1)
        return Counts(NUM_SAMPLES, passes, np.full_like(passes, NUM_SAMPLES), strings)

    def true_means(self) -> dict[str, list[float]]:
        """By metric, one number a round, over many problems."""
        decoded = self._decoded(np.random.default_rng(0), POPULATION)
        right = success(decoded)
        equal = np.prod([1 - simpson(decoded)[..., state] for state in STRING], axis=0)
        by_metric = {"pass@1": right, "pass@5": 1 - (1 - right) ** 5, "simpson": 1 - equal}
        return {name: [round(float(x), 4) for x in values.mean(axis=1)] for name, values in by_metric.items()}

    def _decoded(self, rng: np.random.Generator, num_problems: int) -> Floats:
        """What is drawn from, shape (rounds, problems, states, tokens)."""
        noise = PERTURBATION * rng.standard_normal((num_problems, *BASE.shape))
        weights = BASE * np.exp(noise)
        base = weights / weights.sum(axis=-1, keepdims=True)
        rounds = np.stack(list(models(self.settings, base=base)))
        if not self.trains:
            rounds = np.broadcast_to(base, rounds.shape)
        return decode(rounds, self.settings.eval_temperature, self.settings.eval_top_p)
