"""A stage's process from its start to its end: what it shows meanwhile, and that nothing it started is left."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from subprocess import Popen

from flows.display import ProgressDisplay
from flows.observe.watching import observed_stage
from ssd_iter.exceptions import StageError
from ssd_iter.run.paths import StagePaths
from ssd_iter.run.plan import StagePlan
from ssd_iter.run.processes import child_process
from ssd_iter.run.progress import read_progress

_POLL_SECONDS = 0.2


class Deadline:
    """How long a stage may take, from now on."""

    def __init__(self, plan: StagePlan) -> None:
        self._plan = plan
        self._began = time.monotonic()

    def check(self) -> None:
        """StageError once the stage has taken longer."""
        allowed = self._plan.resources.timeout_seconds
        if allowed is None or time.monotonic() - self._began < allowed:
            return
        minutes, plan = f"{allowed / 60:g}", self._plan
        raise StageError(
            f"stage {plan.stage} of round {plan.round} was ended after {minutes} minutes: stage_timeout_minutes is "
            f"{minutes}. What it had finished is kept; to give it more time: "
            f"ssd-iter resume {plan.run_id} --set stage_timeout_minutes={allowed / 30:g}"
        )


def watch(stage: StagePaths, plan: StagePlan) -> int:
    """Start the process of a plan that is on disk and show how far it is; returns its exit code.

    StageError where it takes longer than it may.
    """
    with (
        ProgressDisplay(f"round {plan.round} {plan.stage:<8}") as display,
        observed_stage(stage, plan) as look,
        stage_process(stage) as process,
    ):
        deadline = Deadline(plan)
        while process.poll() is None:
            deadline.check()
            progress = read_progress(stage.progress)
            display.update(progress)
            look(progress)
            time.sleep(_POLL_SECONDS)
        display.update(read_progress(stage.progress))
        return process.returncode


@contextmanager
def stage_process(stage: StagePaths, **env: str) -> Iterator[Popen[bytes]]:
    """The process of a plan that is on disk, its output added to the stage's log; ended on the way out."""
    env = {"PYTHONHASHSEED": "0", "TOKENIZERS_PARALLELISM": "false"} | env
    command = ["-m", "ssd_iter.stage", str(stage.plan)]
    with stage.log.open("ab") as log, child_process(command, env=os.environ | env, log=log) as process:
        yield process
