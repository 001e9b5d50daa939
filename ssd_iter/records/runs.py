"""A run, its rounds and its problems."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ssd_iter.records.words import Purpose, RoundStatus, RoundVerdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run as it was started, and a row more each time it was given more rounds: the largest `rounds` holds."""

    run_id: str
    """The run's id, the name of its folder."""
    name: str
    """As the config names it."""
    created_at: datetime
    """When its folder was made, UTC."""
    model: str
    """As the config names it."""
    model_sha256: str
    """Hash over the model folder's weights, config and tokenizer files."""
    rounds: int
    """Rounds after the base that it is going for."""
    seed: int
    """The config's seed, from which all others are derived."""
    config_digest: str
    """Hash over the config's identity fields; two runs with equal digests are the same experiment."""
    config_json: str
    """The whole config, defaults included."""
    provenance_json: str
    """Versions, git commit, command line, hardware, hashes of all that went in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A round that has ended. Round 0 is the base model, evaluated only."""

    run_id: str
    round: int
    """Its number. Numbers only rise, also after a rollback."""
    parent_round: int | None
    """The round this one follows: the one before, or after a rollback an earlier one; None for round 0."""
    sampled_from_round: int | None
    """The round whose model drew this round's training samples; None for round 0."""
    trained_from_round: int | None
    """The round whose weights training started from; None for round 0."""
    data_rounds: tuple[int, ...]
    """The rounds whose samples were trained on."""
    status: RoundStatus
    """Whether a model came out of it."""
    verdict: RoundVerdict
    """The worst that any finding makes of it."""
    started_at: datetime
    """When its first stage began, UTC."""
    finished_at: datetime
    """When its last stage ended, UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemRow:
    """A problem as this run used it."""

    run_id: str
    round: int
    """Always 0: a run's problems are chosen once."""
    purpose: Purpose
    """What it is used for; one used for both has a row for each."""
    problem_id: str
    problem_set: str
    """The problem set's name, such as `humaneval`."""
    selector: str
    """What named it in the config."""
    split: str
    """The part of its set, such as `test`."""
    style: str
    """`function`, or `stdin` for a program that reads and prints."""
    statement: str
    """What is asked, in words."""
    starter_code: str
    """What the model is shown to complete: signature and docstring; may be empty."""
    entry_point: str
    """The function that the tests call; not looked at in style `stdin`."""
    preamble: str
    """Code the tests rely on that an answer may leave out: imports and helpers; may be empty."""
    comparison: str
    """When an answer to a case is right: `ssd_iter.execution.comparison`."""
    inproc: bool
    """The check runs in the candidate's process."""
    tests_json: str
    """List of {args, expected, visible} for cases; {"check": source} for a check program."""
    statement_in_code: bool
    """The starter code holds the statement, so that it is not shown again."""
    reference: str
    """A solution that passes; empty where none is known."""
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
    """The source's own words for its topics."""
    family: str | None
    """Which family of generated problems it is of."""
    content_sha256: str
    """Hash of statement, starter code and tests: the same for the same problem under any id."""
    semantic_key: str | None
    """Names what the function computes: two wordings of one task share it."""
    source_version: str
    """SHA-256 of the source file, or the generator's version and seed."""
    licence: str
    """The licence of its source."""
