"""The entry of a stage process: `python -m ssd_iter.stage PLAN.json`.

Reads the plan, does the work, writes `done.json` beside it. An error of ours is left as `error.json` for the flow to
raise; anything else ends as a traceback in the log.
"""

from __future__ import annotations

import errno
import importlib
import os
import sys
import time
from contextlib import suppress
from pathlib import Path

from ssd_iter.exceptions import SsdIterError
from ssd_iter.run.disk import disk_full_said, is_disk_full
from ssd_iter.run.outcome import Done, StageOutcome, write_done, write_stage_error
from ssd_iter.run.paths import RunPaths, StageName, StagePaths, read_json
from ssd_iter.run.plan import FilterPlan, GeneratePlan, GradePlan, StagePlan, TrainPlan
from ssd_iter.run.progress import ProgressFile

PLANS: dict[StageName, tuple[type[StagePlan], str]] = {
    "generate": (GeneratePlan, "ssd_iter.sampling.stage"),
    "filter": (FilterPlan, "ssd_iter.filtering.stage"),
    "train": (TrainPlan, "ssd_iter.training.stage"),
    "grade": (GradePlan, "ssd_iter.grading.stage"),
    "resample": (GeneratePlan, "ssd_iter.sampling.stage"),
    "regrade": (GradePlan, "ssd_iter.grading.stage"),
}


def main(plan_file: Path) -> int:
    """Carry out one plan; returns the process's exit code, ENOSPC where the disk has no room even for an error."""
    raw = read_json(plan_file)
    plan_type, module = PLANS[raw["stage"]]
    plan = plan_type.model_validate(raw)
    run, paths = RunPaths(Path(plan.resources.run_folder)), StagePaths(plan_file.parent)
    # The clock on the wall may be set while we work.
    began = time.monotonic()
    try:
        with disk_full_said(run.root):
            progress = ProgressFile(paths.progress)
            outcome: StageOutcome = importlib.import_module(module).run(plan, run, progress)
            seconds = time.monotonic() - began + _seconds_of_parts(paths)
            write_done(paths, Done(plan.digest, seconds, time.time(), outcome))
    except SsdIterError as error:
        return _leave(paths, error)
    return 0


def _seconds_of_parts(paths: StagePaths) -> float:
    """How long the longest of the parts took, where other processes did the work before this one finished it."""
    seconds: list[float] = [read_json(part.done)["seconds"] for part in paths.parts() if part.done.exists()]
    return max(seconds, default=0.0)


def _leave(paths: StagePaths, error: SsdIterError) -> int:
    try:
        write_stage_error(paths, error)
        print(error, file=sys.stderr)
    except OSError as second:
        if not is_disk_full(second):
            raise
        return errno.ENOSPC
    return error.exit_code


if __name__ == "__main__":
    code = main(Path(sys.argv[1]))
    # Everything is on disk. Engines take seconds to take themselves apart; our keeper ends what they leave.
    with suppress(OSError):  # of a log on a full disk
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)
