"""What reports and the command line read from a run's tables: each query beside the dataclass it fills.

Read only, parameters only, one run at a time. Every key and GROUP BY holds `purpose` and `decode_id`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar, get_type_hints

from ssd_iter.exceptions import NotFoundError
from ssd_iter.records import Event, Finding, Metric, ProblemCounts, Round, Run

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Row = TypeVar("Row")


def read_run(connection: DuckDBPyConnection, run_id: str) -> Run:
    """The run's row; NotFoundError where the store does not hold it."""
    found = _read_table(connection, "runs", Run, run_id, "rounds DESC")
    if not found:
        raise NotFoundError(f"run {run_id!r} is not in this store; `ssd-iter runs` lists the runs there are")
    return found[0]


def read_rounds(connection: DuckDBPyConnection, run_id: str) -> list[Round]:
    """The rounds that have ended, in order."""
    return _read_table(connection, "rounds", Round, run_id, "round")


def read_metrics(connection: DuckDBPyConnection, run_id: str) -> list[Metric]:
    """All metrics of all rounds."""
    return _read_table(connection, "metrics", Metric, run_id, "round, name, purpose, problem_set")


def read_compared_counts(connection: DuckDBPyConnection, run_id: str) -> list[ProblemCounts]:
    """What the detectors compare. Fresh samples of a round's second look come last and so stand for the round."""
    return _read_table(connection, "problem_counts", ProblemCounts, run_id, "purpose, round, decode_id, problem_id")


def read_findings(connection: DuckDBPyConnection, run_id: str) -> list[Finding]:
    """All findings, by round."""
    return _read_table(connection, "findings", Finding, run_id, "round, severity, name, message")


def read_events(connection: DuckDBPyConnection, run_id: str) -> list[Event]:
    """All events, oldest first."""
    return _read_table(connection, "events", Event, run_id, "created_at, round, stage, kind, message")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How often one evaluation problem was solved in one round."""

    round: int
    decode_id: str
    problem_set: str
    problem_id: str
    num_samples: int
    """Samples that were graded, at least 1: `no_code` counts, `sandbox_error` does not."""
    num_passed: int


OUTCOMES = """
SELECT round, decode_id, problem_set, problem_id,
       count(*) FILTER (WHERE verdict <> 'sandbox_error') AS num_samples,
       count(*) FILTER (WHERE verdict = 'pass') AS num_passed
FROM executions
WHERE run_id = $run_id AND purpose = 'eval'
GROUP BY ALL
HAVING num_samples > 0
"""


def read_outcomes(connection: DuckDBPyConnection, run_id: str) -> list[Outcome]:
    """Solved and graded samples of every evaluation problem of every round."""
    return _read(connection, Outcome, f"{OUTCOMES} ORDER BY ALL", {"run_id": run_id})


@dataclass(frozen=True, slots=True)
class Tally:
    """How many samples of one round carry one label."""

    round: int
    label: str
    num_samples: int


def read_verdict_tallies(connection: DuckDBPyConnection, run_id: str) -> list[Tally]:
    """How the evaluation samples ended, commonest first in each round."""
    sql = """
    SELECT round, verdict, count(*) AS num_samples FROM executions
    WHERE run_id = $run_id AND purpose = 'eval' GROUP BY ALL ORDER BY round, num_samples DESC, verdict
    """
    return _read(connection, Tally, sql, {"run_id": run_id})


def read_drop_tallies(connection: DuckDBPyConnection, run_id: str) -> list[Tally]:
    """Why training samples were dropped, commonest reason first in each round."""
    sql = """
    SELECT round, reason, count(*) AS num_samples FROM filter_verdicts
    WHERE run_id = $run_id AND NOT keep GROUP BY ALL ORDER BY round, num_samples DESC, reason
    """
    return _read(connection, Tally, sql, {"run_id": run_id})


def read_engines(connection: DuckDBPyConnection, run_id: str) -> list[str]:
    """The engines that drew this run's samples."""
    sql = "SELECT DISTINCT engine FROM samples WHERE run_id = $run_id ORDER BY engine"
    return [engine for (engine,) in connection.execute(sql, {"run_id": run_id}).fetchall()]


def read_isolations(connection: DuckDBPyConnection, run_id: str) -> list[str]:
    """What held this run's programs and under which limits, such as `ns, cpu3-mem1024-out16-ans8`."""
    sql = "SELECT DISTINCT isolation || ', ' || limits_id AS held FROM executions WHERE run_id = $run_id ORDER BY held"
    return [held for (held,) in connection.execute(sql, {"run_id": run_id}).fetchall()]


def _read_table(connection: DuckDBPyConnection, table: str, row_type: type[Row], run_id: str, order: str) -> list[Row]:
    hints = get_type_hints(row_type)
    # As microseconds: independent of the session's time zone, and of pytz being installed.
    columns = [f"epoch_us({name})" if hint is datetime else name for name, hint in hints.items()]
    sql = f"SELECT {', '.join(columns)} FROM {table} WHERE run_id = $run_id ORDER BY {order}"
    rows = connection.execute(sql, {"run_id": run_id}).fetchall()
    return [row_type(**{name: _python(row[i], hints[name]) for i, name in enumerate(hints)}) for row in rows]


def _python(value: Any, hint: Any) -> Any:
    if hint is datetime:
        return datetime.fromtimestamp(value / 1e6, UTC)
    return tuple(value) if isinstance(value, list) else value


def _read(connection: DuckDBPyConnection, row_type: type[Row], sql: str, parameters: dict[str, Any]) -> list[Row]:
    return [row_type(*row) for row in connection.execute(sql, parameters).fetchall()]
