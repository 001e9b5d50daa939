"""Launch a run from a form."""

from __future__ import annotations

from typing import Any

from prefect import flow

from flows.deployed.form import form_of, refusing
from flows.deployed.launched import launch, launched_id
from ssd_iter.config.schema import RunConfig


@flow(name="ssd-iter", flow_run_name=launched_id)
@refusing
@form_of(RunConfig)
def multi_round(**form: Any) -> None:
    """Rounds of self-distillation."""
    launch(form)
