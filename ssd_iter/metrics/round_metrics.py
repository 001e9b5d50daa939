"""All metric rows of one round: a pure function of its rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from statistics import fmean

from ssd_iter.metrics.by_problem import diversities, values_by_problem
from ssd_iter.metrics.counts import class_sizes, problem_counts, program_class
from ssd_iter.metrics.drift import Written
from ssd_iter.metrics.funnel import funnel
from ssd_iter.metrics.maker import ALL, Maker
from ssd_iter.metrics.text_metrics import drift, near_duplicates, variety, vendi
from ssd_iter.records import (
    Execution,
    ExtractionFacts,
    FilterVerdict,
    Metric,
    ProblemCounts,
    Purpose,
    Sample,
    TrainStep,
    sample_key,
)


@dataclass(frozen=True, slots=True)
class RoundRows:
    """What a round left, in memory, and what it is compared with. Stages' seconds and tokens are keyed by stage."""

    run_id: str
    round: int
    samples: Sequence[Sample]
    filter_verdicts: Sequence[FilterVerdict]
    executions: Sequence[Execution]
    train_steps: Sequence[TrainStep]
    num_train_pairs: int | None
    """Kept samples that were short enough to be trained on; None for a round that trained nothing."""
    stage_seconds: Mapping[str, float]
    stage_tokens: Mapping[str, int] = field(default_factory=dict)
    base_samples: Sequence[Written] = ()
    """The base model's evaluation samples; none for round 0."""
    parent_samples: Sequence[Written] = ()
    """Those of the round that this one follows; none for round 0."""
    earlier_metrics: Sequence[Metric] = ()
    """Of rounds 0 and 1, as far as they are before this one: they set how much text is looked at."""


def round_metrics(rows: RoundRows, ks: Sequence[int]) -> list[Metric]:
    """Every metric of the registry that is about samples this round has, overall and by problem set.

    What the samples do not define is there, with value None. Takes O(N log N) for N samples.
    """
    make = Maker(rows.run_id, rows.round)
    executions = [row for row in rows.executions if row.purpose == "eval"]
    evaluated, trained = (_ordered(rows.samples, purpose) for purpose in ("eval", "train"))
    metrics = [*_stage_metrics(rows, make), *_train_metrics(rows, make)]
    metrics += _evaluation(problem_counts(executions), ks, make)
    metrics += _form(executions, evaluated, "eval", make)
    metrics += _form(rows.filter_verdicts, trained, "train", make)
    metrics += _training_diversity(rows.filter_verdicts, make)
    if evaluated:
        metrics += variety(evaluated, "eval", rows.earlier_metrics, make)
        metrics += drift(evaluated, rows.base_samples, rows.parent_samples, make)
        metrics += vendi(evaluated, rows.earlier_metrics, make)
    if trained:
        metrics += variety(trained, "train", rows.earlier_metrics, make)
        metrics += near_duplicates(trained, rows.filter_verdicts, make)
    return metrics


def _ordered(samples: Sequence[Sample], purpose: Purpose) -> list[Sample]:
    return sorted((sample for sample in samples if sample.purpose == purpose), key=sample_key)


def _evaluation(counts: Sequence[ProblemCounts], ks: Sequence[int], make: Maker) -> Iterator[Metric]:
    for problem_set in _sets(counts):
        own = [row for row in counts if problem_set in (ALL, row.problem_set)]
        for name, values in values_by_problem(own, ks).items():
            yield make.mean(name, "eval", problem_set, values)


def _training_diversity(verdicts: Sequence[FilterVerdict], make: Maker) -> Iterator[Metric]:
    classes: dict[tuple[str, str], list[str | None]] = defaultdict(list)
    for row in verdicts:
        classes[row.problem_set, row.problem_id].append(program_class(row))
    for problem_set in _sets(verdicts):
        own = [class_sizes(each) for (name, _), each in classes.items() if problem_set in (ALL, name)]
        yield make.mean("simpson_diversity", "train", problem_set, diversities(own))


def _form(
    judged: Sequence[ExtractionFacts], samples: Sequence[Sample], purpose: Purpose, make: Maker
) -> Iterator[Metric]:
    for problem_set in _sets(judged):
        own = [row for row in judged if problem_set in (ALL, row.problem_set)]
        counts, n = funnel(own), len(own)
        rates = {
            "extraction_rate": counts["num_closed_fence"] / n,
            "truncation_rate": 1 - counts["num_complete"] / n,
        }
        for name, value in {**counts, **rates}.items():
            yield make(name, purpose, value, n, problem_set=problem_set)
        lengths = [sample.num_completion_tokens for sample in samples if problem_set in (ALL, sample.problem_set)]
        mean = fmean(lengths) if lengths else None
        yield make("mean_completion_tokens", purpose, mean, len(lengths), problem_set=problem_set)


def _sets(rows: Iterable[ExtractionFacts | ProblemCounts]) -> list[str]:
    """All together first, then each set; nothing where there are no rows."""
    names = sorted({row.problem_set for row in rows})
    return [ALL, *names] if names else []


def _train_metrics(rows: RoundRows, make: Maker) -> Iterator[Metric]:
    if rows.num_train_pairs is not None:
        yield make("num_train_pairs", "train", rows.num_train_pairs, len(rows.filter_verdicts))
    tokens = sum(step.num_tokens for step in rows.train_steps)
    if tokens:
        loss = sum(step.loss * step.num_tokens for step in rows.train_steps) / tokens
        yield make("train_loss", "train", loss if isfinite(loss) else None, len(rows.train_steps))


def _stage_metrics(rows: RoundRows, make: Maker) -> Iterator[Metric]:
    for stage, seconds in rows.stage_seconds.items():
        yield make(f"{stage}_seconds", "", seconds, 1)
    for stage, tokens in rows.stage_tokens.items():
        yield make(f"{stage}_tokens", "", tokens, 1)
