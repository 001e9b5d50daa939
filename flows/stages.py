"""One stage as a Prefect task: done once, by a process of its own, and never again."""

from __future__ import annotations

from pathlib import Path

from prefect import task
from prefect.cache_policies import NO_CACHE

from flows.watch import watch
from ssd_iter.exceptions import StageError
from ssd_iter.models.size import num_parameters
from ssd_iter.run.calibration import measure, record
from ssd_iter.run.outcome import Done, raise_stage_error, read_done
from ssd_iter.run.paths import RunPaths, StagePaths, write_json
from ssd_iter.run.plan import StagePlan
from ssd_iter.run.progress import read_progress

_LOG_LINES = 15


@task(name="stage", task_run_name="{plan.stage} of round {plan.round}", cache_policy=NO_CACHE)
def run_stage(paths: RunPaths, plan: StagePlan) -> Done:
    """What the stage says in its `done.json`, after running it if this plan has not been carried out yet.

    Raises the stage's own error where it left one, else StageError with the end of its log.
    """
    stage = paths.stage(plan.round, plan.stage)
    done = read_done(stage, plan)
    if done is not None:
        return done
    for file in (stage.done, stage.error, stage.progress):
        file.unlink(missing_ok=True)
    write_json(stage.plan, plan.model_dump(mode="json"))
    code = watch(stage, plan)
    raise_stage_error(stage)
    done = read_done(stage, plan)
    if done is not None:
        _record_speed(stage, plan, done)
    else:
        tail = "\n".join(stage.log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LOG_LINES:])
        raise StageError(
            f"stage {plan.stage} of round {plan.round} ended with code {code}; the end of {stage.log}:\n{tail}"
        )
    return done


def _record_speed(stage: StagePaths, plan: StagePlan, done: Done) -> None:
    """Remember how fast it was, for the next `--dry-run`."""
    progress = read_progress(stage.progress)
    if progress is not None and progress.done:
        record(measure(plan, progress, done, num_parameters(Path(plan.resources.base_model))))
