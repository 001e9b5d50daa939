"""Measuring how often a model solves each kind of generated problem: stages of a run that is only its round 0."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from pathlib import Path
from typing import Any

from flows.display import say
from flows.experiment import resources_of
from flows.preflight import resolve_machine
from flows.stages import run_stage
from ssd_iter.config.load import validate
from ssd_iter.config.schema import RunConfig
from ssd_iter.execution.levels import described, resolve_isolation
from ssd_iter.models.cache import cache_folder
from ssd_iter.models.resolve import resolve_model
from ssd_iter.problems.base import Problem
from ssd_iter.problems.fresh import VERSION, of_each_kind
from ssd_iter.problems.fresh.calibration import Calibration, KindRate
from ssd_iter.problems.rows import write_problems
from ssd_iter.records import Execution
from ssd_iter.run.paths import RunPaths
from ssd_iter.run.plan import asked, plan_round
from ssd_iter.run.shards import read_shards

COLDEST = 0.01
"""Temperature that stands for greedy: engines draw no colder."""


def calibrate(name: str, config: RunConfig, per_kind: int) -> Calibration:
    """Sample and grade one answer to `per_kind` problems of each kind; a measurement that was torn goes on.

    Raises what `resolve_model`, `resolve_isolation` and the stages do.
    """
    problems = of_each_kind(config.problems.fresh_seed, per_kind)
    model = resolve_model(config.model)
    isolation = resolve_isolation(config.execution.isolation)
    paths = RunPaths(_scratch_folder(model.sha256, config, problems))
    held = f"programs held at level {described(isolation)}"
    say(f"{len(problems)} problems for {config.model.path}; {held}; in {paths.root}")
    write_problems(paths, "eval", problems)
    resources = resources_of(config, paths, model.folder, isolation)
    for stage in plan_round(config, paths.run_id, 0, (), asked(problems), resources).stages:
        run_stage.fn(paths, stage)
    executions = read_shards(paths.shard_files("executions", 0), Execution)
    return Calibration(
        name=name,
        model=config.model.path,
        model_sha256=model.sha256,
        version=VERSION,
        seed=config.problems.fresh_seed,
        decode_id=config.evaluate.decode_id,
        isolation=isolation,
        rates=tuple(rates_of(problems, executions)),
    )


def calibration_config(model: str, seed: int, max_tokens: int, overrides: dict[str, dict[str, object]]) -> RunConfig:
    """The config of a measurement: one answer a problem, as good as greedy."""
    document: dict[str, Any] = {
        "name": "calibration",
        "model": {"path": model},
        "problems": {"train": ["fresh:train"], "evaluate": ["fresh:test"], "fresh_seed": seed},
        "evaluate": {"num_samples": 1, "temperature": COLDEST, "max_tokens": max_tokens},
        **overrides,
    }
    return resolve_machine(validate(document, source="the command line"))


def rates_of(problems: list[Problem], executions: list[Execution]) -> list[KindRate]:
    """Solve rates by kind; answers on which the sandbox failed are left out."""
    by_id = {problem.problem_id: problem for problem in problems}
    judged, solved = Counter[tuple[str, str, int]](), Counter[tuple[str, str, int]]()
    for execution in executions:
        problem = by_id[execution.problem_id]
        kind = (str(problem.family), problem.tags[0], problem.level or 0)
        judged[kind] += execution.verdict != "sandbox_error"
        solved[kind] += execution.verdict == "pass"
    return [
        KindRate(family=family, kind=kind, level=level, problems=count, solved=solved[family, kind, level])
        for (family, kind, level), count in judged.items()
        if count
    ]


def default_name(model: str) -> str:
    """A calibration's name where none is given: the model's own, without what a file name should not have."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", Path(model).name).strip("-.") or "model"


def _scratch_folder(model_sha256: str, config: RunConfig, problems: list[Problem]) -> Path:
    """Where a measurement is made: another one for all that it depends on, so that none goes on with another's."""
    asked = hashlib.sha256("".join(problem.content_sha256 for problem in problems).encode()).hexdigest()
    engine = f"{config.engine.name}-{config.engine.dtype}"
    run_id = f"{model_sha256[:12]}-{engine}-{config.evaluate.decode_id}-{asked[:12]}"
    return cache_folder() / "problems" / "calibrations" / "work" / run_id
