"""A stage's process from its start to its end: what it shows meanwhile, and that nothing it started is left."""

from __future__ import annotations

import os
import time

from flows.display import ProgressDisplay
from ssd_iter.run.paths import StagePaths
from ssd_iter.run.plan import StagePlan
from ssd_iter.run.processes import child_process
from ssd_iter.run.progress import read_progress

_POLL_SECONDS = 0.2


def watch(stage: StagePaths, plan: StagePlan) -> int:
    """Start the process of a plan that is on disk and show how far it is; returns its exit code."""
    env = os.environ | {"PYTHONHASHSEED": "0", "TOKENIZERS_PARALLELISM": "false"}
    with (
        stage.log.open("ab") as log,
        ProgressDisplay(f"round {plan.round} {plan.stage:<8}") as display,
        child_process(["-m", "ssd_iter.stage", str(stage.plan)], env=env, log=log) as process,
    ):
        while process.poll() is None:
            display.update(read_progress(stage.progress))
            time.sleep(_POLL_SECONDS)
        display.update(read_progress(stage.progress))
        return process.returncode
