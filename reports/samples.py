"""The samples that a page shows without its script: which, and each one's texts and tests as JSON.

Texts are passed on as they are; making them safe and visible is the renderer's job.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from reports.wording import NOTHING, name_followed, name_round, plural
from stores.browser_queries import BrowsedSample
from stores.sample_queries import ShownSample, count_samples, read_shown_samples
from stores.visible import clipped

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

as_json = json.JSONEncoder(ensure_ascii=False).encode
"""Made once: a page has thousands of calls and answers."""

NUM_SHOWN = 20
TEXT_LIMIT = 20_000
"""Characters of one text that are shown."""
TEST_LIMIT = 2_000
"""Characters of one test's call, answer or detail that are shown."""

RULE = (
    "Dealt out in turn over problem set and verdict; within each, one sample a problem, "
    "first the problems whose solve rate moved most since {before}."
)

NO_CODE = {
    "no_code:none": "No code: the completion holds no code fence.",
    "no_code:truncated": "No code: a code fence was opened and never closed.",
}


def samples_view(connection: DuckDBPyConnection, run_id: str, round: int, previous: int | None) -> dict[str, Any]:
    """Up to NUM_SHOWN evaluation samples of one round, with the rule they were chosen by."""
    items = [_sample(row, previous) for row in read_shown_samples(connection, run_id, round, previous, NUM_SHOWN)]
    total = count_samples(connection, run_id, round, "eval")
    rule = RULE.format(before=name_followed(round, previous))
    return {"rule": rule, "shown": f"{len(items):,} of {plural(total, 'evaluation sample')}", "items": items}


def _sample(row: ShownSample, previous: int | None) -> dict[str, Any]:
    return {
        "problem_set": row.problem_set,
        "problem_id": row.problem_id,
        "sample_idx": row.sample_idx,
        "verdict": row.verdict,
        "passed": row.verdict == "pass",
        "facts": [*sample_facts(row), _solved(row, previous)],
        # A failed test shows its own detail, a missing program its own reason.
        "detail": "" if row.test_results or row.code is None else clip(row.detail, TEST_LIMIT),
        "prompt": clip(row.prompt, TEXT_LIMIT),
        "completion": clip(row.completion, TEXT_LIMIT),
        "code": None if row.code is None else clip(row.code, TEXT_LIMIT),
        "no_code": NO_CODE.get(row.extraction, ""),
        **_tests(row),
    }


def sample_facts(row: ShownSample | BrowsedSample) -> list[str]:
    """How a sample was drawn, how it ended and how far it came."""
    return [
        row.decode_id,
        plural(row.num_completion_tokens, "token"),
        "ended by itself" if row.finish_reason == "stop" else "cut off at the token limit",
        f"{row.num_passed} of {plural(row.num_tests, 'test')} passed",
    ]


def _solved(row: ShownSample, previous: int | None) -> str:
    passed, graded = row.solved_now
    text = f"problem solved {passed} of {graded} times"
    if row.solved_before is None or previous is None:
        return text
    passed, graded = row.solved_before
    return f"{text} ({name_round(previous)}: {passed} of {graded})"


def _tests(row: ShownSample) -> dict[str, Any]:
    """The tests that ran, each with its call and answer where the problem is tested by cases, and the check program."""
    cases, check = tests_of(row.tests_json)
    return {
        "check": None if check is None else clip(check, TEXT_LIMIT),
        "tests": [_test(row, cases, result) for result in row.test_results],
    }


def _test(row: ShownSample, cases: list[dict[str, Any]], result: dict[str, Any]) -> dict[str, Any]:
    index = result["test_idx"]
    call, expected = f"check({row.entry_point})", NOTHING
    if index < len(cases):
        call, expected = case_texts(row.entry_point, cases[index])
    return {
        "index": index,
        "call": clip(call, TEST_LIMIT),
        "expected": clip(expected, TEST_LIMIT),
        "verdict": result["verdict"],
        "passed": result["verdict"] == "pass",
        "detail": clip(result["detail"], TEST_LIMIT),
    }


def tests_of(tests_json: str) -> tuple[list[dict[str, Any]], str | None]:
    """A problem's cases, {args, expected} each, or the program that checks it; neither where its row is missing."""
    document = json.loads(tests_json) if tests_json else []
    return (document, None) if isinstance(document, list) else ([], document["check"])


def case_texts(entry_point: str, case: dict[str, Any]) -> tuple[str, str]:
    """A case's call and the answer expected, as text: `add(1, [2])` and `3`."""
    return f"{entry_point}({', '.join(map(as_json, case['args']))})", as_json(case["expected"])


def clip(text: str, limit: int) -> str:
    """As much of a text as a page holds."""
    return clipped(text, limit, "the run's tables hold them all")
