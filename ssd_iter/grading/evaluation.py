"""From samples to verdicts: extract, decide what needs no run, run each distinct program once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields

from ssd_iter.exceptions import DataError
from ssd_iter.execution.limits import Limits
from ssd_iter.execution.programs import ExecutionResult, Program
from ssd_iter.execution.sandbox import ISOLATION, execute
from ssd_iter.filtering.extraction import ExtractionRule, facts
from ssd_iter.problems.base import Problem
from ssd_iter.records import Execution, ExtractionFacts, Sample, SampleKey, TestResult


def grade(
    samples: Sequence[Sample],
    problems: Mapping[str, Problem],
    *,
    rule: ExtractionRule,
    limits: Limits,
    workers: int,
    on_progress: Callable[[int], None] | None = None,
) -> Iterator[tuple[Execution, list[TestResult]]]:
    """Each sample's execution and test results, one pair a sample, as they become known.

    `problems` is keyed by problem id. Samples of one problem with the same code share one run. `on_progress` is told
    how many more samples are graded. Raises DataError, before anything runs, where a sample's problem is missing.
    """
    missing = {sample.problem_id for sample in samples} - problems.keys()
    if missing:
        raise DataError(f"cannot grade: {len(missing)} problems of the samples are not given, such as {min(missing)!r}")
    to_run: dict[tuple[str, str], list[ExtractionFacts]] = {}
    for sample in samples:
        problem = problems[sample.problem_id]
        known = facts(sample, problem.entry_point, rule)
        if known.code is not None and known.parses:
            to_run.setdefault((problem.problem_id, known.code), []).append(known)
        else:
            yield _rows(known, _without_run(known, problem))
            if on_progress:
                on_progress(1)
    programs = [program_of(problems[problem_id], code) for problem_id, code in to_run]
    sharing = list(to_run.values())
    for index, result in execute(programs, limits, workers):
        yield from (_rows(known, result) for known in sharing[index])
        if on_progress:
            on_progress(len(sharing[index]))


def program_of(problem: Problem, code: str) -> Program:
    """A candidate for a problem, ready to be executed."""
    return Program(
        code=code,
        entry_point=problem.entry_point,
        preamble=problem.preamble,
        cases=problem.cases,
        check=problem.check,
    )


def _without_run(known: ExtractionFacts, problem: Problem) -> ExecutionResult:
    """What is decided by form: no code, or code that Python does not parse."""
    return ExecutionResult(
        verdict="no_code" if known.code is None else "syntax",
        detail=known.extraction if known.code is None else "Python does not parse the code",
        num_tests=1 if problem.check is not None else len(problem.cases),
        num_passed=0,
        cpu_seconds=0.0,
        wall_seconds=0.0,
        tests=(),
    )


def _rows(known: ExtractionFacts, result: ExecutionResult) -> tuple[Execution, list[TestResult]]:
    key = {field.name: getattr(known, field.name) for field in fields(SampleKey)}
    execution = Execution(
        **{field.name: getattr(known, field.name) for field in fields(known)},
        verdict=result.verdict,
        detail=result.detail,
        num_tests=result.num_tests,
        num_passed=result.num_passed,
        cpu_seconds=result.cpu_seconds,
        wall_seconds=result.wall_seconds,
        isolation=ISOLATION,
    )
    tests = enumerate(result.tests)
    return execution, [TestResult(**key, test_idx=i, verdict=verdict, detail=detail) for i, (verdict, detail) in tests]
