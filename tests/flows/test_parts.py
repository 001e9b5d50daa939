"""Several processes share a stage's shards: the samples are those that one would have drawn, whatever happens."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable

import psutil
import pytest
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner
from watch import wait_for

import flows.parts
from flows.parts import gpus_of, task_runner
from ssd_iter.exceptions import ConfigError, MissingExtraError
from ssd_iter.records import TABLES, Sample, sample_key
from ssd_iter.run.paths import RunPaths, StagePaths, read_json
from ssd_iter.run.progress import Progress, add_up
from ssd_iter.run.shards import read_shards

Start = Callable[..., "subprocess.Popen[str]"]
Call = Callable[..., "subprocess.CompletedProcess[str]"]

TWO = ("--set", "engine.processes=2")


def parts_of(paths: RunPaths, round: int = 0) -> list[StagePaths]:
    return paths.stage(round, "generate").parts()


def shards_of(part: StagePaths) -> set[tuple[str, int]]:
    return {(shard["purpose"], shard["index"]) for shard in read_json(part.plan)["shards"]}


def drawn(paths: RunPaths) -> dict[tuple[object, ...], tuple[int, ...]]:
    samples = read_shards(paths.shard_files("samples"), Sample)
    return {sample_key(sample)[1:]: sample.completion_token_ids for sample in samples}


def stage_processes(paths: RunPaths) -> list[psutil.Process]:
    """Those whose command line names a plan of the run."""
    found = [(process, " ".join(process.info["cmdline"] or [])) for process in psutil.process_iter(["cmdline"])]
    return [process for process, line in found if str(paths.root) in line and "ssd_iter.stage" in line]


def stop_at_work(paths: RunPaths, start: Start, number: signal.Signals) -> int:
    """Send a signal to the run while two parts are at work; its exit code when none of them is left."""
    process = start(paths, "resume", *TWO)
    wait_for(lambda: len([part for part in parts_of(paths) if part.progress.exists()]) == 2)
    assert len(stage_processes(paths)) >= 2
    process.send_signal(number)
    code = process.wait(60)
    wait_for(lambda: not stage_processes(paths), seconds=10)
    return code


@pytest.fixture(scope="module")
def shared_run(make_run: Callable[..., RunPaths], start: Start, call: Call) -> RunPaths:
    """A run by two processes, killed with -9 while both were drawing, and resumed."""
    paths = make_run()
    stop_at_work(paths, start, signal.SIGKILL)
    result = call(paths, "resume", *TWO)
    assert result.returncode == 0, result.stderr
    return paths


def test_two_processes_draw_what_one_would_have_drawn(shared_run: RunPaths, finished_run: RunPaths) -> None:
    assert drawn(shared_run) == drawn(finished_run)


def test_all_else_is_as_it_was_with_one_process(shared_run: RunPaths, finished_run: RunPaths) -> None:
    for table in set(TABLES) - {"events"}:
        ours, theirs = (read_shards(run.shard_files(table), TABLES[table]) for run in (shared_run, finished_run))
        assert len(ours) == len(theirs), table


def test_parts_have_different_shards_and_all_of_them(shared_run: RunPaths) -> None:
    first, second = parts_of(shared_run, 1)
    assert first.done.exists() and second.done.exists()
    assert not shards_of(first) & shards_of(second)
    assert shards_of(first) | shards_of(second) == shards_of(shared_run.stage(1, "generate"))


def test_a_shared_stage_took_as_long_as_its_parts_and_more(shared_run: RunPaths) -> None:
    whole = read_json(shared_run.stage(1, "generate").done)["seconds"]
    assert whole > max(read_json(part.done)["seconds"] for part in parts_of(shared_run, 1))


def test_the_log_of_each_part_is_kept(shared_run: RunPaths) -> None:
    assert all(part.log.exists() for part in parts_of(shared_run))


def test_a_part_that_fails_is_told_with_its_own_words(make_run: Callable[..., RunPaths], call: Call) -> None:
    paths = make_run()
    paths.shards.joinpath("samples").write_text("not a folder")
    result = call(paths, "resume", *TWO)
    assert result.returncode == 1 and "the end of" in result.stderr and "part-1" in result.stderr


def test_an_interrupt_ends_every_part(make_run: Callable[..., RunPaths], start: Start) -> None:
    assert stop_at_work(make_run(), start, signal.SIGINT) == 130


def test_unknown_runners_are_refused_with_the_install() -> None:
    with pytest.raises(MissingExtraError, match="pip install prefect-ray"):
        task_runner("prefect_ray:RayTaskRunner")
    for name in ("prefect.task_runners:Missing", "flows.parts:task_runner"):
        with pytest.raises(ConfigError, match="no Prefect task runner"):
            task_runner(name)


def test_a_runner_may_be_a_class_or_made_already(monkeypatch: pytest.MonkeyPatch) -> None:
    made = ThreadPoolTaskRunner(max_workers=3)
    monkeypatch.setattr(flows.parts, "made", made, raising=False)
    assert task_runner("flows.parts:made") is made
    assert isinstance(task_runner("prefect.task_runners:ThreadPoolTaskRunner"), TaskRunner)


@pytest.mark.parametrize(("visible", "gpus"), [("4,7", ["4", "7", "4"]), ("4", [None] * 3), ("", [None] * 3)])
def test_each_part_gets_a_gpu_of_those_there_are(
    visible: str, gpus: list[str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    assert gpus_of(3) == gpus


def test_progress_adds_up_once_every_part_knows_its_work() -> None:
    first, second = Progress(1, 4, "samples", 10, 5.0, 9.0, ""), Progress(2, 6, "samples", 30, 4.0, 8.0, "")
    assert add_up([first, second]) == Progress(3, 10, "samples", 40, 4.0, 9.0, "")
    assert add_up([first, None]) is add_up([first, Progress(0, 0, "", 0, 1.0, 1.0, "starting")]) is add_up([]) is None
