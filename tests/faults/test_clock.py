"""The clock on the wall set back and forth while stages work: durations, order, names and cleaning up don't mind."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from faultkit import left_over, unlike
from watch import wait_for

from ssd_iter.records import Round
from ssd_iter.run.paths import RunPaths, read_json
from ssd_iter.run.shards import read_shards

LIBRARY = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)


@pytest.mark.faults
@pytest.mark.skipif(LIBRARY is None, reason="setting one process's clock needs libfaketime (a Debian package)")
def test_a_clock_that_is_set_while_a_run_works_changes_nothing_but_what_time_it_says(
    tmp_path: Path,
    before: Callable[..., RunPaths],
    reference: RunPaths,
    start: Callable[..., subprocess.Popen[str]],
    outcome: Callable[..., None],
) -> None:
    paths, clock = before(1, "filter"), tmp_path / "clock"
    clock.write_text("+0")
    process = start(
        paths, "resume", LD_PRELOAD=str(LIBRARY), FAKETIME_TIMESTAMP_FILE=str(clock), FAKETIME_NO_CACHE="1",
        FAKETIME_DONT_FAKE_MONOTONIC="1",
    )  # fmt: skip
    for stage, jump in (("train", "-3h"), ("generate", "+2d")):
        wait_for(lambda stage=stage: (paths.round(1) / stage / "progress.json").exists() or process.poll() is not None)
        clock.write_text(jump)
    _, told = process.communicate(timeout=400)
    assert process.returncode == 0, told
    seconds = [read_json(done)["seconds"] for done in paths.root.glob("rounds/001/*/done.json")]
    assert len(seconds) == 4 and all(0 <= each < 600 for each in seconds)
    (row,) = read_shards(paths.shard_files("rounds", 1), Round)
    assert row.started_at <= row.finished_at
    assert unlike(paths, reference) == []
    assert left_over(paths) == []
    outcome("clock set 3 hours back, then 2 days ahead, while stages work", 2, "durations stay true; as undisturbed")
