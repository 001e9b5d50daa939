"""Panels and counts made by hand, and runs whose truth is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numpy.typing import ArrayLike

from ssd_iter.decline.counts_file import FileCounts
from ssd_iter.decline.panel import Panel

METRICS = ("pass_at_1", "extraction_rate", "simpson_diversity")


@pytest.fixture(scope="session")
def make_panel() -> Callable[..., Panel]:
    """Values of metrics by name, shape (rounds, problems); metrics that are not named are not defined."""

    def make(num_samples: int = 10, **metrics: ArrayLike) -> Panel:
        given = {name: np.asarray(rows, float) for name, rows in metrics.items()}
        rounds, problems = next(iter(given.values())).shape
        values = {name: given.get(name, np.full((rounds, problems), np.nan)) for name in METRICS}
        ids = tuple(f"p{i}" for i in range(problems))
        return Panel(tuple(range(rounds)), ids, values, k=1, num_samples=num_samples)

    return make


@pytest.fixture(scope="session")
def make_run() -> Callable[..., list[FileCounts]]:
    """A run of problems with pass rates of their own. Each round has its fall of the pass rates, its fall of the
    extraction rate from .97, and the share of samples that write the commonest program instead of one of six."""

    def make(
        falls: Sequence[float],
        lost: Sequence[float] | None = None,
        same: Sequence[float] | None = None,
        problems: int = 60,
        n: int = 10,
        seed: int = 0,
    ) -> list[FileCounts]:
        rng = np.random.default_rng(seed)
        rates = 0.25 + 0.7 * rng.beta(1.5, 1.5, problems)
        nothing = [0.0] * len(falls)
        rows = []
        for round, (fall, less, equal) in enumerate(zip(falls, lost or nothing, same or nothing, strict=True)):
            weights = np.full(6, (1 - equal) / 6) + equal * (np.arange(6) == 0)
            for i, rate in enumerate(rates):
                held = int(rng.binomial(n, 0.97 - less))
                c = int(rng.binomial(held, max(rate - fall, 0)))
                sizes = tuple(int(size) for size in rng.multinomial(held, weights) if size)
                counted = {"round": round, "problem_id": f"p{i:03}", "n": n, "c": c}
                rows.append(FileCounts(**counted, extracted=held, classes=sizes))
        return rows

    return make
