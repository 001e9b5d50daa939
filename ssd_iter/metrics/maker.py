"""Rows of the table `metrics`, made in one place: no name outside the registry, no value that is not a number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from ssd_iter.metrics.intervals import mean_interval
from ssd_iter.metrics.registry import spec_of
from ssd_iter.records import Metric
from ssd_iter.seeds import derive_seed

ALL = "all"
"""The problem set of metrics about all of them together."""


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes the metric rows of one round. KeyError for a name that the registry does not have."""

    run_id: str
    round: int

    def __call__(
        self,
        name: str,
        purpose: str,
        value: float | None,
        n: int,
        *,
        problem_set: str = ALL,
        interval: tuple[float, float] | None = None,
    ) -> Metric:
        """One row; `value` None where the metric is not defined."""
        low, high = interval or (None, None)
        return Metric(
            run_id=self.run_id,
            round=self.round,
            name=spec_of(name).name,
            purpose=purpose,
            problem_set=problem_set,
            value=value,
            low=low,
            high=high,
            n=n,
        )

    def mean(self, name: str, purpose: str, problem_set: str, values: Sequence[float | None]) -> Metric:
        """The mean over problems with its interval; not defined where one of them is not, or there is none."""
        defined = [value for value in values if value is not None]
        if not defined or len(defined) < len(values):
            return self(name, purpose, None, len(values), problem_set=problem_set)
        interval = mean_interval(defined, derive_seed(self.round, name, purpose, problem_set))
        return self(name, purpose, fmean(defined), len(defined), problem_set=problem_set, interval=interval)
