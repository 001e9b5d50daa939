"""A disk with no room left, at many moments: one error that names it, and once there is room the run goes on."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from faultkit import finished_files, left_over, unlike
from forks import Zygote

from ssd_iter.run.paths import RunPaths, StageName

pytestmark = pytest.mark.faults


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 MB, where we may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(folder)], capture_output=True)
    if mounted.returncode:
        pytest.skip("a disk to fill needs the right to mount one")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


CASES: list[tuple[int, StageName | None, int, str]] = [
    (0, "generate", 0, "at the first write"),
    (0, "generate", 24, "while samples are written"),
    (0, "grade", 12, "while verdicts are written"),
    (1, "train", 300, "while a checkpoint is written"),
    (1, "generate", 40, "while samples are written, later"),
    (1, None, 16, "while the round's numbers, rows, database and pages are written"),
]
"""The stage before which something else fills the disk, all but so many kB: just when the run has seen room on it."""


@pytest.mark.parametrize(("round", "stage", "left_kb", "when"), CASES)
def test_a_full_disk_is_one_clear_error_and_with_room_the_run_goes_on(
    round: int,
    stage: StageName | None,
    left_kb: int,
    when: str,
    small_disk: Path,
    before: Callable[..., RunPaths],
    reference: RunPaths,
    zygote: Zygote,
    outcome: Callable[..., None],
) -> None:
    paths = before(round, stage, small_disk)
    ballast = small_disk / "ballast"
    stopped = zygote.resume(paths, fill=[str(ballast), left_kb])
    kept = finished_files(paths)
    assert stopped["code"] == 1, stopped["told"]
    assert f"the disk of {paths.root} is full" in stopped["told"].replace("\n", "")
    assert f"ssd-iter resume {paths.run_id}" in stopped["told"].replace("\n", " ")
    ballast.unlink()
    ended = zygote.resume(paths)
    assert ended["code"] == 0, ended["told"]
    assert {file: file.read_bytes() for file in kept} == kept
    assert unlike(paths, reference) == []
    assert left_over(paths) == []
    outcome(f"disk full {when}", 1, "one error that names the disk; with room, resumed: every row as undisturbed")
