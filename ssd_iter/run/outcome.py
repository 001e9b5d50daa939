"""What a stage leaves when it ends: `done.json`, or the error it met."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from ssd_iter import exceptions
from ssd_iter.exceptions import DataError, SsdIterError
from ssd_iter.records import Severity
from ssd_iter.run.paths import StagePaths, read_json, write_json
from ssd_iter.run.plan import StagePlan


@dataclass(frozen=True, slots=True)
class StageFinding:
    """Why the data ended a stage early, or what a reader must know of it."""

    name: str
    severity: Severity
    message: str
    ends_round: bool


@dataclass(frozen=True, slots=True)
class StageOutcome:
    """What a stage says when it is done. `counts` are about what is on disk, also after a resume."""

    counts: dict[str, int]
    finding: StageFinding | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """A stage's `done.json`."""

    digest: str
    seconds: float
    """Wall time of the process that finished it, start-up and model loading included."""
    finished_at: float
    outcome: StageOutcome


def read_done(paths: StagePaths, plan: StagePlan) -> Done | None:
    """What the stage said when it finished *this* plan; None where it has not. DataError where it cannot be read."""
    if not paths.done.exists():
        return None
    done = parse_done(paths)
    return done if done.digest == plan.digest else None


def parse_done(paths: StagePaths) -> Done:
    """A stage's `done.json`, for whatever plan. DataError where it is not what a stage wrote."""
    found = read_json(paths.done)
    try:
        outcome = found["outcome"]
        finding = StageFinding(**outcome["finding"]) if outcome["finding"] else None
        return Done(found["digest"], found["seconds"], found["finished_at"], StageOutcome(outcome["counts"], finding))
    except (KeyError, TypeError) as error:
        raise DataError(f"{paths.done} is no stage's done.json: {error!r}; delete it, its stage runs again") from None


def write_done(paths: StagePaths, done: Done) -> None:
    """Mark the stage finished."""
    write_json(paths.done, asdict(done))


def write_stage_error(paths: StagePaths, error: SsdIterError) -> None:
    """Leave an error of ours for the process that started the stage."""
    write_json(paths.error, {"type": type(error).__name__, "message": str(error)})


def raise_stage_error(paths: StagePaths) -> None:
    """Raise the error a stage process left behind, if it left one."""
    if paths.error.exists():
        left = read_json(paths.error)
        raise getattr(exceptions, left["type"])(left["message"])
