"""How fast stages were on this machine: one line a finished stage, in the cache, so that the next plan has a clock."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from ssd_iter.models.cache import cache_folder
from ssd_iter.run.outcome import Done
from ssd_iter.run.paths import StageName
from ssd_iter.run.plan import GeneratePlan, PlannedShard, StagePlan, TrainPlan
from ssd_iter.run.progress import Progress

LATEST = 5
"""How many measurements of a kind are looked at: machines and versions change."""


_SAME_WORK: dict[StageName, StageName] = {"resample": "generate", "regrade": "grade"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One stage as it was carried out. `work` is in tokens for `generate` and `train`, in programs or samples else."""

    stage: StageName
    engine: str
    """The engine of `generate` (`vllm x2` for two processes), the method of `train`, empty for the others."""
    num_parameters: int
    work: int
    work_seconds: float
    fixed_seconds: float
    """Start, loading and saving."""
    fill: float | None
    """Tokens drawn as share of all that `max_tokens` allowed; None where none are drawn."""


@dataclass(frozen=True, slots=True)
class Speed:
    """What a stage may be expected to take: medians of the latest measurements."""

    per_second: float
    fixed_seconds: float
    fill: float | None
    measured: int
    """How many measurements it rests on."""
    scaled: bool
    """Whether they are of a model of another size: speed is then taken to be inverse to the number of parameters."""


def engine_of(plan: StagePlan) -> str:
    """What a stage's speed depends on beside the model: what draws, in how many processes, or how it trains."""
    if isinstance(plan, GeneratePlan):
        return plan.engine if plan.resources.processes == 1 else f"{plan.engine} x{plan.resources.processes}"
    return plan.train.method if isinstance(plan, TrainPlan) else ""


def tokens_at_most(shards: Iterable[PlannedShard]) -> tuple[int, int]:
    """Completions that shards ask for, and their tokens if each is as long as it may be."""
    sizes = [(len(shard.problem_ids) * shard.decode.num_samples, shard.decode.max_tokens) for shard in shards]
    return sum(size for size, _ in sizes), sum(size * max_tokens for size, max_tokens in sizes)


def measure(plan: StagePlan, progress: Progress, done: Done, num_parameters: int) -> Measurement:
    """What a finished stage tells, from its last look at its progress. A resumed one counts what was left to do."""
    fill = None
    if isinstance(plan, GeneratePlan):
        requests, most = tokens_at_most(plan.shards)
        fill = progress.tokens / (most * progress.done / requests)
    return Measurement(
        stage=_SAME_WORK.get(plan.stage, plan.stage),
        engine=engine_of(plan),
        num_parameters=num_parameters,
        work=progress.tokens or progress.done,
        work_seconds=progress.seconds,
        fixed_seconds=max(done.seconds - progress.seconds, 0.0),
        fill=fill,
    )


def record(measurement: Measurement) -> None:
    """Add a line. A cache that cannot be written costs only the estimate."""
    with suppress(OSError):
        _file().parent.mkdir(parents=True, exist_ok=True)
        with _file().open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(asdict(measurement)) + "\n")


def read_measurements() -> list[Measurement]:
    """All lines, oldest first; a torn one is left out."""
    found = []
    with suppress(OSError):
        for line in _file().read_text(encoding="utf-8").splitlines():
            with suppress(ValueError, TypeError):
                found.append(Measurement(**json.loads(line)))
    return found


def speed_of(measurements: Sequence[Measurement], stage: StageName, engine: str, num_parameters: int) -> Speed | None:
    """The speed to expect; None where nothing of the kind was measured here.

    Measurements of a model of the same size count alone where there are any. Those of `filter` and `grade` do not
    depend on the model.
    """
    alike = [m for m in measurements if (m.stage, m.engine) == (stage, engine) and m.work and m.work_seconds > 0]
    sizeless = stage in ("filter", "grade")
    same = alike if sizeless else [m for m in alike if m.num_parameters == num_parameters]
    chosen = (same or alike)[-LATEST:]
    if not chosen:
        return None
    scale = [1.0 if sizeless else m.num_parameters / num_parameters for m in chosen]
    fills = [m.fill for m in chosen if m.fill is not None]
    return Speed(
        per_second=median(m.work / m.work_seconds * factor for m, factor in zip(chosen, scale, strict=True)),
        fixed_seconds=median(m.fixed_seconds for m in chosen),
        fill=median(fills) if fills else None,
        measured=len(chosen),
        scaled=not same,
    )


def _file() -> Path:
    return cache_folder() / "calibration.jsonl"
