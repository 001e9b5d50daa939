"""Memory that runs out, as an error or by the kernel's hand: smaller batches, said, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from faultkit import keys, left_over, unlike
from forks import Zygote

from ssd_iter.records import Event
from ssd_iter.run.paths import RunPaths, StageName
from ssd_iter.run.shards import read_shards

pytestmark = pytest.mark.faults


def halvings(paths: RunPaths) -> list[Event]:
    return [event for event in read_shards(paths.shard_files("events"), Event) if event.kind == "batch_halved"]


def same_keys(paths: RunPaths, reference: RunPaths) -> bool:
    """Whether each table has as many rows; what is found may differ, as smaller batches draw other samples."""
    return keys(paths) | {"findings": 0} == keys(reference) | {"findings": 0}


@pytest.fixture
def small_group() -> Iterator[Path]:
    """A control group with 300 MB, where we may make one."""
    folder = Path("/sys/fs/cgroup/memory/ssd-iter-faults")
    try:
        folder.mkdir()
        (folder / "memory.limit_in_bytes").write_text(str(300 * 2**20))
    except OSError:
        pytest.skip("having the kernel kill needs a memory control group of our own")
    yield folder
    folder.rmdir()


CASES: list[tuple[int, StageName, str, int]] = [(0, "generate", "generate", 2), (1, "train", "training_step", 3)]


@pytest.mark.parametrize(("round", "stage", "at", "nth"), CASES)
def test_memory_that_runs_out_in_a_stage_halves_its_batches(
    round: int,
    stage: StageName,
    at: str,
    nth: int,
    tmp_path: Path,
    before: Callable[..., RunPaths],
    reference: RunPaths,
    zygote: Zygote,
    outcome: Callable[..., None],
) -> None:
    paths = before(round, stage)
    trap = {"stage": stage, "once": str(tmp_path / "once"), "act": "fill memory", "at": at, "nth": nth}
    ended = zygote.resume(paths, stage_trap=trap)
    assert ended["code"] == 0, ended["told"]
    assert [event.stage for event in halvings(paths)] == [stage]
    assert same_keys(paths, reference)
    assert left_over(paths) == []
    outcome(f"out of memory in stage `{stage}` (injected)", 1, "half the batch, said in an event; all keys and counts")


@pytest.mark.parametrize(("round", "stage", "at"), [(0, "generate", "generate"), (1, "train", "training_step")])
def test_a_stage_that_the_kernel_kills_for_its_memory_is_tried_once_more_with_smaller_batches(
    round: int,
    stage: StageName,
    at: str,
    small_group: Path,
    tmp_path: Path,
    before: Callable[..., RunPaths],
    reference: RunPaths,
    zygote: Zygote,
    outcome: Callable[..., None],
) -> None:
    paths = before(round, stage)
    trap = {"stage": stage, "once": str(tmp_path / "once"), "act": "fill machine", "at": at, "nth": 2}
    ended = zygote.resume(paths, stage_trap=trap, group=str(small_group))
    assert ended["code"] == 0, ended["told"]
    assert [event.stage for event in halvings(paths)] == [stage]
    assert same_keys(paths, reference)
    assert left_over(paths) == []
    came = "tried once more with half the batch, said in an event; all keys and counts"
    outcome(f"stage `{stage}` killed by the kernel's out-of-memory killer", 1, came)


def test_a_stage_killed_for_any_other_reason_is_not_tried_again(
    tmp_path: Path, before: Callable[..., RunPaths], reference: RunPaths, zygote: Zygote, outcome: Callable[..., None]
) -> None:
    paths = before(1, "generate")
    trap = {"stage": "generate", "once": str(tmp_path / "once"), "act": "kill", "at": "generate", "nth": 2}
    stopped = zygote.resume(paths, stage_trap=trap)
    assert stopped["code"] == 1 and "was ended from outside by signal 9" in stopped["told"]
    ended = zygote.resume(paths)
    assert ended["code"] == 0, ended["told"]
    assert halvings(paths) == [] and unlike(paths, reference) == []
    outcome("kill -9 of a stage's process, from inside", 1, "not tried again: an error says so; resumed as undisturbed")
