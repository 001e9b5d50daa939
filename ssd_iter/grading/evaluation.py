"""From samples to verdicts: extract, and run what there is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, replace

from ssd_iter.exceptions import DataError
from ssd_iter.execution.limits import LIVECODEBENCH, Limits
from ssd_iter.execution.programs import ExecutionResult, Isolation, Program
from ssd_iter.execution.sandbox import Sandbox
from ssd_iter.filtering.extraction import ExtractionRule, facts
from ssd_iter.problems.base import Problem
from ssd_iter.records import Execution, ExtractionFacts, Sample, SampleKey, TestResult


def grade(
    samples: Sequence[Sample],
    problems: Mapping[str, Problem],
    *,
    rule: ExtractionRule,
    limits: Limits,
    sandbox: Sandbox,
    on_progress: Callable[[int], None] | None = None,
) -> Iterator[tuple[Execution, list[TestResult]]]:
    """Each sample's execution and test results, one pair a sample, as they become known.

    `problems` is keyed by problem id. Samples of one problem with the same code share one run, and take none where
    the sandbox's cache knows it. `on_progress` is told how many more samples are graded. Raises DataError, before
    anything runs, where a sample's problem is missing.
    """
    missing = {sample.problem_id for sample in samples} - problems.keys()
    if missing:
        raise DataError(f"cannot grade: {len(missing)} problems of the samples are not given, such as {min(missing)!r}")
    known = [facts(sample, problems[sample.problem_id].entry_point, rule) for sample in samples]
    with_code = [form for form in known if form.code is not None]
    for form in known:
        if form.code is None:
            problem = problems[form.problem_id]
            yield _rows(form, no_code(problem, form.extraction), problem, sandbox.isolation, limits)
            if on_progress:
                on_progress(1)
    programs = [program_of(problems[form.problem_id], form.code or "", limits) for form in with_code]
    for index, result in sandbox.run(programs):
        form = with_code[index]
        yield _rows(form, result, problems[form.problem_id], sandbox.isolation, limits)
        if on_progress:
            on_progress(1)


def program_of(problem: Problem, code: str, limits: Limits, *, all_tests: bool = False) -> Program:
    """A candidate for a problem, ready to be executed."""
    return Program(
        code=code,
        entry_point=problem.entry_point,
        preamble=problem.preamble,
        style=problem.style,
        cases=problem.cases,
        check=problem.check,
        comparison=problem.comparison,
        inproc=problem.inproc,
        limits=limits_of(problem, limits),
        all_tests=all_tests,
    )


def limits_of(problem: Problem, limits: Limits) -> Limits:
    """The limits of a problem's programs: its own where its source gives some, but never less than `limits`."""
    if problem.comparison == "livecodebench":
        limits = replace(limits, recursion_limit=LIVECODEBENCH.recursion_limit, int_digits=LIVECODEBENCH.int_digits)
    if problem.time_limit is not None:
        limits = replace(limits, cpu_seconds=max(limits.cpu_seconds, problem.time_limit), per_test=True)
    return replace(limits, memory_mb=max(limits.memory_mb, problem.memory_mb or 0))


def no_code(problem: Problem, status: str) -> ExecutionResult:
    """What is decided by form: there is nothing to run. `status` says why, as extraction does."""
    num_tests = 1 if problem.check is not None else len(problem.cases)
    return ExecutionResult(verdict="no_code", detail=status, num_tests=num_tests, num_passed=0)


def _rows(
    form: ExtractionFacts, result: ExecutionResult, problem: Problem, isolation: Isolation, limits: Limits
) -> tuple[Execution, list[TestResult]]:
    key = {field.name: getattr(form, field.name) for field in fields(SampleKey)}
    execution = Execution(
        **{field.name: getattr(form, field.name) for field in fields(form)},
        verdict=result.verdict,
        detail=result.detail,
        num_tests=result.num_tests,
        num_passed=result.num_passed,
        cpu_seconds=result.cpu_seconds,
        wall_seconds=result.wall_seconds,
        max_rss_mb=result.max_rss_mb,
        attempts=result.attempts,
        cached=result.cached,
        inproc=problem.inproc,
        isolation=isolation,
        behaviour_sha256=result.behaviour_sha256,
        limits_id=limits_of(problem, limits).limits_id,
    )
    tests = [
        TestResult(**key, test_idx=i, verdict=test.verdict, detail=test.detail, cpu_seconds=test.cpu_seconds)
        for i, test in enumerate(result.tests)
    ]
    return execution, tests
