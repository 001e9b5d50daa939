"""All metric rows of one round: a pure function of its rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from statistics import fmean

from ssd_iter.metrics.accuracy import pass_at_k_by_problem
from ssd_iter.metrics.diversity import unique_solutions
from ssd_iter.metrics.funnel import funnel
from ssd_iter.metrics.intervals import mean_interval
from ssd_iter.metrics.registry import spec_of
from ssd_iter.records import Execution, ExtractionFacts, FilterVerdict, Metric, Purpose, Sample, TrainStep
from ssd_iter.seeds import derive_seed

ALL = "all"


@dataclass(frozen=True, slots=True)
class RoundRows:
    """What a round left, in memory. `stage_seconds` and `stage_tokens` are keyed by stage."""

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


def round_metrics(rows: RoundRows, ks: Sequence[int]) -> list[Metric]:
    """Every metric of the registry that this round's rows define, overall and by problem set."""
    make = _Maker(rows.run_id, rows.round)
    metrics = [*_stage_metrics(rows, make), *_train_metrics(rows, make)]
    for problem_set in [ALL, *sorted({row.problem_set for row in rows.executions})]:
        executions = [row for row in rows.executions if problem_set in (ALL, row.problem_set)]
        metrics += _accuracy(executions, problem_set, ks, make)
    facts: dict[Purpose, Sequence[ExtractionFacts]] = {"train": rows.filter_verdicts, "eval": rows.executions}
    for purpose, judged in facts.items():
        samples = [sample for sample in rows.samples if sample.purpose == purpose]
        for problem_set in [ALL, *sorted({row.problem_set for row in judged})]:
            metrics += _form(
                [row for row in judged if problem_set in (ALL, row.problem_set)],
                [sample for sample in samples if problem_set in (ALL, sample.problem_set)],
                purpose,
                problem_set,
                make,
            )
    return metrics


@dataclass(frozen=True, slots=True)
class _Maker:
    run_id: str
    round: int

    def __call__(self, name: str, purpose: str, problem_set: str, value: float | None, n: int) -> Metric:
        spec_of(name)  # no name outside the registry
        return self._row(name, purpose, problem_set, value, None, n)

    def mean(self, name: str, purpose: str, problem_set: str, values: Sequence[float]) -> Metric:
        """The mean over problems with its interval."""
        spec_of(name)
        interval = mean_interval(values, derive_seed(self.round, name, purpose, problem_set))
        return self._row(name, purpose, problem_set, fmean(values) if values else None, interval, len(values))

    def _row(
        self,
        name: str,
        purpose: str,
        problem_set: str,
        value: float | None,
        interval: tuple[float, float] | None,
        n: int,
    ) -> Metric:
        low, high = interval or (None, None)
        return Metric(
            run_id=self.run_id,
            round=self.round,
            name=name,
            purpose=purpose,
            problem_set=problem_set,
            value=value,
            low=low,
            high=high,
            n=n,
        )


def _accuracy(executions: Sequence[Execution], problem_set: str, ks: Sequence[int], make: _Maker) -> Iterator[Metric]:
    for k in ks:
        values = list(pass_at_k_by_problem(executions, k).values())
        if executions and None in values:
            yield make(f"pass_at_{k}", "eval", problem_set, None, len(values))
        elif executions:
            yield make.mean(f"pass_at_{k}", "eval", problem_set, [value for value in values if value is not None])


def _form(
    judged: Sequence[ExtractionFacts], samples: Sequence[Sample], purpose: Purpose, problem_set: str, make: _Maker
) -> Iterator[Metric]:
    n = len(judged)
    if not n:
        return
    counts = funnel(judged)
    for name, count in counts.items():
        yield make(name, purpose, problem_set, count, n)
    yield make("extraction_rate", purpose, problem_set, counts["num_closed_fence"] / n, n)
    yield make("truncation_rate", purpose, problem_set, 1 - counts["num_complete"] / n, n)
    lengths = [sample.num_completion_tokens for sample in samples]
    yield make("mean_completion_tokens", purpose, problem_set, fmean(lengths) if lengths else None, len(lengths))
    yield make.mean("unique_solutions", purpose, problem_set, list(unique_solutions(judged).values()))


def _train_metrics(rows: RoundRows, make: _Maker) -> Iterator[Metric]:
    if rows.num_train_pairs is not None:
        yield make("num_train_pairs", "train", ALL, rows.num_train_pairs, len(rows.filter_verdicts))
    tokens = sum(step.num_tokens for step in rows.train_steps)
    if tokens:
        loss = sum(step.loss * step.num_tokens for step in rows.train_steps) / tokens
        yield make("train_loss", "train", ALL, loss if isfinite(loss) else None, len(rows.train_steps))


def _stage_metrics(rows: RoundRows, make: _Maker) -> Iterator[Metric]:
    for stage, seconds in rows.stage_seconds.items():
        yield make(f"{stage}_seconds", "", ALL, seconds, 1)
    for stage, tokens in rows.stage_tokens.items():
        yield make(f"{stage}_tokens", "", ALL, tokens, 1)
