"""The deployments: which flow each starts, and what its form is filled in with. Loads no Prefect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ssd_iter.config
from ssd_iter.config.evaluation import EVALUATED, EVALUATION
from ssd_iter.config.load import load_config
from ssd_iter.config.schema import RunConfig

DEMO = Path(ssd_iter.config.__file__).with_name("demo.toml")
"""What `make demo` runs; configs/demo.toml is a link to it."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """A flow that can be launched, under a name."""

    name: str
    entrypoint: str
    """The flow as `package.module.name`, so that it is found wherever ssd-iter is installed."""
    description: str
    """Markdown, shown beside the form."""
    parameters: Mapping[str, Any]
    """What the form is filled in with, as JSON."""
    tags: tuple[str, ...]


def _deployments(demo: RunConfig) -> tuple[Deployment, ...]:
    values = demo.model_dump(mode="json")
    evaluated = values | {"problems": values["problems"] | EVALUATION["problems"]}
    return (
        Deployment(
            "multi-round",
            "flows.deployed.multi_round.multi_round",
            "Rounds of self-distillation: the model writes solutions, they are filtered by their form, it is trained "
            "on them and evaluated, and again. The form is filled in with the demo. *Retry* on a run that failed, "
            "crashed or was cancelled goes on with it where it stopped.",
            values,
            ("run",),
        ),
        Deployment(
            "sweep",
            "flows.deployed.sweep.sweep",
            "Several runs that differ in one or more fields, one after another. Launched again, unchanged, it goes on: "
            "what has finished is not done again.",
            {"over": ["train.learning_rate=1e-5,2e-5"]} | values,
            ("run",),
        ),
        Deployment(
            "evaluate",
            "flows.deployed.evaluate.evaluate",
            "A model on problem sets, with nothing trained.",
            {name: value for name, value in evaluated.items() if name in EVALUATED},
            ("run",),
        ),
        Deployment(
            "resume",
            "flows.deployed.resume.resume",
            "Go on with a run that is on this machine, wherever it was started; with more rounds, or from an earlier "
            "one.",
            {"run": "@latest", "rounds": None, "rollback_to": None},
            ("run",),
        ),
    )


DEPLOYMENTS = _deployments(load_config(DEMO))
