"""Anybody's samples run against a problem set's tests: the work behind `ssd-iter execute`."""

from __future__ import annotations

import hashlib
import json
import platform
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import ssd_iter
from flows.display import ProgressDisplay, say
from flows.hardware import usable_cores
from ssd_iter.exceptions import ConfigError
from ssd_iter.execution.cache import VerdictCache, default_cache_path
from ssd_iter.execution.levels import Wanted, described, resolve_isolation
from ssd_iter.execution.limits import Limits
from ssd_iter.execution.programs import ExecutionResult, Program
from ssd_iter.execution.sandbox import Sandbox
from ssd_iter.filtering.extraction import ExtractionRule
from ssd_iter.grading.evaluation import limits_of, no_code, program_of
from ssd_iter.grading.samples_file import GivenSample, read_samples
from ssd_iter.grading.scores import scores
from ssd_iter.problems.base import Problem
from ssd_iter.problems.catalog import SOURCES, load_problems, refuse_untested
from ssd_iter.problems.selectors import FILE, parse_selector
from ssd_iter.run.paths import write_json, write_text
from ssd_iter.run.progress import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is to be run, and how."""

    samples: Path
    problems: Sequence[str]
    extraction: ExtractionRule
    isolation: Wanted
    workers: int | None
    limits: Limits
    all_tests: bool
    livecodebench: bool
    """Grade by LiveCodeBench's own rules too."""
    use_cache: bool
    k: Sequence[int] | None


@dataclass(frozen=True, slots=True)
class Graded:
    """Samples with their results, in order; `livecodebench` where that was asked for too."""

    samples: list[GivenSample]
    results: list[ExecutionResult]
    livecodebench: list[ExecutionResult] | None
    limits: Limits
    """Those asked for; a problem's own may be higher."""
    summary: dict[str, Any]
    """pass@k, counts, and all that a reader must know of how they came about."""


def execute_samples(request: Request) -> Graded:
    """Run all samples of a file. Raises what `read_samples`, `load_problems` and `resolve_isolation` do."""
    problems = load_problems(request.problems, fresh_seed=0)
    refuse_untested(problems)
    samples = read_samples(request.samples, problems, request.extraction)
    level = resolve_isolation(request.isolation)
    workers = request.workers or usable_cores()
    say(f"{len(samples)} samples of {request.samples}; programs held at level {described(level)}; {workers} at a time")
    cache = VerdictCache(default_cache_path()) if request.use_cache else None
    started = time.monotonic()
    try:
        with closing(Sandbox(level, workers, cache)) as sandbox:
            results = _run(samples, _programs(samples, request), sandbox)
            theirs = None
            if request.livecodebench:
                theirs = _run(samples, _programs(samples, request, livecodebench=True), sandbox)
    finally:
        if cache is not None:
            cache.close()
    if cache is not None and cache.problem:
        say(cache.problem)
    summary = _scores(samples, results, request.k)
    if theirs is not None:
        summary["livecodebench"] = _scores(samples, theirs, request.k)
    summary |= _counts(samples, results, problems)
    summary |= {
        "seconds": round(time.monotonic() - started, 3),
        "isolation": level,
        "workers": workers,
    }
    summary |= _made_from(request, problems)
    return Graded(samples, results, theirs, request.limits, summary)


def _counts(
    samples: Sequence[GivenSample], results: Sequence[ExecutionResult], problems: Sequence[Problem]
) -> dict[str, Any]:
    """How much there was of everything, and what must be known of it."""
    pairs = list(zip(samples, results, strict=True))
    faults = [(sample, result) for sample, result in pairs if result.verdict == "sandbox_error"]
    scored = {sample.problem.problem_id for sample, result in pairs if result.verdict != "sandbox_error"}
    with_samples = {sample.problem.problem_id for sample in samples}
    return {
        "samples": len(samples),
        "problems": len(with_samples),
        "problems_scored": len(scored),
        "problems_without_samples": len(problems) - len(with_samples),
        "inproc_problems": sorted({sample.problem.problem_id for sample in samples if sample.problem.inproc}),
        "sandbox_errors": len(faults),
        "sandbox_error_reasons": [
            {"task_id": sample.task_id, "sample_idx": sample.sample_idx, "reason": result.detail}
            for sample, result in faults[:5]
        ],
        "cached": sum(result.cached for result in results),
    }


def _made_from(request: Request, problems: Sequence[Problem]) -> dict[str, Any]:
    """What the numbers were made from, for those who find them later."""
    return {
        "samples_file": str(request.samples),
        "samples_sha256": hashlib.sha256(request.samples.read_bytes()).hexdigest(),
        "problem_sets": list(request.problems),
        "problem_sources": sorted({problem.source_version for problem in problems}),
        "extraction": request.extraction,
        "all_tests": request.all_tests,
        "limits_id": request.limits.limits_id,
        "limits": asdict(request.limits) | {"wall_seconds": request.limits.wall_seconds},
        "ssd_iter": ssd_iter.__version__,
        "python": platform.python_version(),
        "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def write_results(out: Path, graded: Graded) -> None:
    """One result a line, and beside it, under the name `header_path`, how they were made."""
    theirs = graded.livecodebench or graded.results
    lines = []
    for sample, result, compatible in zip(graded.samples, graded.results, theirs, strict=True):
        row: dict[str, Any] = {
            "task_id": sample.task_id,
            "sample_idx": sample.sample_idx,
            "verdict": result.verdict,
            "reason": result.detail,
            "passed": result.verdict == "pass",
        }
        if graded.livecodebench is not None:
            row |= {"verdict_livecodebench": compatible.verdict, "reason_livecodebench": compatible.detail}
        row |= {
            "num_tests": result.num_tests,
            "num_passed": result.num_passed,
            "tests": [asdict(test) | {"cpu_seconds": round(test.cpu_seconds, 6)} for test in result.tests],
            "cpu_seconds": round(result.cpu_seconds, 6),
            "wall_seconds": round(result.wall_seconds, 6),
            "max_rss_mb": round(result.max_rss_mb, 1),
            "attempts": result.attempts,
            "cached": result.cached,
            "inproc": sample.problem.inproc,
            "isolation": graded.summary["isolation"],
            "limits_id": limits_of(sample.problem, graded.limits).limits_id,
        }
        lines.append(json.dumps(row))
    write_text(out, "".join(f"{line}\n" for line in lines))
    write_json(header_path(out), graded.summary)


def refuse_out(out: Path, samples: Path, selectors: Sequence[str]) -> None:
    """ConfigError where a results file cannot be written, or would take the place of what it is made from."""
    named = [parse_selector(text, SOURCES)[0] for text in selectors]
    sources = [samples, *(Path(selector.split) for selector in named if selector.source == FILE)]
    taken = {source.resolve() for source in sources} & {out.resolve(), header_path(out).resolve()}
    if taken:
        raise ConfigError(f"--out {out} would overwrite {taken.pop()}; name another file")
    try:
        if out.is_dir():
            raise IsADirectoryError("it is a folder")
        with tempfile.TemporaryFile(dir=out.absolute().parent):
            pass
    except OSError as error:
        raise ConfigError(f"--out {out} cannot be written: {error.strerror or error}; name a file elsewhere") from None


def header_path(out: Path) -> Path:
    """Where the header of a results file lies: `results.jsonl` has `results.header.json`."""
    return out.with_name(f"{out.name.removesuffix('.jsonl')}.header.json")


def _programs(samples: Sequence[GivenSample], request: Request, *, livecodebench: bool = False) -> list[Program | None]:
    """A program a sample; None where there is no code."""
    programs: list[Program | None] = []
    for sample in samples:
        program = None
        if sample.code is not None:
            program = program_of(sample.problem, sample.code, request.limits, all_tests=request.all_tests)
            if livecodebench and program.check is None:
                program = replace(program, comparison="livecodebench")
            elif request.livecodebench and program.comparison == "livecodebench":
                # LiveCodeBench's own problems are graded as it does; beside that, what a real program would get.
                program = replace(program, comparison="close")
        programs.append(program)
    return programs


def _run(samples: Sequence[GivenSample], programs: Sequence[Program | None], sandbox: Sandbox) -> list[ExecutionResult]:
    results = [no_code(sample.problem, sample.status) for sample in samples]
    with_code = [(index, program) for index, program in enumerate(programs) if program is not None]
    began = time.time()
    with ProgressDisplay("programs") as display:
        running = sandbox.run([program for _, program in with_code])
        for done, (position, result) in enumerate(running, start=1):
            results[with_code[position][0]] = result
            display.update(Progress(done, len(with_code), "programs", 0, began, time.time(), ""))
    return results


def _scores(
    samples: Sequence[GivenSample], results: Sequence[ExecutionResult], k: Sequence[int] | None
) -> dict[str, Any]:
    pairs = [(s.problem.problem_id, result.verdict) for s, result in zip(samples, results, strict=True)]
    counts = Counter(result.verdict for result in results)
    return scores(pairs, k) | {"verdicts": dict(counts.most_common())}
