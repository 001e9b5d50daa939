"""A `generate` stage shared by several processes: each draws some of its shards, then the stage itself finds them all.

A part is a stage like any other, whose plan has some of the shards, in a folder below its stage's. Seeds come from
shards, so it does not matter to a sample who draws it. Parts are mapped Prefect tasks, each of which starts a process
and waits for it; what maps them is `engine.task_runner`: threads here, Ray's or Dask's workers elsewhere.
"""

from __future__ import annotations

import importlib
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from typing import Any

from prefect import Task, task, unmapped
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture
from prefect.task_runners import TaskRunner

from flows.display import ProgressDisplay
from flows.hardware import list_gpus
from flows.log_end import log_end
from flows.observe.logs import LogTail
from flows.observe.quiet import best_effort
from flows.observe.watching import observed_stage
from flows.watch import Deadline, stage_process
from ssd_iter.exceptions import ConfigError, MissingExtraError
from ssd_iter.run.outcome import raise_stage_error
from ssd_iter.run.paths import RunPaths, StagePaths, write_json
from ssd_iter.run.plan import GeneratePlan, StagePlan
from ssd_iter.run.progress import stage_progress
from ssd_iter.sampling.stage import missing_shards

_POLL_SECONDS = 0.2


def draw_parts(paths: RunPaths, plan: StagePlan) -> int:
    """Draw what is missing of a plan in as many processes as its resources say, where that is more than one.

    Returns 0, or the exit code of the first part that failed, the end of its log added to the stage's. All parts are
    waited for first, so that what the others drew is kept. Raises the error that a part left; StageError where they
    take longer than a stage may; ConfigError or MissingExtraError where the task runner can't be had.
    """
    stage = paths.stage(plan.round, plan.stage)
    _forget(stage)
    if not isinstance(plan, GeneratePlan):
        return 0
    missing = missing_shards(plan, paths)
    num_parts = min(plan.resources.processes, len(missing))
    if num_parts < 2 or not _has_weights(plan, paths):
        return 0
    numbers = list(range(1, num_parts + 1))
    for number in numbers:
        # In turn, not in runs: shards of long completions lie side by side.
        shards = tuple(missing[number - 1 :: num_parts])
        write_json(stage.part(number).plan, plan.model_copy(update={"shards": shards}).model_dump(mode="json"))
    with _looking(stage, plan) as look, task_runner(plan.resources.task_runner) as runner, _stopping(stage):
        part: Task[..., Any] = draw_part
        futures = runner.map(part, {"stage": unmapped(stage), "number": numbers, "gpu": gpus_of(num_parts)})
        _await(futures, look)
        codes = [future.result() for future in futures]
    return _first_failure(stage, codes)


@task(name="part", task_run_name="part {number}", cache_policy=NO_CACHE)
def draw_part(stage: StagePaths, number: int, gpu: str | None) -> int | None:
    """Carry out one part in a process of its own; its exit code, None where it was told to stop."""
    part = stage.part(number)
    tail = LogTail(part.log)
    with stage_process(part, **({} if gpu is None else {"CUDA_VISIBLE_DEVICES": gpu})) as process:
        while process.poll() is None:
            if stage.stop.exists():
                return None
            best_effort(tail.forward)()
            time.sleep(_POLL_SECONDS)
    best_effort(tail.close)()
    return process.returncode


def gpus_of(num_parts: int) -> list[str | None]:
    """The GPU of each part, in turn; None where there are not several, and a part sees what we see."""
    chosen = os.environ.get("CUDA_VISIBLE_DEVICES")
    visible = [str(index) for index in range(len(list_gpus()))] if chosen is None else chosen.split(",")
    return [visible[part % len(visible)] if len(visible) > 1 else None for part in range(num_parts)]


def task_runner(name: str) -> TaskRunner[Any]:
    """The task runner at `module:name`, made where it is a class.

    MissingExtraError where its package is not installed; ConfigError where there is no task runner of that name.
    """
    module, _, attribute = name.partition(":")
    try:
        found = getattr(importlib.import_module(module), attribute, None)
    except ImportError as error:
        install = f"pip install {module.partition('.')[0].replace('_', '-')}"
        raise MissingExtraError(f"engine.task_runner is {name!r}: {error}; {install}") from None
    runner = found() if isinstance(found, type) and issubclass(found, TaskRunner) else found
    if not isinstance(runner, TaskRunner):
        raise ConfigError(f"engine.task_runner is {name!r}, which is no Prefect task runner")
    return runner


@contextmanager
def _looking(stage: StagePaths, plan: StagePlan) -> Iterator[Callable[[], None]]:
    """What to call now and then: it shows how far the parts are together, and raises once they take too long."""
    deadline = Deadline(plan)
    with ProgressDisplay(f"round {plan.round} {plan.stage:<8}") as display, observed_stage(stage, plan) as show:

        def look() -> None:
            deadline.check()
            progress = stage_progress(stage)
            display.update(progress)
            show(progress)

        yield look


def _await(futures: Sequence[PrefectFuture[Any]], look: Callable[[], None]) -> None:
    """Look every now and then until all have ended."""
    ended: SimpleQueue[object] = SimpleQueue()
    for future in futures:
        future.add_done_callback(ended.put)
    num_ended = 0
    while num_ended < len(futures):
        with suppress(Empty):
            ended.get(timeout=_POLL_SECONDS)
            num_ended += 1
        look()


def _has_weights(plan: GeneratePlan, paths: RunPaths) -> bool:
    """Whether nobody has to make the engines' copy first, which several would do at once."""
    return plan.round == 0 or plan.dtype == "float32" or paths.export(plan.round).is_dir()


@contextmanager
def _stopping(stage: StagePaths) -> Iterator[None]:
    """Whatever ends us early ends the parts too: the threads that wait for them hear of no signal and no error."""
    try:
        yield
    except BaseException:
        stage.stop.touch()
        raise


def _forget(stage: StagePaths) -> None:
    """Away with what an earlier attempt left, its logs excepted."""
    stage.stop.unlink(missing_ok=True)
    for part in stage.parts():
        for file in (part.plan, part.done, part.error, part.progress):
            file.unlink(missing_ok=True)


def _first_failure(stage: StagePaths, codes: Sequence[int | None]) -> int:
    for part in stage.parts():
        raise_stage_error(part)
    failed = [(number, code) for number, code in enumerate(codes, 1) if code]
    if not failed:
        return 0
    number, code = failed[0]
    part = stage.part(number)
    with stage.log.open("a", encoding="utf-8") as log:
        log.write(f"{log_end(part.log)}\npart {number} ended with code {code}; all that it said is in {part.log}\n")
    return code
