"""The entry of a stage process: `python -m ssd_iter.stage PLAN.json`.

Reads the plan, does the work, writes `done.json`. An error of ours is left as `error.json` for the flow to raise;
anything else ends as a traceback in the log.
"""

from __future__ import annotations

import importlib
import os
import sys
import time
from pathlib import Path

from ssd_iter.exceptions import SsdIterError
from ssd_iter.run.outcome import Done, StageOutcome, write_done, write_stage_error
from ssd_iter.run.paths import RunPaths, StageName, read_json
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
    """Carry out one plan; returns the process's exit code."""
    raw = read_json(plan_file)
    plan_type, module = PLANS[raw["stage"]]
    plan = plan_type.model_validate(raw)
    run = RunPaths(Path(plan.resources.run_folder))
    paths = run.stage(plan.round, plan.stage)
    started = time.time()
    progress = ProgressFile(paths.progress)
    try:
        outcome: StageOutcome = importlib.import_module(module).run(plan, run, progress)
    except SsdIterError as error:
        write_stage_error(paths, error)
        print(error, file=sys.stderr)
        return error.exit_code
    now = time.time()
    write_done(paths, Done(plan.digest, now - started, now, outcome))
    return 0


if __name__ == "__main__":
    code = main(Path(sys.argv[1]))
    # Everything is on disk. Engines take seconds to take themselves apart, and what they leave is ended with our group.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
