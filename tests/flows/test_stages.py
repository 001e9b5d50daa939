"""What the flow decides about a stage before and after its process; the process itself is in tests/faults."""

from __future__ import annotations

import pytest

from flows.experiment import open_run
from flows.stages import with_smaller_batches
from flows.watch import Deadline
from ssd_iter.exceptions import StageError
from ssd_iter.run.paths import RunPaths
from ssd_iter.run.plan import StagePlan


@pytest.fixture
def plans(empty_run: RunPaths) -> dict[str, StagePlan]:
    return {plan.stage: plan for plan in open_run(empty_run).plan(1).stages}


def with_resources(plan: StagePlan, **changes: object) -> StagePlan:
    return plan.model_copy(update={"resources": plan.resources.model_copy(update=changes)})


def test_smaller_batches_are_the_same_work(plans: dict[str, StagePlan]) -> None:
    for name in ("train", "generate", "grade"):
        plan = with_resources(plans[name], workers=4)
        smaller = with_smaller_batches(plan)
        assert smaller is not None and smaller != plan
        assert smaller.digest == plan.digest


@pytest.mark.parametrize(("name", "workers"), [("filter", 4), ("grade", 1)])
def test_what_cannot_be_halved_is_not_tried_again(plans: dict[str, StagePlan], name: str, workers: int) -> None:
    assert with_smaller_batches(with_resources(plans[name], workers=workers)) is None


def test_a_stage_without_a_limit_may_take_for_ever(plans: dict[str, StagePlan]) -> None:
    Deadline(plans["train"]).check()


def test_a_stage_past_its_limit_is_told_how_long_it_had_and_the_way_out(plans: dict[str, StagePlan]) -> None:
    plan = with_resources(plans["train"], timeout_seconds=0.0)
    with pytest.raises(
        StageError, match=rf"train of round 1 .* after 0 minutes.*ssd-iter resume {plan.run_id} --set stage_"
    ):
        Deadline(plan).check()
