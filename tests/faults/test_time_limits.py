"""A stage that takes longer than it may is ended with all it started; the error says how long, and the way out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from faultkit import left_over, unlike
from forks import Zygote

from flows.experiment import open_run, stored_config
from ssd_iter.config.load import overridden
from ssd_iter.run.paths import RunPaths


@pytest.mark.faults
def test_a_stage_past_its_time_is_ended_and_with_more_time_the_run_goes_on(
    tmp_path: Path, before: Callable[..., RunPaths], reference: RunPaths, zygote: Zygote, outcome: Callable[..., None]
) -> None:
    paths = before(0, "generate")
    open_run(paths, overridden(stored_config(paths), ["stage_timeout_minutes=0.05"]))
    trap = {"stage": "generate", "once": str(tmp_path / "once"), "act": "hang", "at": "generate", "nth": 2}
    stopped = zygote.resume(paths, stage_trap=trap)
    assert stopped["code"] == 1, stopped["told"]
    told = stopped["told"].replace("\n", " ")
    assert "stage generate of round 0 was ended after 0.05 minutes" in told and "--set stage_timeout_minutes=" in told
    assert left_over(paths) == []
    open_run(paths, overridden(stored_config(paths), ["stage_timeout_minutes=60"]))
    ended = zygote.resume(paths)
    assert ended["code"] == 0, ended["told"]
    assert unlike(paths, reference) == []
    outcome("a stage past `stage_timeout_minutes`", 1, "ended, and said how long and what then; resumed as undisturbed")
