"""A run, its rounds and its problems."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ssd_iter.records.words import Purpose, RoundStatus, RoundVerdict


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
    verdict: RoundVerdict
    """The worst that any finding makes of it."""
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
