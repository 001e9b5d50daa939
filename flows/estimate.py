"""What a run will ask for and, where this machine has been measured, how long it takes: pure functions of its plans."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from ssd_iter.config.schema import RunConfig
from ssd_iter.models.size import BYTES
from ssd_iter.records import Purpose
from ssd_iter.run.calibration import Measurement, engine_of, speed_of, tokens_at_most
from ssd_iter.run.paths import StageName
from ssd_iter.run.plan import FilterPlan, GeneratePlan, RoundPlan, StagePlan, TrainPlan
from ssd_iter.sampling.preflight import PromptFacts

_RUN_BYTES, _ROUND_BYTES, _SAMPLE_BYTES, _TOKEN_BYTES = 12_000_000, 500_000, 1_800, 8
"""Two real runs of 1,144 and 1,960 samples left 17.4 and 18.6 MB, for which these say 16.7 and 19.7; for one of 26,560
recorded samples, whose made-up token ids pack well, they say too much."""


@dataclass(frozen=True, slots=True)
class StageEstimate:
    """One stage to come; every sample is taken to be kept."""

    round: int
    stage: StageName
    requests: int
    """Completions to draw, samples to judge, pairs to train on, or programs to run."""
    tokens: int | None
    """Drawn or trained on at most: each completion as long as it may be."""
    expected_tokens: int | None
    """With completions as long as they usually were on this machine; None where none were measured."""
    seconds: float | None
    """None where nothing alike was measured here."""
    scaled: bool
    """Whether the time was reckoned from a model of another size."""


@dataclass(frozen=True, slots=True)
class Work:
    """What one stage has to do."""

    requests: int
    tokens: int | None = None
    expected_tokens: int | None = None

    @property
    def amount(self) -> int:
        """In the unit that the stage's speed is measured in."""
        if self.tokens is None:
            return self.requests
        return self.tokens if self.expected_tokens is None else self.expected_tokens


def estimate_stages(
    plans: Sequence[RoundPlan],
    config: RunConfig,
    prompts: Mapping[Purpose, PromptFacts],
    num_parameters: int,
    measurements: Sequence[Measurement],
    left: Callable[[StagePlan], StagePlan | None] = lambda stage: stage,
) -> list[StageEstimate]:
    """One line a stage of the plans, in order; `left` says what of a stage is still to do, None where nothing."""
    drawn = {purpose: _drawn(plans, purpose) for purpose in prompts}
    drawing = speed_of(measurements, "generate", engine_of(plans[0].second_look[0]), num_parameters)
    fill = drawing.fill if drawing else None
    lines = []
    for plan in plans:
        for stage in filter(None, map(left, plan.stages)):
            work = _work(stage, drawn, prompts, fill)
            speed = speed_of(measurements, stage.stage, engine_of(stage), num_parameters)
            seconds = speed.fixed_seconds + work.amount / speed.per_second if speed else None
            facts = (work.requests, work.tokens, work.expected_tokens, seconds, bool(speed and speed.scaled))
            lines.append(StageEstimate(plan.round, stage.stage, *facts))
    return lines


def disk_per_round(config: RunConfig, num_parameters: int) -> int:
    """Bytes of weights a round leaves: the fp32 checkpoint and the engines' copy."""
    export = 0 if config.engine.dtype == "float32" else BYTES[config.engine.dtype]
    return num_parameters * (BYTES["float32"] + export)


def disk_while_training(config: RunConfig, num_parameters: int) -> int:
    """Bytes a training needs beside: two resumable checkpoints (weights and AdamW's two moments), if it keeps any."""
    return 2 * 3 * BYTES["float32"] * num_parameters if config.train.checkpoint_every else 0


def disk_of_rows(stages: Sequence[StageEstimate]) -> int:
    """Bytes of all that is no weights: shards, database, pages and Prefect's own. Samples' tokens as far as known."""
    drawn = [stage for stage in stages if stage.stage == "generate"]
    samples = sum(stage.requests for stage in drawn)
    tokens = sum((stage.tokens if stage.expected_tokens is None else stage.expected_tokens) or 0 for stage in drawn)
    return _RUN_BYTES + _ROUND_BYTES * len(drawn) + _SAMPLE_BYTES * samples + _TOKEN_BYTES * tokens


def disk_after_gc(config: RunConfig, num_parameters: int) -> int:
    """Bytes of weights that `ssd-iter gc` leaves of a run that has ended at most: of the best round and the last."""
    return min(config.rounds, 2) * disk_per_round(config, num_parameters)


def _drawn(plans: Sequence[RoundPlan], purpose: Purpose) -> tuple[int, int]:
    """Completions that serve one round, and their tokens at most; every round has as many."""
    stages = [stage for plan in plans for stage in plan.stages if isinstance(stage, GeneratePlan)]
    shards = [shard for stage in stages for shard in stage.shards if shard.purpose == purpose]
    return tokens_at_most(shard for shard in shards if shard.round == shards[0].round)


def _work(
    stage: StagePlan,
    drawn: Mapping[Purpose, tuple[int, int]],
    prompts: Mapping[Purpose, PromptFacts],
    fill: float | None,
) -> Work:
    if isinstance(stage, GeneratePlan):
        requests, tokens = tokens_at_most(stage.shards)
        return Work(requests, tokens, None if fill is None else ceil(fill * tokens))
    if isinstance(stage, TrainPlan):
        samples, longest = drawn["train"]
        pairs = _num_pairs(stage, samples)
        prompt, most = prompts["train"].total_tokens / prompts["train"].num_prompts, longest / samples
        expected = None if fill is None else ceil(pairs * (prompt + fill * most))
        return Work(pairs, ceil(pairs * (prompt + most)), expected)
    return Work(drawn["train" if isinstance(stage, FilterPlan) else "eval"][0])


def _num_pairs(plan: TrainPlan, drawn: int) -> int:
    """Sequences that a training goes through, repeats counted."""
    if plan.train.max_steps is not None:
        return plan.train.max_steps * plan.train.batch_size
    return ceil(plan.train.num_epochs * sum(source.fraction * drawn for source in plan.data))
