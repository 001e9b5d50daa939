"""What the sample browser holds: as many samples of a round as fit, their problems, and what older rounds wrote.

Read only, parameters only. Which rows are wanted is decided on narrow columns; texts are read for those alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True, slots=True)
class BrowsedSample:
    """One evaluation sample with its texts and the tests that it failed."""

    decode_id: str
    problem_id: str
    sample_idx: int
    completion: str
    finish_reason: str
    num_completion_tokens: int
    extraction: str
    code: str | None
    verdict: str
    detail: str
    num_tests: int
    num_passed: int
    failed: list[dict[str, Any]]
    """{test_idx, verdict, detail}, in order."""


BROWSED_SAMPLES = """
WITH graded AS (FROM executions WHERE run_id = $run_id AND round = $round AND purpose = 'eval'),
drawn AS (FROM samples WHERE run_id = $run_id AND round = $round AND purpose = 'eval'),
lots AS (
    SELECT decode_id, problem_id, sample_idx, verdict,
           md5(concat_ws('/', $seed::BIGINT, decode_id, problem_id, sample_idx)) AS lot,
           least(length(completion), $longest) + least(coalesce(length(code), 0), $longest) AS size
    FROM graded JOIN drawn USING (decode_id, problem_id, sample_idx)
),
nth AS (SELECT *, row_number() OVER (PARTITION BY decode_id, problem_id, verdict ORDER BY lot) AS nth FROM lots),
dealt AS (
    SELECT decode_id, problem_id, sample_idx, row_number() OVER deal AS place, sum(size) OVER deal AS total_size
    FROM nth
    WINDOW deal AS (ORDER BY nth, lot)
),
chosen AS (FROM dealt WHERE place <= $count AND total_size <= $size),
failures AS (
    SELECT decode_id, problem_id, sample_idx,
           list({test_idx: test_idx, verdict: verdict, detail: detail} ORDER BY test_idx) AS failed
    FROM test_results
    WHERE run_id = $run_id AND round = $round AND purpose = 'eval' AND verdict <> 'pass'
    GROUP BY ALL
)
SELECT decode_id, problem_id, sample_idx, completion, finish_reason, num_completion_tokens,
       extraction, code, verdict, detail, num_tests, num_passed, coalesce(failed, [])
FROM chosen
JOIN graded USING (decode_id, problem_id, sample_idx)
JOIN drawn USING (decode_id, problem_id, sample_idx)
LEFT JOIN failures USING (decode_id, problem_id, sample_idx)
ORDER BY graded.problem_set, problem_id, decode_id, sample_idx
"""


def read_browsed_samples(
    connection: DuckDBPyConnection, run_id: str, round: int, seed: int, count: int, size: int, longest: int
) -> list[BrowsedSample]:
    """At most `count` graded evaluation samples of a round, of at most `size` characters, by problem.

    A text counts with at most `longest` characters. One sample of each problem x verdict comes before a second of any;
    which, is drawn by `seed`.
    """
    parameters = {
        "run_id": run_id, "round": round, "seed": seed, "count": count, "size": size, "longest": longest,
    }  # fmt: skip
    return [BrowsedSample(*row) for row in connection.execute(BROWSED_SAMPLES, parameters).fetchall()]


@dataclass(frozen=True, slots=True)
class BrowsedProblem:
    """One evaluation problem as a round asked it."""

    decode_id: str
    problem_id: str
    problem_set: str
    prompt: str
    level: str
    """Its level, or its difficulty in the source's own word; empty where it has neither."""
    entry_point: str
    tests_json: str
    """Empty where the problem's row is missing, or its tests are longer than asked for."""


BROWSED_PROBLEMS = """
WITH tasks AS (
    SELECT problem_id, arg_max(entry_point, round) AS entry_point, arg_max(tests_json, round) AS tests_json,
           coalesce('level ' || arg_max(level, round), arg_max(difficulty, round), '') AS level
    FROM problems
    WHERE run_id = $run_id AND purpose = 'eval'
    GROUP BY problem_id
)
SELECT decode_id, problem_id, problem_set, arg_min(prompt, sample_idx), coalesce(any_value(level), ''),
       coalesce(any_value(entry_point), ''),
       coalesce(any_value(tests_json) FILTER (WHERE length(tests_json) <= $longest), '')
FROM samples LEFT JOIN tasks USING (problem_id)
WHERE run_id = $run_id AND round = $round AND purpose = 'eval'
GROUP BY decode_id, problem_id, problem_set
"""


def read_browsed_problems(
    connection: DuckDBPyConnection, run_id: str, round: int, longest: int
) -> dict[tuple[str, str], BrowsedProblem]:
    """The evaluation problems of a round by decode_id and problem_id; tests of over `longest` characters left out."""
    rows = connection.execute(BROWSED_PROBLEMS, {"run_id": run_id, "round": round, "longest": longest}).fetchall()
    return {row[:2]: BrowsedProblem(*row) for row in rows}


@dataclass(frozen=True, slots=True)
class TypicalSample:
    """What one round wrote for one problem, most of the time."""

    round: int
    decode_id: str
    problem_id: str
    sample_idx: int
    verdict: str
    text: str
    """Its code, or its whole completion where it holds none."""


TYPICAL_SAMPLES = """
WITH counted AS (
    SELECT round, decode_id, problem_id, sample_idx,
           count(*) OVER (PARTITION BY round, decode_id, problem_id, verdict) AS num_verdict,
           count(*) OVER (PARTITION BY round, decode_id, problem_id, verdict, normal_sha256) AS num_program
    FROM executions
    WHERE run_id = $run_id AND purpose = 'eval' AND verdict <> 'sandbox_error'
      AND list_contains($rounds, round) AND problem_id IN (SELECT unnest($problem_ids))
),
typical AS (
    FROM counted
    QUALIFY row_number() OVER (
        PARTITION BY round, decode_id, problem_id ORDER BY num_verdict DESC, num_program DESC, sample_idx
    ) = 1
)
SELECT round, decode_id, problem_id, sample_idx, verdict, coalesce(code, completion)
FROM typical
JOIN (FROM executions WHERE run_id = $run_id AND purpose = 'eval' AND list_contains($rounds, round)) AS e
    USING (round, decode_id, problem_id, sample_idx)
JOIN (FROM samples WHERE run_id = $run_id AND purpose = 'eval' AND list_contains($rounds, round)) AS s
    USING (round, decode_id, problem_id, sample_idx)
ORDER BY ALL
"""


def read_typical_samples(
    connection: DuckDBPyConnection, run_id: str, rounds: Sequence[int], problem_ids: Sequence[str]
) -> list[TypicalSample]:
    """One sample a round and problem: of the commonest verdict the commonest program, of that the first sample.

    Programs are the same where they differ in layout and names of locals at most (`normal_sha256`).
    """
    parameters = {"run_id": run_id, "rounds": list(rounds), "problem_ids": list(problem_ids)}
    return [TypicalSample(*row) for row in connection.execute(TYPICAL_SAMPLES, parameters).fetchall()]
