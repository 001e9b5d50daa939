"""Samples to read, a page at a time: those that a person's condition on `v_samples` holds for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ssd_iter.exceptions import ConfigError
from ssd_iter.records import Purpose
from ssd_iter.run.paths import RunPaths
from stores.sql_console import TIMEOUT_SECONDS, Parameters, answer, locked_down

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FAILED = "fail"
"""In place of a verdict: any but `pass` and `sandbox_error`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which samples; None asks for all."""

    round: int | None = None
    problem: str | None = None
    verdict: str | None = None
    """A verdict, or `fail` for any that is the candidate's own fault."""
    purpose: Purpose | None = None
    flipped: bool = False
    """Only evaluation samples of problems newly solved or newly lost since the round that theirs follows."""
    condition: str | None = None
    """An expression in SQL over the columns of `v_samples`."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some samples in the order of their keys, each with all columns of `v_samples`, its texts and its tests."""

    total: int
    """How many samples are wanted, on this page and others."""
    samples: list[dict[str, Any]]


_PAGE = """
CREATE TEMP TABLE page AS FROM v_samples WHERE {conditions}
ORDER BY round, purpose, decode_id, problem_id, sample_idx
LIMIT $limit OFFSET $offset
"""
# The rounds of a page as constants: of shards that are not in the database yet, only theirs are read.
_TEXTS = """
WITH tasks AS (
    SELECT problem_id, arg_max(entry_point, round) AS entry_point, arg_max(tests_json, round) AS tests_json
    FROM problems WHERE purpose = 'eval' GROUP BY ALL
),
results AS (
    SELECT round, purpose, decode_id, problem_id, sample_idx,
           list({test_idx: test_idx, verdict: verdict, detail: detail} ORDER BY test_idx) AS test_results
    FROM (FROM test_results WHERE round BETWEEN $first AND $last)
    SEMI JOIN page USING (round, purpose, decode_id, problem_id, sample_idx)
    GROUP BY ALL
)
SELECT page.*, s.prompt, s.completion, coalesce(e.code, f.code) AS code, e.detail, entry_point, tests_json, test_results
FROM page
JOIN (FROM samples WHERE round BETWEEN $first AND $last) AS s
    USING (round, purpose, decode_id, problem_id, sample_idx)
LEFT JOIN (FROM executions WHERE round BETWEEN $first AND $last) AS e
    USING (round, purpose, decode_id, problem_id, sample_idx)
LEFT JOIN (FROM filter_verdicts WHERE round BETWEEN $first AND $last) AS f
    USING (round, purpose, decode_id, problem_id, sample_idx)
LEFT JOIN tasks USING (problem_id)
LEFT JOIN results USING (round, purpose, decode_id, problem_id, sample_idx)
ORDER BY round, purpose, decode_id, problem_id, sample_idx
"""

_CONDITIONS = {
    "round": "round = $round",
    "problem": "problem_id = $problem",
    "purpose": "purpose = $purpose",
    "verdict": f"(verdict = $verdict OR ($verdict = '{FAILED}' AND verdict NOT IN ('pass', 'sandbox_error')))",
}
_FLIPPED = """purpose = 'eval'
    AND (round, decode_id, problem_id) IN (SELECT (round, decode_id, problem_id) FROM v_flips)"""


def read_page(
    paths: RunPaths, wanted: Wanted, limit: int, offset: int, *, timeout_seconds: float = TIMEOUT_SECONDS
) -> Page:
    """Read one page. ConfigError with DuckDB's message where the condition is none; it can read, and no more."""
    given = {name: getattr(wanted, name) for name in _CONDITIONS if getattr(wanted, name) is not None}
    conditions = ["true", *(_CONDITIONS[name] for name in given)]
    if wanted.flipped:
        conditions.append(_FLIPPED)
    if wanted.condition is not None:
        # On lines of its own: it may end in a comment.
        conditions.append(f"(\n{wanted.condition}\n)")
    where = " AND ".join(conditions)
    with locked_down(paths, timeout_seconds) as connection:
        total = _count(connection, where, given, wanted.condition)
        connection.execute(_PAGE.format(conditions=where), {**given, "limit": limit, "offset": offset})
        ((first, last),) = connection.execute("SELECT min(round), max(round) FROM page").fetchall()
        found = answer(connection, _TEXTS, {"first": first, "last": last})
    return Page(total, [dict(zip(found.columns, row, strict=True)) for row in found.rows])


def _count(connection: DuckDBPyConnection, where: str, given: Parameters, condition: str | None) -> int:
    """How many samples there are; what goes wrong here is the person's condition."""
    import duckdb

    try:
        if condition is not None:
            _refuse_unless_condition(connection, condition)
        ((total,),) = answer(connection, f"SELECT count(*) FROM v_samples WHERE {where}", given).rows
    except (duckdb.Error, ConfigError) as error:
        if condition is None or isinstance(error, duckdb.InterruptException):
            raise
        columns = ", ".join(name for name, *_ in connection.execute("DESCRIBE v_samples").fetchall())
        raise ConfigError(f"the filter {condition!r} is no condition: {error}\nIts columns are: {columns}") from None
    return int(total)


def _refuse_unless_condition(connection: DuckDBPyConnection, condition: str) -> None:
    """Raise unless it is one expression, true or false, that leaves the parentheses around it alone."""
    if not condition.strip():
        raise ConfigError("it is empty; leave it away, or say what shall hold, such as num_completion_tokens > 300")
    # What is whole by itself closes no parenthesis that it has not opened.
    alone = connection.extract_statements(f"SELECT\n{condition}")
    if len(alone) != 1 or alone[0].named_parameters:
        raise ConfigError("it is to be one expression without parameters")
    described = connection.execute(f"DESCRIBE SELECT (\n{condition}\n) FROM v_samples").fetchall()
    kinds = [kind for _, kind, *_ in described]
    if kinds != ["BOOLEAN"]:
        raise ConfigError(f"it is a {', '.join(kinds)}, neither true nor false")
