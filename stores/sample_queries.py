"""A few samples with their texts and tests, chosen by rule, for a reader who looks at no more.

Read only, parameters only. Which samples are shown is decided on narrow columns; texts are read for those alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from ssd_iter.records import Purpose, Verdict
from stores.queries import OUTCOMES

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


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
graded AS (FROM executions WHERE run_id = $run_id AND round = $round AND purpose = 'eval'),
nth AS (
    SELECT problem_set, decode_id, problem_id, sample_idx, verdict,
           row_number() OVER (PARTITION BY problem_set, verdict, decode_id, problem_id ORDER BY sample_idx) AS nth
    FROM graded
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
),
shown AS (
    SELECT *, row_number() OVER (ORDER BY rank, problem_set, list_position($verdicts, verdict), problem_id) AS place
    FROM ranked QUALIFY place <= $count
),
tests AS (
    SELECT decode_id, problem_id, sample_idx,
           list({{test_idx: test_idx, verdict: verdict, detail: detail}} ORDER BY test_idx) AS test_results
    FROM (FROM test_results WHERE run_id = $run_id AND round = $round AND purpose = 'eval')
    SEMI JOIN shown USING (decode_id, problem_id, sample_idx)
    GROUP BY ALL
),
texts AS (
    SELECT problem_id, arg_max(entry_point, round) AS entry_point, arg_max(tests_json, round) AS tests_json
    FROM problems WHERE run_id = $run_id AND purpose = 'eval' GROUP BY ALL
)
SELECT shown.problem_set, problem_id, decode_id, sample_idx, prompt, completion, finish_reason, num_completion_tokens,
       extraction, code, e.verdict, detail, num_tests, num_passed,
       coalesce(entry_point, ''), coalesce(tests_json, ''), coalesce(test_results, []),
       (coalesce(solved, 0), coalesce(graded, 0)),
       CASE WHEN graded_before IS NOT NULL THEN (solved_before, graded_before) END
FROM shown
JOIN graded AS e USING (decode_id, problem_id, sample_idx)
JOIN (FROM samples WHERE run_id = $run_id AND round = $round AND purpose = 'eval') AS s
    USING (decode_id, problem_id, sample_idx)
LEFT JOIN texts USING (problem_id)
LEFT JOIN tests USING (decode_id, problem_id, sample_idx)
ORDER BY place
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
    return [ShownSample(*row) for row in connection.execute(SHOWN_SAMPLES, parameters).fetchall()]


def count_samples(connection: DuckDBPyConnection, run_id: str, round: int, purpose: Purpose) -> int:
    """How many samples a round has for one purpose."""
    sql = "SELECT count(*) FROM samples WHERE run_id = ? AND round = ? AND purpose = ?"
    (count,) = connection.execute(sql, [run_id, round, purpose]).fetchall()[0]
    return int(count)
