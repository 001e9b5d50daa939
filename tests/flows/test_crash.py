"""Pull the plug in each stage: nothing is left running, nothing finished is done again, the end is the same."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ssd_iter.records import TABLES, Sample, sample_key
from ssd_iter.run.paths import RunPaths
from ssd_iter.run.shards import read_shards

# Where each plug is pulled: round, stage, and a file whose appearance says that the stage is at work.
PLUGS = [
    (0, "generate", "shards/samples/round=000/eval-0000.parquet"),
    (0, "grade", "rounds/000/grade/plan.json"),
    (1, "filter", "rounds/001/filter/plan.json"),
    (1, "train", "rounds/001/train/progress.json"),
    (1, "generate", "shards/samples/round=001/eval-0000.parquet"),
    (1, "grade", "rounds/001/grade/plan.json"),
]


def descendants(pid: int) -> list[tuple[int, str]]:
    """All processes below one, each with its start time, which tells it from a later process of the same number."""
    children: dict[int, list[tuple[int, str]]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        children.setdefault(int(fields[1]), []).append((int(stat.parent.name), fields[19]))
    found, waiting = [], [pid]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += [child for child, _ in below]
    return found


def alive(process: tuple[int, str]) -> bool:
    try:
        fields = Path(f"/proc/{process[0]}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return fields[19] == process[1] and fields[0] != "Z"


def wait_for(condition: Callable[[], object], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def finished_files(paths: RunPaths) -> dict[Path, bytes]:
    files = [*paths.shards.glob("*/round=*/*.parquet"), *paths.root.glob("rounds/*/*/done.json")]
    return {file: file.read_bytes() for file in files}


def pull_the_plug(
    paths: RunPaths, sign: str, start: Callable[..., subprocess.Popen[str]], **env: str
) -> Iterator[bool]:
    """Kill the run with -9 when the file `sign` appears; yields whether each process it had started is alive then."""
    process = start(paths, "resume", **env)
    wait_for(lambda: (paths.root / sign).exists() and descendants(process.pid))
    below = descendants(process.pid)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    deadline = time.monotonic() + 10
    while any(map(alive, below)) and time.monotonic() < deadline:
        time.sleep(0.05)
    yield from map(alive, below)


def test_a_run_killed_in_each_stage_ends_as_if_nothing_had_happened(
    make_run: Callable[..., RunPaths], finished_run: RunPaths, start: Callable, call: Callable
) -> None:
    paths = make_run()
    kept: dict[Path, bytes] = {}
    for round, stage, sign in PLUGS:
        # The first run has a Prefect server of its own, which must not be left either.
        left = list(pull_the_plug(paths, sign, start, **({} if kept else {"PREFECT_API_URL": ""})))
        assert not any(left), f"a process outlived the kill in {stage} of round {round}"
        kept |= finished_files(paths)
    assert call(paths, "resume").returncode == 0

    assert {file: file.read_bytes() for file in kept} == kept
    for table in set(TABLES) - {"events"}:
        undisturbed = read_shards(finished_run.shard_files(table), TABLES[table])
        assert len(read_shards(paths.shard_files(table), TABLES[table])) == len(undisturbed), table
    assert drawn(paths) == drawn(finished_run)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM)])
def test_an_interrupted_run_leaves_nothing_running_and_says_how_to_go_on(
    make_run: Callable[..., RunPaths], start: Callable[..., subprocess.Popen[str]], number: int, code: int
) -> None:
    paths = make_run()
    process = start(paths, "resume")
    wait_for(lambda: paths.stage(0, "generate").progress.exists())
    below = descendants(process.pid)
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    wait_for(lambda: not any(map(alive, below)), seconds=10)
    assert process.returncode == code, err
    assert number != signal.SIGINT or f"ssd-iter resume {paths.run_id}" in err


def drawn(paths: RunPaths) -> dict:
    """Every sample's tokens by key: transformers in fp32 on one thread draws the same bits again."""
    samples: list[Sample] = read_shards(paths.shard_files("samples"), Sample)
    return {sample_key(s)[1:]: s.completion_token_ids for s in samples}
