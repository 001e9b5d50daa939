"""Problems as rows of a run and back: what is in a run's shards is what was asked."""

from __future__ import annotations

import json
from typing import cast

from ssd_iter.problems.base import Comparison, Problem, Style, TestCase
from ssd_iter.records import ProblemRow, Purpose
from ssd_iter.run.paths import RunPaths
from ssd_iter.run.shards import read_shards, write_shard


def write_problems(run: RunPaths, purpose: Purpose, problems: list[Problem]) -> None:
    """Put a run's problems on record, once; existing ones are left alone."""
    path = run.shard("problems", 0, purpose)
    if not path.exists():
        write_shard(path, [to_row(problem, run.run_id, purpose) for problem in problems], ProblemRow)


def read_problems(run: RunPaths, purpose: Purpose) -> list[Problem]:
    """A run's problems of one purpose, in the order they were given; a round is looked at again on those of `eval`."""
    path = run.shard("problems", 0, "eval" if purpose == "resample" else purpose)
    return [from_row(row) for row in read_shards([path], ProblemRow)]


def to_row(problem: Problem, run_id: str, purpose: Purpose) -> ProblemRow:
    """The row that says how this run uses a problem."""
    return ProblemRow(
        run_id=run_id,
        round=0,
        purpose=purpose,
        problem_id=problem.problem_id,
        problem_set=problem.problem_set,
        selector=problem.selector,
        split=problem.split,
        style=problem.style,
        statement=problem.statement,
        starter_code=problem.starter_code,
        entry_point=problem.entry_point,
        preamble=problem.preamble,
        comparison=problem.comparison,
        inproc=problem.inproc,
        tests_json=problem.tests_json,
        statement_in_code=problem.statement_in_code,
        reference=problem.reference,
        time_limit=problem.time_limit,
        memory_mb=problem.memory_mb,
        level=problem.level,
        difficulty=problem.difficulty,
        date=problem.date,
        tags=problem.tags,
        family=problem.family,
        content_sha256=problem.content_sha256,
        semantic_key=problem.semantic_key,
        source_version=problem.source_version,
        licence=problem.licence,
    )


def from_row(row: ProblemRow) -> Problem:
    """The problem a row was made from."""
    tests = json.loads(row.tests_json)
    cases = (
        () if isinstance(tests, dict) else tuple(TestCase(tuple(t["args"]), t["expected"], t["visible"]) for t in tests)
    )
    return Problem(
        problem_id=row.problem_id,
        problem_set=row.problem_set,
        selector=row.selector,
        split=row.split,
        style=cast(Style, row.style),
        statement=row.statement,
        starter_code=row.starter_code,
        entry_point=row.entry_point,
        preamble=row.preamble,
        cases=cases,
        check=tests["check"] if isinstance(tests, dict) else None,
        comparison=cast(Comparison, row.comparison),
        inproc=row.inproc,
        statement_in_code=row.statement_in_code,
        reference=row.reference,
        time_limit=row.time_limit,
        memory_mb=row.memory_mb,
        level=row.level,
        difficulty=row.difficulty,
        date=row.date,
        tags=row.tags,
        family=row.family,
        semantic_key=row.semantic_key,
        source_version=row.source_version,
        licence=row.licence,
    )
