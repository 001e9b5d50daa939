"""Launch a sweep from a form."""

from __future__ import annotations

from typing import Any

from prefect import flow
from prefect.runtime import flow_run
from pydantic import BaseModel, ConfigDict, Field

from flows.deployed.form import form_of, refusing
from flows.deployed.launched import FORM, runs_dir, settings_of
from flows.sweep import carry_out_each, prepare
from ssd_iter.config.schema import RunConfig
from ssd_iter.config.sweep import variants


class Over(BaseModel):
    """What a sweep's form asks for besides a run's config."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    over: list[str] = Field(min_length=1)
    """Fields and the values they take, such as `train.learning_rate=1e-5,5e-6`; with several, each combination is a
    run."""


def sweep_name() -> str:
    """The flow run's name."""
    return f"sweep {flow_run.parameters['name']}"


@flow(name="ssd-iter", flow_run_name=sweep_name)
@refusing
@form_of(Over, RunConfig)
def sweep(**form: Any) -> None:
    """Several runs that differ in one or more fields."""
    over = form.pop("over")
    carry_out_each(prepare(variants(settings_of(form), over, FORM), runs_dir()))
