"""Evaluate a model from a form: a run of round 0 alone."""

from __future__ import annotations

from typing import Any

from prefect import flow

from flows.deployed.form import form_of, refusing
from flows.deployed.launched import launch, launched_id
from ssd_iter.config.evaluation import EVALUATED
from ssd_iter.config.schema import RunConfig


@flow(name="ssd-iter", flow_run_name=launched_id)
@refusing
@form_of(RunConfig, only=EVALUATED)
def evaluate(**form: Any) -> None:
    """A model on problem sets, with nothing trained."""
    launch(form | {"rounds": 0})
