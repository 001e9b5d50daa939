"""What a detector sees, made by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from ssd_iter.decline.panel import Counts
from ssd_iter.decline.settings import Settings
from ssd_iter.detectors.base import RoundsSoFar
from ssd_iter.metrics.registry import spec_of
from ssd_iter.records import Metric


@pytest.fixture(scope="session")
def make_metric() -> Callable[..., Metric]:
    """A metric of a round, over 40 things; the name must be one that is recorded."""

    def make(name: str, value: float | None, round: int = 2, purpose: str = "eval", problem_set: str = "all") -> Metric:
        key = {"run_id": "run", "round": round, "purpose": purpose, "problem_set": problem_set}
        return Metric(**key, name=spec_of(name).name, value=value, low=None, high=None, n=40)

    return make


@pytest.fixture(scope="session")
def rounds_so_far() -> Callable[..., RoundsSoFar]:
    """Rounds 0 to 2, or another line; the last is the one to judge."""

    def make(
        metrics: Sequence[Metric] = (), counts: Sequence[Counts] = (), line: tuple[int, ...] = (0, 1, 2)
    ) -> RoundsSoFar:
        return RoundsSoFar(line, metrics, counts, Settings(planned_rounds=3, num_resamples=1000))

    return make
