"""Everything that can be checked before compute is spent: nothing is written, what is wrong is refused by name."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flows.estimate import disk_per_round, disk_while_training
from flows.hardware import computes_bfloat16
from ssd_iter.config.schema import DecodeConfig, RunConfig
from ssd_iter.exceptions import ConfigError, MissingExtraError
from ssd_iter.execution.levels import resolve_isolation
from ssd_iter.execution.programs import Isolation
from ssd_iter.models.resolve import ResolvedModel, resolve_model
from ssd_iter.models.size import num_parameters
from ssd_iter.problems.base import Problem
from ssd_iter.problems.catalog import load_problems, refuse_overlap, refuse_untested
from ssd_iter.records import Purpose
from ssd_iter.sampling.decode import decode_of
from ssd_iter.sampling.engines import BY_NAME, ENGINES
from ssd_iter.sampling.preflight import PromptFacts, measure_prompts

GB = 1e9


@dataclass(frozen=True, slots=True)
class Checked:
    """A config that can be run here, with what was found on the way."""

    config: RunConfig
    """Its engine and its isolation are resolved."""
    model: ResolvedModel
    num_parameters: int
    isolation: Isolation
    problems: Mapping[Purpose, list[Problem]]
    prompts: Mapping[Purpose, PromptFacts]


def check(config: RunConfig, runs_dir: Path) -> Checked:
    """Check a config for a run in `runs_dir`. Brings the model into the cache where it is not here yet.

    Raises ConfigError, NotFoundError, DataError, MissingExtraError or IsolationError for what cannot be run.
    """
    config = resolve_machine(config)
    for selectors, decode in ((config.problems.train, config.sample), (config.problems.evaluate, config.evaluate)):
        for selector in selectors:
            decode_of(decode, selector)
    train = load_problems(config.problems.train, fresh_seed=config.problems.fresh_seed)
    evaluate = load_problems(config.problems.evaluate, fresh_seed=config.problems.fresh_seed)
    refuse_untested(evaluate)
    tune = load_problems(config.problems.tune, fresh_seed=config.problems.fresh_seed)
    refuse_overlap(train, evaluate)
    refuse_overlap(train, tune, "trained on and tuned on")
    refuse_overlap(tune, evaluate, "tuned on and evaluated")
    model = resolve_model(config.model)
    size = num_parameters(model.folder)
    refuse_full_disk(config, size, config.rounds, runs_dir)
    isolation = resolve_isolation(config.execution.isolation)
    config = config.model_copy(update={"execution": config.execution.model_copy(update={"isolation": isolation})})
    prompts: dict[Purpose, PromptFacts] = {"eval": measure(config, model.folder, evaluate, config.evaluate)}
    if train:
        prompts["train"] = measure(config, model.folder, train, config.sample)
    problems: dict[Purpose, list[Problem]] = {"train": train, "tune": tune, "eval": evaluate}
    return Checked(config, model, size, isolation, problems, prompts)


def measure(config: RunConfig, model: Path, problems: list[Problem], decode: DecodeConfig) -> PromptFacts:
    """The size of a run's prompts for a model folder; refuses what cannot be drawn."""
    return measure_prompts(
        model,
        problems,
        config.prompt,
        decode=decode,
        max_model_len=config.engine.max_model_len,
        trust_remote_code=config.model.trust_remote_code,
    )


def refuse_full_disk(config: RunConfig, num_parameters: int, rounds: int, runs_dir: Path) -> None:
    """ConfigError where the weights of that many rounds don't fit on the disk that holds `runs_dir`."""
    free = free_bytes(runs_dir)
    each, scratch = disk_per_round(config, num_parameters), disk_while_training(config, num_parameters)
    if rounds * each + scratch > free:
        beside = f" and {scratch / GB:.1f} GB while training" if scratch else ""
        raise ConfigError(
            f"{rounds} rounds need {rounds * each / GB:.1f} GB for checkpoints ({each / GB:.1f} GB a round){beside}; "
            f"the disk of {runs_dir} has {free / GB:.1f} GB free: make room, ask for fewer rounds, or change --runs-dir"
        )


def free_bytes(folder: Path) -> int:
    """What is free on the disk that holds a folder, which may not exist yet. ConfigError where it is a file."""
    existing = next(place for place in (folder.resolve(), *folder.resolve().parents) if place.exists())
    if not existing.is_dir():
        raise ConfigError(f"--runs-dir {folder}: {existing} is a file; name a folder")
    return shutil.disk_usage(existing).free


def resolve_machine(config: RunConfig) -> RunConfig:
    """The config with what `auto` means on this machine for the engine and its precision, and that of training."""
    engine: dict[str, object] = {"name": resolve_engine(config.engine.name)}
    train: dict[str, object] = {}
    if "auto" in (config.engine.dtype, config.train.bf16):
        bfloat16 = computes_bfloat16()
        engine |= {"dtype": "bfloat16" if bfloat16 else "float32"} if config.engine.dtype == "auto" else {}
        train |= {"bf16": bfloat16} if config.train.bf16 == "auto" else {}
    update = {"engine": config.engine.model_copy(update=engine), "train": config.train.model_copy(update=train)}
    return config.model_copy(update=update)


def resolve_engine(name: str) -> str:
    """`auto` as the first engine that is installed. MissingExtraError where the one demanded is not here."""
    wanted = ENGINES if name == "auto" else (BY_NAME[name],)
    for engine in wanted:
        if importlib.util.find_spec(engine.package) is not None:
            return engine.name
    raise MissingExtraError(f"engine.name is {name!r} but {wanted[0].package} is not installed: {wanted[0].install}")
