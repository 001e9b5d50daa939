"""What a round's report reads beyond the run's facts: rows of that round and of those it is compared with.

Read only, parameters only. A table whose shards are missing gives no rows: the report says what it lacks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, TypeVar

from ssd_iter.records import ProblemCounts, Purpose, TrainStep

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Row = TypeVar("Row")


def read_problem_counts(connection: DuckDBPyConnection, run_id: str, rounds: Sequence[int]) -> list[ProblemCounts]:
    """What each evaluation problem's samples came to in some rounds; fresh samples of a second look are left out."""
    sql = f"""
    SELECT {", ".join(field.name for field in fields(ProblemCounts))} FROM problem_counts
    WHERE run_id = $run_id AND purpose = 'eval' AND list_contains($rounds, round)
    ORDER BY round, decode_id, problem_id
    """
    return _read(connection, ProblemCounts, sql, {"run_id": run_id, "rounds": list(rounds)})


def read_train_steps(connection: DuckDBPyConnection, run_id: str, round: int) -> list[TrainStep]:
    """The optimizer steps of one round, in order."""
    sql = f"""
    SELECT {", ".join(field.name for field in fields(TrainStep))} FROM train_steps
    WHERE run_id = $run_id AND round = $round ORDER BY step
    """
    return _read(connection, TrainStep, sql, {"run_id": run_id, "round": round})


@dataclass(frozen=True, slots=True)
class ProblemForm:
    """The form of one evaluation problem's completions in one round."""

    round: int
    decode_id: str
    problem_id: str
    truncation_rate: float
    """Share of samples that `max_tokens` cut off."""
    mean_completion_tokens: float


def read_problem_forms(connection: DuckDBPyConnection, run_id: str, rounds: Sequence[int]) -> list[ProblemForm]:
    """Truncation and length by evaluation problem, in some rounds."""
    sql = """
    SELECT round, decode_id, problem_id,
           avg((finish_reason = 'length')::DOUBLE) AS truncation_rate, avg(num_completion_tokens) AS mean_tokens
    FROM samples WHERE run_id = $run_id AND purpose = 'eval' AND list_contains($rounds, round)
    GROUP BY ALL ORDER BY round, decode_id, problem_id
    """
    return _read(connection, ProblemForm, sql, {"run_id": run_id, "rounds": list(rounds)})


@dataclass(frozen=True, slots=True)
class LengthTally:
    """How many completions of one round are exactly so long."""

    round: int
    purpose: Purpose
    num_tokens: int
    num_samples: int
    num_cut: int
    """Those that `max_tokens` cut off."""


def read_lengths(connection: DuckDBPyConnection, run_id: str, rounds: Sequence[int]) -> list[LengthTally]:
    """The lengths of training and evaluation completions, shortest first."""
    sql = """
    SELECT round, purpose, num_completion_tokens, count(*), count(*) FILTER (WHERE finish_reason = 'length')
    FROM samples WHERE run_id = $run_id AND purpose IN ('train', 'eval') AND list_contains($rounds, round)
    GROUP BY ALL ORDER BY round, purpose, num_completion_tokens
    """
    return _read(connection, LengthTally, sql, {"run_id": run_id, "rounds": list(rounds)})


@dataclass(frozen=True, slots=True)
class Traits:
    """What kind of problem an evaluation problem is, as far as its source says."""

    problem_id: str
    split: str
    style: str
    level: int | None
    difficulty: str | None
    family: str | None


def read_traits(connection: DuckDBPyConnection, run_id: str, round: int) -> list[Traits]:
    """The evaluation problems that the run had used when `round` ended."""
    columns = ", ".join(f"arg_max({name}, round)" for name in ("split", "style", "level", "difficulty", "family"))
    sql = f"""
    SELECT problem_id, {columns} FROM problems
    WHERE run_id = $run_id AND purpose = 'eval' AND round <= $round GROUP BY problem_id ORDER BY problem_id
    """
    return _read(connection, Traits, sql, {"run_id": run_id, "round": round})


@dataclass(frozen=True, slots=True)
class DroppedSample:
    """A training sample that was not trained on, and how it begins."""

    reason: str
    problem_id: str
    sample_idx: int
    num_tokens: int | None
    excerpt: str | None
    """None where the sample's own row is missing."""


def read_dropped_samples(
    connection: DuckDBPyConnection, run_id: str, round: int, count: int, length: int
) -> list[DroppedSample]:
    """Up to `count` dropped samples of each reason, drawn by a hash of their names; `length` characters of each."""
    sql = """
    WITH dropped AS (
        SELECT *, row_number() OVER (
            PARTITION BY reason ORDER BY md5(problem_id || '/' || sample_idx::VARCHAR), problem_id, decode_id
        ) AS nth
        FROM filter_verdicts WHERE run_id = $run_id AND round = $round AND NOT keep
    )
    SELECT reason, problem_id, sample_idx, num_completion_tokens, left(completion, $length)
    FROM dropped LEFT JOIN samples USING (run_id, round, purpose, decode_id, problem_id, sample_idx)
    WHERE nth <= $count ORDER BY reason, nth
    """
    parameters = {"run_id": run_id, "round": round, "count": count, "length": length}
    return _read(connection, DroppedSample, sql, parameters)


def read_largest_memory(connection: DuckDBPyConnection, run_id: str, round: int) -> float | None:
    """Peak memory in MiB of the round's largest tested program; None where none was run."""
    sql = "SELECT max(max_rss_mb) FROM executions WHERE run_id = $run_id AND round = $round AND purpose = 'eval'"
    ((largest,),) = connection.execute(sql, {"run_id": run_id, "round": round}).fetchall()
    return None if largest is None else float(largest)


def _read(connection: DuckDBPyConnection, row_type: type[Row], sql: str, parameters: dict[str, Any]) -> list[Row]:
    rows = connection.execute(sql, parameters).fetchall()
    return [row_type(**dict(zip(_names(row_type), row, strict=True))) for row in rows]


def _names(row_type: type) -> list[str]:
    return [field.name for field in fields(row_type)]
