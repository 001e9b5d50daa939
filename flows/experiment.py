"""A run as files: made once from a config, opened again to go on or look."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from flows.hardware import usable_cores
from flows.preflight import check, refuse_full_disk
from flows.provenance import found_by_auto, gather_provenance
from flows.rollback import read_rollbacks
from ssd_iter.config.digest import config_digest, differing_fields
from ssd_iter.config.load import validate
from ssd_iter.config.schema import RunConfig
from ssd_iter.exceptions import ConfigError, DataError, NotFoundError
from ssd_iter.execution.levels import resolve_isolation
from ssd_iter.execution.programs import Isolation
from ssd_iter.models.resolve import ResolvedModel, hash_folder
from ssd_iter.models.size import num_parameters
from ssd_iter.problems.rows import read_problems, write_problems
from ssd_iter.records import Run
from ssd_iter.run.lineage import Lineage
from ssd_iter.run.listing import list_runs
from ssd_iter.run.paths import RunPaths, read_json, write_json, write_text
from ssd_iter.run.plan import Asked, Resources, RoundPlan, asked, plan_round
from ssd_iter.run.shards import read_shards, write_shard


@dataclass(frozen=True, slots=True)
class Experiment:
    """A run that can be planned: its folder, resolved config, problems and resources."""

    paths: RunPaths
    config: RunConfig
    train: tuple[Asked, ...]
    evaluate: tuple[Asked, ...]
    resources: Resources
    rollbacks: Mapping[int, int]

    @property
    def lineage(self) -> Lineage:
        """Who descends from whom."""
        return Lineage(self.config.lineage, self.rollbacks)

    def plan(self, round: int) -> RoundPlan:
        """The stages of one round."""
        problems = self.train, self.evaluate
        return plan_round(self.config, self.paths.run_id, round, *problems, self.resources, self.rollbacks)


def create_run(config: RunConfig, config_text: str, runs_dir: Path, run_id: str | None = None) -> Experiment:
    """Check everything that can be checked before compute is spent, then make the run's folder.

    Its name is `run_id`, or else the config's `name` with the time and some random digits.
    """
    checked = check(config, runs_dir)
    asked_for, config, model = config, checked.config, checked.model
    now = datetime.now(UTC)
    run_id = run_id or f"{config.name}-{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
    paths = RunPaths(runs_dir.resolve() / run_id)
    provenance = gather_provenance(config, model, checked.problems) | {"auto": found_by_auto(asked_for, config)}
    run = Run(
        run_id=paths.run_id,
        name=config.name,
        created_at=now,
        model=config.model.path,
        model_sha256=model.sha256,
        rounds=config.rounds,
        seed=config.seed,
        config_digest=config_digest(config),
        config_json=config.model_dump_json(),
        provenance_json=json.dumps(provenance),
    )
    write_shard(paths.shard("runs", 0, "run"), [run], Run)
    for purpose, problems in checked.problems.items():
        write_problems(paths, purpose, problems)
    write_text(paths.config, config_text)
    write_json(paths.provenance, provenance)
    _write_resolved(paths, config, model)
    return _experiment(paths, config, model.folder)


def open_run(paths: RunPaths, change: RunConfig | None = None) -> Experiment:
    """A run that was made before, its config perhaps changed: more `rounds`, other operational fields, no more."""
    before, experiment = stored_config(paths), planned_run(paths, change)
    if change is not None:
        if change.rounds > before.rounds:
            _record_growth(paths, change)
        write_json(paths.resolved, read_json(paths.resolved) | {"config": change.model_dump(mode="json")})
    return experiment


def planned_run(paths: RunPaths, change: RunConfig | None = None) -> Experiment:
    """The run as `open_run` would open it; nothing is written."""
    config = stored_config(paths)
    if change is not None:
        _refuse_change(paths, config, change)
        config = change
    return _experiment(paths, config, Path(read_json(paths.resolved)["model_folder"]))


def _refuse_change(paths: RunPaths, config: RunConfig, change: RunConfig) -> None:
    different = differing_fields(config, change)
    if different:
        raise ConfigError(
            f"run {paths.run_id} cannot go on under another experiment; these fields differ:\n  "
            + "\n  ".join(different)
            + "\nstart a new run for them"
        )
    if change.rounds < config.rounds:
        raise ConfigError(
            f"rounds may only grow on resume: {paths.run_id} has {config.rounds}, asked for {change.rounds}"
        )


def _record_growth(paths: RunPaths, config: RunConfig) -> None:
    """Shards are never changed: a run that grew has one more row, the largest `rounds` is what it is going for."""
    run = read_shards(paths.shard_files("runs"), Run)[-1]
    grown = replace(run, rounds=config.rounds, config_json=config.model_dump_json())
    write_shard(paths.shard("runs", 0, f"run-{config.rounds:04d}"), [grown], Run)


def stored_config(paths: RunPaths) -> RunConfig:
    """The resolved config a run was made with; DataError where its file holds none."""
    resolved = read_json(paths.resolved)
    if not isinstance(resolved, dict) or "config" not in resolved:
        raise DataError(f"{paths.resolved} holds no config: it was not written by ssd-iter, and {paths.root} is no run")
    return validate(resolved["config"], source=str(paths.resolved))


def check_resumable(experiment: Experiment) -> None:
    """Refuse to go on with a base model that is gone or another one, without room for the checkpoints to come, or where
    programs cannot be held as the run demands."""
    folder = Path(experiment.resources.base_model)
    if not folder.is_dir():
        raise NotFoundError(f"the base model of {experiment.paths.run_id} is gone from {folder}: bring it back there")
    expected = read_json(experiment.paths.resolved)["model_sha256"]
    if hash_folder(folder) != expected:
        raise ConfigError(
            f"the model in {folder} is not the one {experiment.paths.run_id} was started with ({expected[:12]})"
        )
    resolve_isolation(experiment.resources.isolation)
    trainings = (experiment.paths.stage(r + 1, "train") for r in range(experiment.config.rounds))
    rounds_left = sum(not training.done.exists() for training in trainings)
    refuse_full_disk(experiment.config, num_parameters(folder), rounds_left, experiment.paths.root)


def find_run(runs_dir: Path, reference: str) -> RunPaths:
    """The run a person means: an id, a unique prefix of one, a path to its folder, or `@latest`, the one made last."""
    if (Path(reference) / "resolved.json").exists():
        return RunPaths(Path(reference).resolve())
    runs = list(list_runs(runs_dir))
    if not runs:
        raise NotFoundError(
            f"no runs in {runs_dir.resolve()}; `ssd-iter run CONFIG` starts one, --runs-dir looks elsewhere"
        )
    if reference == "@latest":
        return RunPaths(runs[-1].root.resolve())
    found = [run for run in runs if run.run_id == reference] or [
        run for run in runs if run.run_id.startswith(reference)
    ]
    # A link and what it points to are one run.
    roots = {run.root.resolve() for run in found}
    if len(roots) == 1:
        return RunPaths(roots.pop())
    known = ", ".join(run.run_id for run in (found or runs)[-5:])
    raise NotFoundError(
        f"{len(roots)} runs in {runs_dir.resolve()} match {reference!r}; the latest {'of them' if found else 'there'}: "
        f"{known}; `ssd-iter runs` lists all"
    )


def _experiment(paths: RunPaths, config: RunConfig, model_folder: Path) -> Experiment:
    level = config.execution.isolation
    isolation = resolve_isolation(level) if level == "auto" else level
    resources = resources_of(config, paths, model_folder, isolation)
    train, evaluate = (asked(read_problems(paths, purpose)) for purpose in ("train", "eval"))
    return Experiment(paths, config, train, evaluate, resources, read_rollbacks(paths))


def resources_of(config: RunConfig, paths: RunPaths, model_folder: Path, isolation: Isolation) -> Resources:
    """How stages are carried out on this machine."""
    return Resources(
        run_folder=str(paths.root),
        base_model=str(model_folder),
        workers=config.execution.workers or usable_cores(),
        isolation=isolation,
        verdict_cache=config.execution.cache,
        kv_cache_gb=config.engine.kv_cache_gb,
        gpu_memory_utilization=config.engine.gpu_memory_utilization,
        trust_remote_code=config.model.trust_remote_code,
        timeout_seconds=None if config.stage_timeout_minutes is None else 60 * config.stage_timeout_minutes,
        processes=config.engine.processes,
        task_runner=config.engine.task_runner,
    )


def _write_resolved(paths: RunPaths, config: RunConfig, model: ResolvedModel) -> None:
    # Written last: a folder without it is not a run.
    known = {"model_folder": str(model.folder), "model_sha256": model.sha256}
    write_json(paths.resolved, known | {"config": config.model_dump(mode="json")})
