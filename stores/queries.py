"""What reports and the command line read from a run's tables: each query beside the dataclass it fills.

Read only, parameters only, one run at a time. Every key and GROUP BY holds `purpose` and `decode_id`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_type_hints

from ssd_iter.exceptions import NotFoundError
from ssd_iter.records import Event, Finding, Metric, Purpose, Round, Run, Verdict

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


@dataclass(frozen=True, slots=True)
class ShownSample:
    """One evaluation sample for a reader, with the tests that ran."""

    problem_set: str
    problem_id: str
    decode_id: str
    sample_idx: int
    prompt: str
    completion: str
    finish_reason: str
    num_completion_tokens: int
    extraction: str
    code: str | None
    verdict: str
    detail: str
    num_tests: int
    num_passed: int
    entry_point: str
    tests_json: str
    """Empty where the problem's row is missing."""
    test_results: list[dict[str, Any]]
    """{test_idx, verdict, detail}, in order."""
    solved_now: tuple[int, int]
    """Passed and graded samples of this problem in this round."""
    solved_before: tuple[int, int] | None
    """The same in the round it is compared with."""


SHOWN_SAMPLES = f"""
WITH outcomes AS ({OUTCOMES}),
now AS (FROM outcomes WHERE round = $round),
before AS (FROM outcomes WHERE round = $previous),
tests AS (
    SELECT decode_id, problem_id, sample_idx,
           list({{test_idx: test_idx, verdict: verdict, detail: detail}} ORDER BY test_idx) AS test_results
    FROM test_results WHERE run_id = $run_id AND round = $round AND purpose = 'eval' GROUP BY ALL
),
texts AS (
    SELECT problem_id, arg_max(entry_point, round) AS entry_point, arg_max(tests_json, round) AS tests_json
    FROM problems WHERE run_id = $run_id AND purpose = 'eval' GROUP BY ALL
),
nth AS (
    SELECT *, row_number() OVER (PARTITION BY problem_set, verdict, decode_id, problem_id ORDER BY sample_idx) AS nth
    FROM executions WHERE run_id = $run_id AND round = $round AND purpose = 'eval'
),
ranked AS (
    SELECT nth.*, now.num_passed AS solved, now.num_samples AS graded,
           before.num_passed AS solved_before, before.num_samples AS graded_before,
           row_number() OVER (
               PARTITION BY nth.problem_set, verdict
               ORDER BY nth, abs(solved / graded - solved_before / graded_before) DESC NULLS LAST,
                        problem_id, decode_id, sample_idx
           ) AS rank
    FROM nth LEFT JOIN now USING (decode_id, problem_id) LEFT JOIN before USING (decode_id, problem_id)
)
SELECT r.problem_set, problem_id, decode_id, sample_idx, prompt, completion, finish_reason, num_completion_tokens,
       extraction, code, verdict, detail, num_tests, r.num_passed,
       coalesce(entry_point, ''), coalesce(tests_json, ''), coalesce(test_results, []),
       (coalesce(solved, 0), coalesce(graded, 0)),
       CASE WHEN graded_before IS NOT NULL THEN (solved_before, graded_before) END
FROM ranked AS r
JOIN samples AS s USING (run_id, round, purpose, decode_id, problem_id, sample_idx)
LEFT JOIN texts USING (problem_id)
LEFT JOIN tests USING (decode_id, problem_id, sample_idx)
ORDER BY rank, r.problem_set, list_position($verdicts, verdict), problem_id
LIMIT $count
"""


def read_shown_samples(
    connection: DuckDBPyConnection, run_id: str, round: int, previous: int | None, count: int
) -> list[ShownSample]:
    """Evaluation samples of one round, chosen by rule.

    The samples are dealt out in turn over problem set x verdict; within each, one sample a problem before a
    second of any, and first the problems whose solve rate moved most since round `previous`.
    """
    parameters = {
        "run_id": run_id, "round": round, "previous": previous, "count": count, "verdicts": list(get_args(Verdict)),
    }  # fmt: skip
    return _read(connection, ShownSample, SHOWN_SAMPLES, parameters)


def count_samples(connection: DuckDBPyConnection, run_id: str, round: int, purpose: Purpose) -> int:
    """How many samples a round has for one purpose."""
    sql = "SELECT count(*) FROM samples WHERE run_id = ? AND round = ? AND purpose = ?"
    (count,) = connection.execute(sql, [run_id, round, purpose]).fetchall()[0]
    return int(count)


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
