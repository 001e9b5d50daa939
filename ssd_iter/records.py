"""All row types: what a run knows, one dataclass a table.

Stages write them as Parquet shards (`ssd_iter.run.shards`), the store ingests them into DuckDB
tables of the same names and columns. Fields ending in `_json` hold one JSON document. `TABLES`
maps each table name to its row type.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Purpose = Literal["train", "tune", "eval"]
"""Why a sample was drawn: to train the next model, or to evaluate this one."""

FinishReason = Literal["stop", "length"]
"""Why a completion ended: the model drew an end token, or `max_tokens` were used up."""

ExtractionStatus = Literal["ok", "no_code:none", "no_code:truncated"]
"""Whether a completion holds a closed code fence; `truncated` means that one was opened and never closed."""

Verdict = Literal[
    "pass", "wrong", "exception", "timeout:cpu", "timeout:wall", "memory", "output_limit",
    "crash", "exit", "protocol", "syntax", "no_code", "sandbox_error",
]  # fmt: skip
"""How running a candidate ended. Everything but `sandbox_error` is the candidate's own doing."""

Severity = Literal["info", "warning", "error"]

RoundStatus = Literal["finished", "ended"]
"""`ended`: a finding stopped the round before a model came out of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run as it was started; one row."""

    run_id: str
    name: str
    created_at: datetime
    model: str
    """As the config names it."""
    model_sha256: str
    """Hash over the model folder's weights, config and tokenizer files."""
    rounds: int
    seed: int
    config_digest: str
    """Hash over the config's identity fields; two runs with equal digests are the same experiment."""
    config_json: str
    provenance_json: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A round that has ended. Round 0 is the base model, evaluated only."""

    run_id: str
    round: int
    parent_round: int | None
    """The round this one follows: the one before, or after a rollback an earlier one; None for round 0."""
    sampled_from_round: int | None
    """The round whose model drew this round's training samples; None for round 0."""
    trained_from_round: int | None
    """The round whose weights training started from; None for round 0."""
    data_rounds: tuple[int, ...]
    """The rounds whose samples were trained on."""
    status: RoundStatus
    started_at: datetime
    finished_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemRow:
    """A problem as this run used it."""

    run_id: str
    round: int
    purpose: Purpose
    problem_id: str
    problem_set: str
    selector: str
    """What named it in the config."""
    split: str
    style: str
    statement: str
    starter_code: str
    entry_point: str
    preamble: str
    comparison: str
    """When an answer to a case is right: `ssd_iter.execution.comparison`."""
    inproc: bool
    """The check runs in the candidate's process."""
    tests_json: str
    """List of {args, expected, visible} for cases; {"check": source} for a check program."""
    statement_in_code: bool
    """The starter code holds the statement, so that it is not shown again."""
    reference: str
    time_limit: float | None
    """CPU seconds for each test, where the source limits it."""
    memory_mb: int | None
    """Address space in MiB, where the source limits it."""
    level: int | None
    """0 to 5, of generated problems."""
    difficulty: str | None
    """In the source's own word."""
    date: str | None
    """ISO date of publication."""
    tags: tuple[str, ...]
    family: str | None
    content_sha256: str
    semantic_key: str | None
    source_version: str
    licence: str


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


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainStep:
    """One optimizer step."""

    run_id: str
    round: int
    step: int
    epoch: float
    loss: float
    """Nats per trained token, averaged over the step's tokens."""
    grad_norm: float
    learning_rate: float
    num_tokens: int
    """Trained (completion) tokens of the step."""
    tokens_per_second: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One number of one round; `ssd_iter.metrics.registry` says what each name means."""

    run_id: str
    round: int
    name: str
    purpose: str
    """`train`, `eval`, or empty where neither applies."""
    problem_set: str
    """A problem set's name, or `all`."""
    value: float | None
    """None where it is not defined, such as pass@k with fewer than k samples."""
    low: float | None
    high: float | None
    """95 % interval over problems; None where there is none."""
    n: int
    """How many things the value was computed from (problems, samples or steps)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something a reader must know about a round."""

    run_id: str
    round: int
    name: str
    severity: Severity
    message: str
    evidence_json: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened, when it happened."""

    run_id: str
    round: int
    stage: str
    kind: str
    message: str
    payload_json: str
    created_at: datetime


TABLES: dict[str, type] = {
    "runs": Run,
    "rounds": Round,
    "problems": ProblemRow,
    "samples": Sample,
    "filter_verdicts": FilterVerdict,
    "executions": Execution,
    "test_results": TestResult,
    "train_steps": TrainStep,
    "metrics": Metric,
    "findings": Finding,
    "events": Event,
}
