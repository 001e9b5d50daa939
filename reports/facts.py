"""All that a run's reports are computed from, read once: rows in, look-ups out."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from ssd_iter.exceptions import NotFoundError
from ssd_iter.grading.pass_at_k import pass_at_k
from ssd_iter.records import Finding, Metric, Round, Run
from stores.queries import (
    Outcome,
    Tally,
    read_drop_tallies,
    read_engines,
    read_findings,
    read_isolations,
    read_metrics,
    read_outcomes,
    read_rounds,
    read_run,
    read_verdict_tallies,
)

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ALL = "all"
"""The name under which metrics of all problem sets together stand."""


class Asked(Protocol):
    """A row about one evaluation problem."""

    @property
    def decode_id(self) -> str: ...
    @property
    def problem_id(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about a run's rounds that have ended."""

    run: Run
    rounds: tuple[Round, ...]
    metrics: dict[tuple[int, str, str, str], Metric]
    """By round, name, purpose and problem set."""
    outcomes: tuple[Outcome, ...]
    findings: tuple[Finding, ...]
    verdict_tallies: tuple[Tally, ...]
    drop_tallies: tuple[Tally, ...]
    engines: tuple[str, ...]
    isolations: tuple[str, ...]

    def up_to(self, round: int) -> Facts:
        """The same run as it stood when `round` ended. NotFoundError where that round has not ended."""
        ended = [row.round for row in self.rounds]
        if round not in ended:
            there = ", ".join(map(str, ended)) or "none"
            raise NotFoundError(f"run {self.run.run_id!r} has no ended round {round}; rounds that ended: {there}")
        return replace(
            self,
            rounds=tuple(row for row in self.rounds if row.round <= round),
            metrics={key: metric for key, metric in self.metrics.items() if metric.round <= round},
            outcomes=tuple(outcome for outcome in self.outcomes if outcome.round <= round),
            findings=tuple(finding for finding in self.findings if finding.round <= round),
        )

    def row(self, round: int) -> Round:
        """An ended round's own row; StopIteration where it has not ended."""
        return next(row for row in self.rounds if row.round == round)

    def metric(self, round: int | None, name: str, purpose: str, problem_set: str = ALL) -> Metric | None:
        """One metric; None where it was not recorded."""
        return None if round is None else self.metrics.get((round, name, purpose, problem_set))

    def value(self, round: int | None, name: str, purpose: str, problem_set: str = ALL) -> float | None:
        """One metric's value; None where it was not recorded or is not defined."""
        metric = self.metric(round, name, purpose, problem_set)
        return metric.value if metric else None

    def share(self, round: int | None, name: str, purpose: str) -> float | None:
        """A count of samples as share of all that were sampled; None where either was not recorded."""
        count, sampled = self.value(round, name, purpose), self.value(round, "num_sampled", purpose)
        return count / sampled if count is not None and sampled else None

    @property
    def problem_sets(self) -> tuple[str, ...]:
        """What results are shown for: all together first, then each set where there are several."""
        sets = sorted({outcome.problem_set for outcome in self.outcomes})
        return (ALL, *sets) if len(sets) > 1 else (ALL,)

    def title_of(self, problem_set: str) -> str:
        """`all problems` where there are several sets, else the set's own name."""
        sets = {outcome.problem_set for outcome in self.outcomes}
        if problem_set != ALL:
            return problem_set
        return sets.pop() if len(sets) == 1 else "all problems"

    @property
    def ks(self) -> tuple[int, ...]:
        """The k for which some round has a pass@k, rising."""
        found = {match[1] for _, name, *_ in self.metrics if (match := re.fullmatch(r"pass_at_(\d+)", name))}
        return tuple(sorted(map(int, found)))

    @property
    def rollbacks(self) -> dict[int, int]:
        """Each round that follows another than the one before, and which."""
        parents = {row.round: row.parent_round for row in self.rounds if row.parent_round is not None}
        return {round: parent for round, parent in parents.items() if parent != round - 1}

    def ancestors(self, round: int) -> list[int]:
        """The rounds that led to this one, the one it follows first, as far as they are on record."""
        parents = {row.round: row.parent_round for row in self.rounds}
        line = [round]
        while (parent := parents.get(line[-1])) is not None:
            line.append(parent)
        return line[1:]

    def line(self, round: int) -> list[int]:
        """The rounds that led to this one and itself, the base first."""
        return [*reversed(self.ancestors(round)), round]

    def previous(self, round: int) -> int | None:
        """The round it follows, or where that was not evaluated, the nearest ancestor that was; None for the base."""
        return next((ancestor for ancestor in self.ancestors(round) if self.graded(ancestor)), None)

    def compared_with(self, round: int) -> list[int]:
        """The rounds a round is compared with: the previous one and the base."""
        previous = self.previous(round)
        return [] if previous is None else list(dict.fromkeys([previous, 0]))

    def graded(self, round: int, problem_set: str = ALL) -> list[Outcome]:
        """The evaluation problems of one round."""
        return [o for o in self.outcomes if o.round == round and problem_set in (ALL, o.problem_set)]

    def rates(self, round: int, problem_set: str, k: int) -> dict[str, float]:
        """Each problem's pass@k in one round; problems with fewer than k graded samples are left out."""
        rates = {problem_key(o): pass_at_k(o.num_samples, o.num_passed, k) for o in self.graded(round, problem_set)}
        return {key: rate for key, rate in rates.items() if rate is not None}


def problem_key(row: Asked) -> str:
    """What one problem under one decoding is called where rounds are paired by problem."""
    return f"{row.decode_id} {row.problem_id}"


def load_facts(connection: DuckDBPyConnection, run_id: str) -> Facts:
    """Read a run. NotFoundError where the store does not hold it."""
    metrics = read_metrics(connection, run_id)
    return Facts(
        run=read_run(connection, run_id),
        rounds=tuple(read_rounds(connection, run_id)),
        metrics={(row.round, row.name, row.purpose, row.problem_set): row for row in metrics},
        outcomes=tuple(read_outcomes(connection, run_id)),
        findings=tuple(read_findings(connection, run_id)),
        verdict_tallies=tuple(read_verdict_tallies(connection, run_id)),
        drop_tallies=tuple(read_drop_tallies(connection, run_id)),
        engines=tuple(read_engines(connection, run_id)),
        isolations=tuple(read_isolations(connection, run_id)),
    )
