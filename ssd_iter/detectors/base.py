"""What a detector sees, and what it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ssd_iter.decline.judge import Decline
from ssd_iter.decline.panel import Counts
from ssd_iter.decline.settings import Settings
from ssd_iter.metrics.maker import ALL
from ssd_iter.records import Metric, RoundVerdict, Severity


@dataclass(frozen=True, slots=True)
class RoundsSoFar:
    """A run when a round has been evaluated: the last of `line` is the round to judge."""

    line: tuple[int, ...]
    """The round and those that led to it, the base first. Rounds that a rollback gave up are not among them."""
    metrics: Sequence[Metric]
    counts: Sequence[Counts]
    settings: Settings

    @property
    def round(self) -> int:
        """The round to judge."""
        return self.line[-1]

    def metric(self, name: str, purpose: str = "eval", round: int | None = None) -> Metric | None:
        """A metric of the round, or of another, over all problem sets; None where it was not recorded."""
        about = (self.round if round is None else round, name, purpose, ALL)
        return next((m for m in self.metrics if (m.round, m.name, m.purpose, m.problem_set) == about), None)


@dataclass(frozen=True, slots=True)
class Detected:
    """Something a reader must know about a round; becomes a row of `findings`."""

    name: str
    severity: Severity
    message: str
    verdict: RoundVerdict = "OK"
    """What it makes of the round; the worst of all detectors' is the round's verdict."""
    decline: Decline | None = None
    """The test it rests on, where there was one."""
    evidence: Mapping[str, Any] = field(default_factory=dict)
    """Further numbers it rests on, as a JSON document."""

    @property
    def test(self) -> dict[str, Any]:
        """The test's part of a row of `findings`, by column; all None where there was no test."""
        if self.decline is None:
            return dict.fromkeys(("metric", "reference", "effect", "low", "high", "p")) | {"problems": ()}
        shared = ("reference", "effect", "low", "high", "p", "problems")
        return {"metric": self.decline.metric.name} | {name: getattr(self.decline, name) for name in shared}


def without_test(so_far: RoundsSoFar, metric: str, nothing: float) -> RoundVerdict:
    """The verdict of a round whose `metric` is `nothing`, without any statistics: it has collapsed if an earlier round
    of its line had something. Where none had, the model was not asked well, or `max_tokens` are too few."""
    before = [so_far.metric(metric, round=round) for round in so_far.line[:-1]]
    return "COLLAPSE" if any(row and row.value not in (None, nothing) for row in before) else "NOT_ENOUGH_DATA"
