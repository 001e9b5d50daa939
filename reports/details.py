"""One round looked at closely: each problem's own numbers, lengths, training steps and dropped samples."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.facts import Facts, problem_key
from ssd_iter.metrics.by_problem import values_of
from ssd_iter.records import ProblemCounts, TrainStep
from stores.round_queries import (
    DroppedSample,
    LengthTally,
    ProblemForm,
    Traits,
    read_dropped_samples,
    read_largest_memory,
    read_lengths,
    read_problem_counts,
    read_problem_forms,
    read_train_steps,
    read_traits,
)

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

EXAMPLES = 3
"""Dropped samples that are shown of each reason."""
EXCERPT = 400
"""Characters of each."""

Values = Mapping[str, float]
"""One number a problem, by its `problem_key`."""


@dataclass(frozen=True, slots=True)
class Details:
    """What is known of one round, and of those that it is compared with, beyond the run's facts."""

    values: Mapping[tuple[int, str], Values]
    """By round and metric; a problem for which the metric is not defined is left out."""
    lengths: tuple[LengthTally, ...]
    traits: Mapping[str, Traits]
    """By problem id."""
    steps: tuple[TrainStep, ...]
    dropped: tuple[DroppedSample, ...]
    largest_memory: float | None
    """MiB, of the programs that were tested."""

    def of(self, round: int, name: str) -> Values:
        """Each problem's value of a metric in a round; empty where none is known."""
        return self.values.get((round, name), {})


def load_details(connection: DuckDBPyConnection, facts: Facts, round: int) -> Details:
    """Read what a report of `round` needs."""
    run_id, rounds = facts.run.run_id, [round, *facts.compared_with(round)]
    counts = read_problem_counts(connection, run_id, rounds)
    forms = read_problem_forms(connection, run_id, rounds)
    return Details(
        values=values_by_problem(counts, forms, facts.ks),
        lengths=tuple(read_lengths(connection, run_id, rounds)),
        traits={row.problem_id: row for row in read_traits(connection, run_id, round)},
        steps=tuple(read_train_steps(connection, run_id, round)),
        dropped=tuple(read_dropped_samples(connection, run_id, round, EXAMPLES, EXCERPT)),
        largest_memory=read_largest_memory(connection, run_id, round),
    )


def values_by_problem(
    counts: Iterable[ProblemCounts], forms: Iterable[ProblemForm], ks: Sequence[int]
) -> dict[tuple[int, str], dict[str, float]]:
    """Each problem's own value of the metrics that are means over problems, by round and name."""
    values: dict[tuple[int, str], dict[str, float]] = defaultdict(dict)
    told: list[tuple[ProblemCounts | ProblemForm, dict[str, float | None]]] = [
        *((row, _of_counts(row, ks)) for row in counts),
        *((row, _of_form(row)) for row in forms),
    ]
    for row, own in told:
        for name, value in own.items():
            if value is not None:
                values[row.round, name][problem_key(row)] = value
    return dict(values)


def _of_form(row: ProblemForm) -> dict[str, float | None]:
    return {"truncation_rate": row.truncation_rate, "mean_completion_tokens": row.mean_completion_tokens}


def _of_counts(row: ProblemCounts, ks: Sequence[int]) -> dict[str, float | None]:
    return values_of(row, ks) | {"extraction_rate": row.extracted / row.n if row.n else None}
