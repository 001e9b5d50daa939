"""Stage `grade`: extract and run the round's evaluation samples, shard by shard. Knows no torch."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable

from ssd_iter.execution.cache import VerdictCache, default_cache_path
from ssd_iter.execution.limits import Limits
from ssd_iter.execution.sandbox import Sandbox
from ssd_iter.grading.evaluation import grade
from ssd_iter.problems.base import Problem
from ssd_iter.problems.rows import read_problems
from ssd_iter.records import Execution, Purpose, Sample, TestResult, sample_key
from ssd_iter.run.outcome import StageFinding, StageOutcome
from ssd_iter.run.paths import RunPaths
from ssd_iter.run.plan import GradePlan
from ssd_iter.run.progress import ProgressFile
from ssd_iter.run.shards import read_shards, write_shard


def run(plan: GradePlan, paths: RunPaths, progress: ProgressFile) -> StageOutcome:
    """Grade each shard of evaluation samples, or of fresh ones, that has no verdicts yet.

    Programs that the sandbox itself failed on are counted in a finding: the round's numbers leave them out. So are
    problems whose tests a program could forge.
    """
    purpose: Purpose = "eval" if plan.stage == "grade" else "resample"
    problems = {problem.problem_id: problem for problem in read_problems(paths, purpose)}
    limits = Limits(plan.cpu_seconds, plan.memory_mb, plan.output_mb)
    sources = [file for file in paths.shard_files("samples", plan.round) if file.name.startswith(f"{purpose}-")]
    shards = {file.stem: read_shards([file], Sample) for file in sources}
    progress.begin(sum(len(samples) for samples in shards.values()), "programs")
    verdicts: Counter[str] = Counter()
    cache = VerdictCache(default_cache_path()) if plan.resources.verdict_cache else None
    sandbox = Sandbox(plan.resources.isolation, plan.resources.workers, cache)
    for writer, samples in shards.items():
        target = paths.shard("executions", plan.round, writer)
        if not target.exists():
            graded = grade(
                samples,
                problems,
                rule=plan.extraction,
                limits=limits,
                sandbox=sandbox,
                on_progress=progress.advance,
            )
            # Programs finish in any order; shards do not depend on it.
            executions, tests = zip(*sorted(graded, key=lambda pair: sample_key(pair[0])), strict=True)
            write_shard(
                paths.shard("test_results", plan.round, writer), [t for rows in tests for t in rows], TestResult
            )
            write_shard(target, executions, Execution)
        verdicts.update(row.verdict for row in read_shards([target], Execution))
    sandbox.close()
    if cache is not None:
        if cache.problem:
            print(cache.problem, file=sys.stderr)
        cache.close()
    return StageOutcome(dict(verdicts), _finding(verdicts, problems.values()))


def _finding(verdicts: Counter[str], problems: Iterable[Problem]) -> StageFinding | None:
    if verdicts["sandbox_error"]:
        failed = f"the sandbox failed on {verdicts['sandbox_error']} of {verdicts.total()} programs"
        return StageFinding("sandbox_error", "error", f"{failed}: the round is incomplete", ends_round=False)
    inproc = [problem.problem_id for problem in problems if problem.inproc]
    if inproc:
        which = f"the tests of {len(inproc)} problems run in the program's own process, such as {inproc[0]}"
        return StageFinding("inproc_tests", "info", f"{which}: a program could forge a pass there", ends_round=False)
    return None
