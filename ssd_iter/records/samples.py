"""What was drawn, and what became of it: rows that share the key of a sample."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ssd_iter.records.words import ExtractionStatus, FinishReason, Purpose, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleKey:
    """What names one sample, everywhere."""

    run_id: str
    round: int
    purpose: Purpose
    decode_id: str
    """The decode knobs, readable: `T0.6-k20-p0.95-m384` (top-p and top-k 0 are off)."""
    problem_id: str
    sample_idx: int


def sample_key(row: SampleKey) -> tuple[str, int, str, str, str, int]:
    """The key as a tuple: equal for rows about the same sample, and the order of samples."""
    return row.run_id, row.round, row.purpose, row.decode_id, row.problem_id, row.sample_idx


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample(SampleKey):
    """One completion, as drawn. `round` is the round it serves: a training sample of round r
    was drawn from the model of an earlier round, `sampled_from_round`."""

    problem_set: str
    prompt: str
    """The rendered prompt, chat template included."""
    completion: str
    """Decoded text without special tokens."""
    prompt_token_ids: tuple[int, ...]
    completion_token_ids: tuple[int, ...]
    """As drawn; the end token is the last one when `finish_reason` is `stop`."""
    finish_reason: FinishReason
    num_completion_tokens: int
    sampled_from_round: int
    engine: str
    seed: int
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractionFacts(SampleKey):
    """What a completion's form tells, without running anything."""

    problem_set: str
    non_empty: bool
    closed_fence: bool
    """At least one closed code fence."""
    extraction: ExtractionStatus
    parses: bool
    """Code was extracted and Python parses it."""
    complete: bool
    """The model drew an end token before `max_tokens`."""
    code: str | None
    code_sha256: str | None
    normal_sha256: str | None
    """Hash of the code's AST with names of locals, comments, docstrings and layout taken away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterVerdict(ExtractionFacts):
    """Whether a training sample is trained on. Never by correctness."""

    keep: bool
    reason: str | None
    """The name of the rule in the config's `filter.rules`, or `shortest`; None when kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution(ExtractionFacts):
    """How running one evaluation sample against its tests ended."""

    verdict: Verdict
    detail: str
    num_tests: int
    num_passed: int
    cpu_seconds: float
    wall_seconds: float
    max_rss_mb: float
    """Peak memory of its largest process, in MiB; about 12 of it are the warm interpreter's."""
    attempts: int
    """More than 1 where the sandbox failed, or a time-out was doubtful and the program was run again alone."""
    cached: bool
    """Verdict and times are of the same program's run for another sample, perhaps of another round or run."""
    inproc: bool
    """The tests ran in the program's own process, where a program that sets out to can forge a pass."""
    isolation: str
    """The level of `ssd_iter.execution.levels` it ran under."""
    behaviour_sha256: str | None
    """Hash of what it answered to the tests, up to and with the first that failed, and of how it ended. None where
    nothing could be seen: no code, `sandbox_error`, `inproc`."""
    limits_id: str
    """The limits it ran under, such as `cpu3-mem1024-out16-ans8` (seconds, MiB)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TestResult(SampleKey):
    """One test of one execution, in order; tests after the first failure are not run."""

    __test__ = False  # pytest: not a test class

    test_idx: int
    verdict: Verdict
    detail: str
    cpu_seconds: float
    """Of this test alone where there are several; a `check` is one test."""
