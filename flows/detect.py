"""Judging rounds again: those of a run under other settings, or anybody's from a file of counts. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flows.experiment import stored_config
from flows.invalid import invalid_rounds
from flows.rollback import read_rollbacks
from flows.verdict import read_counts, settings_of
from ssd_iter.decline.best_round import best_round
from ssd_iter.decline.judge import Judgement, judge_rounds
from ssd_iter.decline.panel import Counts, panel_of
from ssd_iter.decline.policy import COLLAPSED
from ssd_iter.decline.settings import Settings
from ssd_iter.detectors import WITHOUT_TEST, worst
from ssd_iter.detectors.base import Detected, RoundsSoFar
from ssd_iter.detectors.decline import said_of
from ssd_iter.exceptions import ConfigError, NotFoundError
from ssd_iter.records import Metric, Round, RoundVerdict
from ssd_iter.run.lineage import Lineage
from ssd_iter.run.paths import RunPaths
from ssd_iter.run.shards import read_shards


@dataclass(frozen=True, slots=True)
class Judged:
    """A round judged again; `stored` is the verdict on record, None where there is no record.

    `invalid` says why its numbers cannot be trusted, as its page does; empty where they can.
    """

    judgement: Judgement
    found: tuple[Detected, ...]
    verdict: RoundVerdict
    stored: RoundVerdict | None = None
    invalid: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """All rounds judged; `best` is none that collapsed or is invalid, and what to go back to where the last round has
    collapsed, else `rollback_to` is None."""

    settings: Settings
    rounds: tuple[Judged, ...]
    best: int
    rollback_to: int | None

    @property
    def best_verdict(self) -> RoundVerdict:
        """That of the best round: it may have been warned of."""
        return next(judged.verdict for judged in self.rounds if judged.judgement.round == self.best)


def run_settings(paths: RunPaths) -> Settings:
    """How the run's rounds were judged."""
    return settings_of(stored_config(paths))


def detect_run(paths: RunPaths, settings: Settings) -> Answer:
    """Judge every ended round of a run, each along its own line of descent. NotFoundError where none has ended."""
    lineage = Lineage(stored_config(paths).lineage, read_rollbacks(paths))
    rows = {row.round: row for row in read_shards(paths.shard_files("rounds"), Round)}
    if not rows:
        raise NotFoundError(f"no round of {paths.run_id} has ended yet; `ssd-iter resume` goes on with it")
    metrics = read_shards(paths.shard_files("metrics"), Metric)
    judged: dict[int, Judged] = {}
    for round in sorted(rows, reverse=True):
        line = lineage.line(round)
        if round not in judged:
            counts = read_counts(paths, line)
            judgements = judge_rounds(panel_of(counts, line), settings)
            for at, judgement in enumerate(judgements):
                so_far = RoundsSoFar(line[: at + 1], metrics, counts, settings)
                judged.setdefault(line[at], _judged(judgement, so_far, rows[line[at]]))
    for round, faults in invalid_rounds(paths).items():
        judged[round] = replace(judged[round], invalid=tuple(faults))
    line = lineage.line(max(rows))
    return _answer(judged, read_counts(paths, line), line, settings)


def detect_counts(counts: Sequence[Counts], settings: Settings) -> Answer:
    """Judge every round that was counted; the first is the base."""
    panel = panel_of(counts)
    judged = {}
    for judgement in judge_rounds(panel, settings):
        found = said_of(judgement) if judgement.round != panel.rounds[0] else []
        judged[judgement.round] = Judged(judgement, tuple(found), judgement.verdict)
    return _answer(judged, counts, panel.rounds, settings)


def _judged(judgement: Judgement, so_far: RoundsSoFar, row: Round) -> Judged:
    if row.status == "ended":
        return Judged(judgement, (), row.verdict, row.verdict)
    found = [detected for detector in WITHOUT_TEST for detected in detector(so_far)]
    found += said_of(judgement) if judgement.round else []
    return Judged(judgement, tuple(found), worst(found), row.verdict)


def _answer(judged: Mapping[int, Judged], counts: Iterable[Counts], line: Sequence[int], settings: Settings) -> Answer:
    num, planned = len(judged) - 1, settings.planned_rounds
    if planned is not None and num > planned:
        raise ConfigError(
            f"planned rounds are {planned}, but {num} rounds follow the base and would spend more than alpha: plan at "
            "least as many (--planned-rounds), or no last one (--open-ended)"
        )
    never = [round for round in line if judged[round].verdict in COLLAPSED or judged[round].invalid]
    best = best_round(panel_of(counts, line), settings, never)
    collapsed = judged[line[-1]].verdict in COLLAPSED
    return Answer(settings, tuple(judged[round] for round in sorted(judged)), best, best if collapsed else None)


def document(answer: Answer) -> dict[str, Any]:
    """The answer as one JSON document."""
    return {
        "alpha": answer.settings.alpha,
        "planned_rounds": answer.settings.planned_rounds,
        "seed_sd": answer.settings.seed_sd,
        "rounds": [_round_document(judged) for judged in answer.rounds],
        "best_round": answer.best,
        "best_verdict": answer.best_verdict,
        "rollback_to": answer.rollback_to,
    }


def _round_document(judged: Judged) -> dict[str, Any]:
    judgement = judged.judgement
    return {
        "round": judgement.round,
        "verdict": judged.verdict,
        "stored_verdict": judged.stored,
        "invalid": list(judged.invalid),
        "findings": [_finding_document(found) for found in judged.found if found.severity != "info"],
        "notes": [found.message for found in judged.found if found.severity == "info"],
        "alpha": judgement.alpha,
        "detectable": judgement.detectable,
        "num_problems": judgement.num_problems,
        "num_left_out": judgement.num_left_out,
    }


def _finding_document(found: Detected) -> dict[str, Any]:
    decline = found.decline
    named = {"name": found.name, "severity": found.severity, "verdict": found.verdict, "message": found.message}
    if decline is None:
        return named
    return named | {
        "metric": decline.metric.name,
        "reference": decline.reference,
        "reference_round": decline.reference_rounds[0] if len(decline.reference_rounds) == 1 else None,
        "reference_rounds": decline.reference_rounds,
        "effect": decline.effect,
        "low": decline.low,
        "high": decline.high,
        "p": decline.p,
        "problems": decline.problems,
    }


def table_rows(answer: Answer) -> list[dict[str, Any]]:
    """One row a finding or fault, or a round without any."""
    return [
        {"round": judged.judgement.round, "verdict": judged.verdict, "what was found": text}
        for judged in answer.rounds
        for text in [*(f"invalid: {fault}" for fault in judged.invalid), *(found.message for found in judged.found)]
        or [""]
    ]
