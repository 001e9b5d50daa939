"""What was drawn, and what became of it: rows that share the key of a sample."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ssd_iter.records.words import ExtractionStatus, FinishReason, Purpose, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleKey:
    """What names one sample, everywhere."""

    run_id: str
    """The run's id, the name of its folder."""
    round: int
    """The round it belongs to; 0 is the base model."""
    purpose: Purpose
    """Why it was drawn."""
    decode_id: str
    """The decode knobs, readable: `T0.6-k20-p0.95-m384` (k0 and p1 keep all tokens)."""
    problem_id: str
    """`set/split/key`, such as `humaneval/test/0`."""
    sample_idx: int
    """Which of the problem's samples, from 0."""


def sample_key(row: SampleKey) -> tuple[str, int, str, str, str, int]:
    """The key as a tuple: equal for rows about the same sample, and the order of samples."""
    return row.run_id, row.round, row.purpose, row.decode_id, row.problem_id, row.sample_idx


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample(SampleKey):
    """One completion, as drawn. `round` is the round it serves: a training sample of round r
    was drawn from the model of an earlier round, `sampled_from_round`."""

    problem_set: str
    """The problem set's name, such as `humaneval`."""
    prompt: str
    """The rendered prompt, chat template included."""
    completion: str
    """Decoded text without special tokens."""
    prompt_token_ids: tuple[int, ...]
    """The prompt as the model saw it."""
    completion_token_ids: tuple[int, ...]
    """As drawn; the end token is the last one when `finish_reason` is `stop`."""
    finish_reason: FinishReason
    """Why it ended."""
    num_completion_tokens: int
    """Length in tokens, the end token included."""
    sampled_from_round: int
    """The round whose model drew it."""
    engine: str
    """The engine that drew it, such as `vllm`."""
    seed: int
    """Seed of the shard it was drawn with, shared by all samples of the shard."""
    created_at: datetime
    """When its shard was written, UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractionFacts(SampleKey):
    """What a completion's form tells, without running anything."""

    problem_set: str
    """The problem set's name, such as `humaneval`."""
    non_empty: bool
    """The completion holds more than white space."""
    closed_fence: bool
    """At least one closed code fence."""
    extraction: ExtractionStatus
    """Whether code was found, and if not, why."""
    parses: bool
    """Code was extracted and Python parses it."""
    complete: bool
    """The model drew an end token before `max_tokens`."""
    code: str | None
    """The extracted code as it stands; None where there is none."""
    code_sha256: str | None
    """Hash of the code's text; None where there is no code."""
    normal_sha256: str | None
    """Hash of the code's AST with names of locals, comments, docstrings and layout taken away; None where no code
    parses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterVerdict(ExtractionFacts):
    """Whether a training sample is trained on. Never by correctness."""

    keep: bool
    """It is trained on, if `train.max_length` has room for it."""
    reason: str | None
    """The name of the rule in the config's `filter.rules`, or `shortest`; None when kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution(ExtractionFacts):
    """How running one evaluation sample against its tests ended."""

    verdict: Verdict
    """How it ended: `pass`, or the verdict of the first test that failed."""
    detail: str
    """What the first failing test said, one line of at most 300 characters; empty for a pass."""
    num_tests: int
    """Tests the problem has; a `check` is one."""
    num_passed: int
    """Tests that passed before the first failure."""
    cpu_seconds: float
    """User and system time of all its processes, in seconds."""
    wall_seconds: float
    """Elapsed time, in seconds."""
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
    """Which of the problem's tests, from 0."""
    verdict: Verdict
    """How the test ended."""
    detail: str
    """What went wrong, one line of at most 300 characters; empty for a pass."""
    cpu_seconds: float
    """Of this test alone where there are several, in seconds; a `check` is one test."""
