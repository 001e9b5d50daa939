"""One stage as a Prefect task: done once, by a process of its own, and never again."""

from __future__ import annotations

import errno
import signal
from pathlib import Path

from prefect import task
from prefect.cache_policies import NO_CACHE

from flows.display import say
from flows.gpu import gpu_slot
from flows.log_end import log_end
from flows.parts import draw_parts
from flows.watch import watch
from ssd_iter.exceptions import StageError
from ssd_iter.models.size import num_parameters
from ssd_iter.run.calibration import measure, record
from ssd_iter.run.disk import disk_full
from ssd_iter.run.events import write_event
from ssd_iter.run.memory import out_of_memory_kills
from ssd_iter.run.outcome import Done, raise_stage_error, read_done
from ssd_iter.run.paths import RunPaths, StagePaths, write_json
from ssd_iter.run.plan import GeneratePlan, GradePlan, StagePlan, TrainPlan
from ssd_iter.run.progress import stage_progress


@task(name="stage", task_run_name="{plan.stage} of round {plan.round}", cache_policy=NO_CACHE)
def run_stage(paths: RunPaths, plan: StagePlan) -> Done:
    """What the stage says in its `done.json`, after running it if this plan has not been carried out yet.

    Raises the stage's own error where it left one, DiskFullError where it had no room even for that, else StageError
    with the end of its log.
    """
    stage = paths.stage(plan.round, plan.stage)
    done = read_done(stage, plan)
    if done is not None:
        return done
    for file in (stage.done, stage.error, stage.progress):
        file.unlink(missing_ok=True)
    with gpu_slot(plan):
        code = _carry_out(paths, plan)
    if code == errno.ENOSPC:
        raise disk_full(paths.root)
    raise_stage_error(stage)
    done = read_done(stage, plan)
    if done is None:
        raise StageError(f"stage {plan.stage} of round {plan.round} {_how_it_ended(code)}; {log_end(stage.log)}")
    _record_speed(stage, plan, done)
    return done


def _carry_out(paths: RunPaths, plan: StagePlan) -> int:
    """Run the stage's process; once more, with smaller batches, where the kernel killed it because memory ran out."""
    kills = out_of_memory_kills()
    code = _attempt(paths, plan)
    smaller = with_smaller_batches(plan)
    if code != -signal.SIGKILL or out_of_memory_kills() == kills or smaller is None:
        return code
    message = f"memory ran out and the system killed {plan.stage} of round {plan.round}: once more with half the batch"
    say(message)
    write_event(paths, plan.round, plan.stage, "batch_halved", message, {"killed": True})
    return _attempt(paths, smaller)


def _attempt(paths: RunPaths, plan: StagePlan) -> int:
    stage = paths.stage(plan.round, plan.stage)
    write_json(stage.plan, plan.model_dump(mode="json"))
    return draw_parts(paths, plan) or watch(stage, plan)


def with_smaller_batches(plan: StagePlan) -> StagePlan | None:
    """The same work in half the memory; None where nothing can be halved."""
    given = plan.resources
    if isinstance(plan, GradePlan):
        changed = {"workers": given.workers // 2} if given.workers > 1 else {}
    elif isinstance(plan, TrainPlan):
        changed = {"batch_divisor": 2} if plan.train.micro_batch_size > 1 else {}
    else:
        changed = {"batch_divisor": 2} if isinstance(plan, GeneratePlan) and plan.batch_size > 1 else {}
    return plan.model_copy(update={"resources": given.model_copy(update=changed)}) if changed else None


def _how_it_ended(code: int) -> str:
    if code >= 0:
        return f"ended with code {code}"
    return f"was ended from outside by signal {-code}, and a resumed run goes on from here"


def _record_speed(stage: StagePaths, plan: StagePlan, done: Done) -> None:
    """Remember how fast it was, for the next `--dry-run`."""
    progress = stage_progress(stage)
    if progress is not None and progress.done:
        record(measure(plan, progress, done, num_parameters(Path(plan.resources.base_model))))
