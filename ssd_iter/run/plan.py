"""The plan of a round: pure data, computed from the config alone, one document a stage.

A stage process is told everything by its plan. What it is to make is in the plan's own fields, and the digest
covers those; how it is carried out (paths, worker counts) is in `resources`, and may differ after a crash or on
another machine. When a run's `rounds` grow, the plan of its former last round asks for more shards: its digest
changes, the stage runs again, and finds the shards it already has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from ssd_iter.config.digest import digest_of
from ssd_iter.config.schema import THREADS, DecodeConfig, FilterConfig, PromptConfig, RunConfig, TrainConfig
from ssd_iter.execution.programs import Isolation
from ssd_iter.problems.base import Problem
from ssd_iter.records import Purpose
from ssd_iter.run.lineage import DataSource, Lineage
from ssd_iter.run.paths import StageName
from ssd_iter.sampling.decode import decode_of
from ssd_iter.seeds import derive_seed

NO_ROLLBACKS: Mapping[int, int] = MappingProxyType({})


class Asked(NamedTuple):
    """A problem of the run, and the selector that named it."""

    problem_id: str
    selector: str


def asked(problems: Iterable[Problem]) -> tuple[Asked, ...]:
    """Problems as a plan needs them, in their order."""
    return tuple(Asked(problem.problem_id, problem.selector) for problem in problems)


class Resources(BaseModel):
    """How a stage is carried out on this machine; never part of what it makes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    run_folder: str
    base_model: str
    """Folder of round 0's weights."""
    workers: int
    isolation: Isolation
    verdict_cache: bool
    kv_cache_gb: int
    gpu_memory_utilization: float
    trust_remote_code: bool
    timeout_seconds: float | None = None
    """How long a stage may take."""
    batch_divisor: int = 1
    """Batches are this much smaller than planned where memory ran out before; what is made of them stays the same."""
    processes: int = 1
    """How many share the shards of a plan."""
    task_runner: str = THREADS
    """What starts them: `module:name`."""


class StagePlan(BaseModel):
    """What every stage is told."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    stage: StageName
    run_id: str
    round: int
    resources: Resources

    @property
    def digest(self) -> str:
        """Names the work: equal digests ask for the same files."""
        return digest_of(self.model_dump(mode="json", exclude={"resources"}))


class PlannedShard(BaseModel):
    """Some completions to draw together: the unit of seed and of resume."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    round: int
    """The round the samples serve."""
    purpose: Purpose
    index: int
    problem_ids: tuple[str, ...]
    decode: DecodeConfig
    """Each problem gets `decode.num_samples` completions."""
    seed: int

    @property
    def writer(self) -> str:
        """Leads the shard's file name."""
        return f"{self.purpose}-{self.index:04d}"


class GeneratePlan(StagePlan):
    """Draw completions from one checkpoint: the evaluation of its round and the training samples of the next; for
    `resample`, fresh evaluation samples of the round."""

    stage: Literal["generate", "resample"] = "generate"
    engine: str
    dtype: str
    max_model_len: int | None
    batch_size: int
    prompt: PromptConfig
    shards: tuple[PlannedShard, ...]


class FilterPlan(StagePlan):
    """Judge the round's training samples by form."""

    stage: Literal["filter"] = "filter"
    filter: FilterConfig


class TrainPlan(StagePlan):
    """Train the fp32 checkpoint of `trained_from_round` on kept samples of some rounds."""

    stage: Literal["train"] = "train"
    trained_from_round: int
    sampled_from_round: int
    data: tuple[DataSource, ...]
    seed: int
    export_dtype: str | None
    """Precision of the copy for engines; None where they read the fp32 checkpoint."""
    train: TrainConfig


class GradePlan(StagePlan):
    """Extract and run the round's evaluation samples; for `regrade`, the fresh ones."""

    stage: Literal["grade", "regrade"] = "grade"
    extraction: Literal["entry_point", "last"]
    cpu_seconds: float
    memory_mb: int
    output_mb: int


@dataclass(frozen=True, slots=True)
class RoundPlan:
    """All stages of one round, in order."""

    round: int
    parent_round: int | None
    sampled_from_round: int | None
    trained_from_round: int | None
    data: tuple[DataSource, ...]
    stages: tuple[FilterPlan | TrainPlan | GeneratePlan | GradePlan, ...]
    second_look: tuple[GeneratePlan, GradePlan]
    """What is done besides, once, for a round that a detector warned of: fresh samples, twice as many."""


def plan_round(
    config: RunConfig,
    run_id: str,
    round: int,
    asked_train: Sequence[Asked],
    asked_eval: Sequence[Asked],
    resources: Resources,
    rollbacks: Mapping[int, int] = NO_ROLLBACKS,
) -> RoundPlan:
    """Plan one round. `asked_train` and `asked_eval` are the run's problems, in order; `rollbacks` are `Lineage`'s.

    Round 0 evaluates the base; round r trains and evaluates M_r. Either samples for all rounds whose training
    samples its model draws. Engine, dtype and bf16 must be resolved (not `auto`).
    """
    left = {"engine.name": config.engine.name, "engine.dtype": config.engine.dtype, "train.bf16": config.train.bf16}
    for key, value in left.items():
        if value == "auto":
            raise ValueError(f"{key} is still 'auto': resolve it before planning")
    common: dict[str, Any] = {"run_id": run_id, "round": round, "resources": resources}
    lineage = Lineage(config.lineage, rollbacks)
    shards = _shards(config, round, "eval", asked_eval, config.evaluate)
    for child in range(1, config.rounds + 1):
        if lineage.sampled_from(child) == round:
            shards += _shards(config, child, "train", asked_train, config.sample)
    generate, grade = _generate(config, common, shards), _grade(config, common)
    resample = _generate(config, common, _shards(config, round, "resample", asked_eval, config.evaluate), "resample")
    second_look = resample, _grade(config, common, "regrade")
    sampled_from, trained_from = lineage.sampled_from(round), lineage.trained_from(round)
    if sampled_from is None or trained_from is None:
        return RoundPlan(round, None, None, None, (), (generate, grade), second_look)
    data = lineage.data_of(round)
    train = TrainPlan(
        **common,
        trained_from_round=trained_from,
        sampled_from_round=sampled_from,
        data=data,
        seed=derive_seed(config.seed, "train", round),
        export_dtype=None if config.engine.dtype == "float32" else config.engine.dtype,
        train=config.train,
    )
    stages = (FilterPlan(**common, filter=config.filter), train, generate, grade)
    return RoundPlan(round, lineage.parent(round), sampled_from, trained_from, data, stages, second_look)


def _generate(
    config: RunConfig,
    common: Mapping[str, Any],
    shards: tuple[PlannedShard, ...],
    stage: Literal["generate", "resample"] = "generate",
) -> GeneratePlan:
    return GeneratePlan(
        **common,
        stage=stage,
        engine=config.engine.name,
        dtype=config.engine.dtype,
        max_model_len=config.engine.max_model_len,
        batch_size=config.engine.batch_size,
        prompt=config.prompt,
        shards=shards,
    )


def _grade(config: RunConfig, common: Mapping[str, Any], stage: Literal["grade", "regrade"] = "grade") -> GradePlan:
    return GradePlan(
        **common,
        stage=stage,
        extraction=config.filter.extraction,
        cpu_seconds=config.execution.cpu_seconds,
        memory_mb=config.execution.memory_mb,
        output_mb=config.execution.output_mb,
    )


def _shards(
    config: RunConfig, round: int, purpose: Purpose, problems: Sequence[Asked], decode: DecodeConfig
) -> tuple[PlannedShard, ...]:
    """Whole problems a shard, about `engine.shard_size` completions each, all drawn alike."""
    shards: list[PlannedShard] = []
    by_selector = {selector: decode_of(decode, selector) for selector in {problem.selector for problem in problems}}
    if purpose == "resample":
        twice = {key: {"num_samples": 2 * settings.num_samples} for key, settings in by_selector.items()}
        by_selector = {key: settings.model_copy(update=twice[key]) for key, settings in by_selector.items()}
    for settings, group in groupby(problems, key=lambda problem: by_selector[problem.selector]):
        ids = [problem.problem_id for problem in group]
        per_shard = max(1, config.engine.shard_size // settings.num_samples)
        for start in range(0, len(ids), per_shard):
            seed = derive_seed(config.seed, "generate", round, purpose, len(shards))
            shards.append(
                PlannedShard(
                    round=round,
                    purpose=purpose,
                    index=len(shards),
                    problem_ids=tuple(ids[start : start + per_shard]),
                    decode=settings,
                    seed=seed,
                )
            )
    return tuple(shards)
