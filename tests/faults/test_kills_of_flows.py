"""The flow killed with -9: while each stage works, with all that is below it; and at its own writes between them."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from random import Random

import psutil
import pytest
from faultkit import finished_files, left_over, unlike
from forks import Zygote
from watch import alive, below, running, wait_for

from flows.serve.api import Api
from ssd_iter.run.paths import RunPaths

SAME = "resumed; every row as undisturbed, nothing finished was done again, nothing left"
PLUGS = [
    ("generate", "shards/samples/round=000/eval-0000.parquet"),
    ("grade", "rounds/000/grade/plan.json"),
    ("filter", "rounds/001/filter/plan.json"),
    ("train", "rounds/001/train/progress.json"),
    ("generate", "shards/samples/round=001/eval-0000.parquet"),
    ("grade", "rounds/001/grade/plan.json"),
]
"""Where each plug is pulled: a stage, and a file whose appearance says that it is at work."""


def pull_the_plug(paths: RunPaths, sign: str, process: subprocess.Popen[str]) -> list[psutil.Process]:
    """Kill a flow with -9 when the file `sign` appears; returns what it had started and is alive in the end."""
    wait_for(lambda: (paths.root / sign).exists() and below(process.pid))
    started = below(process.pid)
    process.kill()
    process.wait()
    deadline = time.monotonic() + 15
    while alive(started) and time.monotonic() < deadline:
        time.sleep(0.05)
    return alive(started)


def at_work(server: str, paths: RunPaths) -> list[str]:
    """The names of what Prefect shows as running or pending: flows of a run's folder, and tasks in them."""
    flows = [
        flow
        for flow in Api(server).post("/flow_runs/filter", {"sort": "START_TIME_DESC"})
        if flow["parameters"].get("run_folder") == str(paths.root)
    ]
    within = {"flow_runs": {"id": {"any_": [flow["id"] for flow in flows]}}}
    runs = [*flows, *Api(server).post("/task_runs/filter", within)]
    return [run["name"] for run in runs if run["state_type"] in ("RUNNING", "PENDING")]


def test_a_run_killed_in_each_stage_ends_as_if_nothing_had_happened(
    before: Callable[..., RunPaths],
    reference: RunPaths,
    start: Callable[..., subprocess.Popen[str]],
    zygote: Zygote,
    outcome: Callable[..., None],
) -> None:
    paths = before(0, "generate")
    kept = finished_files(paths)
    for number, (stage, sign) in enumerate(PLUGS):
        # The first run has a Prefect server of its own, which must not be left either.
        process = start(paths, "resume", **({} if number else {"PREFECT_API_URL": ""}))
        assert not any(pull_the_plug(paths, sign, process)), f"a process outlived the kill in {stage}, {sign}"
        kept |= finished_files(paths)
    ended = zygote.resume(paths)
    assert (ended["code"], ended["left"]) == (0, []), ended["told"]
    assert {file: file.read_bytes() for file in kept} == kept
    assert unlike(paths, reference) == []
    assert left_over(paths) == []
    outcome("kill -9 of the flow while a stage works, each stage in turn", len(PLUGS), f"all below it ended; {SAME}")


@pytest.mark.parametrize("module", ["ssd_iter.stage", "ssd_iter.run.keeper"])
def test_a_stage_killed_under_its_flow_ends_the_run_with_an_error_and_a_resumed_one_goes_on(
    module: str,
    before: Callable[..., RunPaths],
    reference: RunPaths,
    start: Callable[..., subprocess.Popen[str]],
    zygote: Zygote,
    outcome: Callable[..., None],
) -> None:
    paths = before(1, "grade")
    process = start(paths, "resume")
    wait_for(lambda: paths.stage(1, "grade").progress.exists())
    started = below(process.pid)
    os.kill(running(process.pid, module), signal.SIGKILL)
    _, told = process.communicate(timeout=300)
    assert process.returncode == 1
    assert "grade of round 1 was ended from outside by signal 9" in told
    wait_for(lambda: not alive(started), seconds=15)
    ended = zygote.resume(paths)
    assert ended["code"] == 0, ended["told"]
    assert unlike(paths, reference) == []
    assert left_over(paths) == []
    what = "its process" if module == "ssd_iter.stage" else "its keeper"
    outcome(
        f"kill -9 of a stage at work under its flow ({what})", 1, f"the run ends with an error that says so; {SAME}"
    )


@pytest.mark.faults
def test_a_flow_killed_at_its_own_writes_ends_as_if_nothing_had_happened(
    before: Callable[..., RunPaths], reference: RunPaths, zygote: Zygote, outcome: Callable[..., None]
) -> None:
    paths, random = before(1, None), Random("flow")
    kept, killed = finished_files(paths), 0
    for nth in (1, *random.sample(range(2, 12), 9)):
        trap = {"act": "kill", "at": "os.replace", "nth": nth, "after": random.random() < 0.5}
        killed += zygote.resume(paths, trap=trap)["code"] == -9
        kept |= finished_files(paths)
    ended = zygote.resume(paths)
    assert ended["code"] == 0, ended["told"]
    assert killed >= 6
    assert {file: file.read_bytes() for file in kept} == kept
    assert unlike(paths, reference) == []
    assert left_over(paths) == []
    outcome("kill -9 of the flow at its own writes: numbers, findings, rows, database, pages", killed, SAME)


@pytest.mark.faults
def test_what_an_interrupted_run_left_in_prefect_is_marked_as_crashed_when_it_goes_on(
    before: Callable[..., RunPaths],
    reference: RunPaths,
    server: str,
    start: Callable[..., subprocess.Popen[str]],
    resume: Callable[..., subprocess.CompletedProcess[str]],
    outcome: Callable[..., None],
) -> None:
    paths = before(1, "generate")
    assert not any(pull_the_plug(paths, "rounds/001/generate/progress.json", start(paths, "resume")))
    assert at_work(server, paths)
    result = resume(paths)
    assert result.returncode == 0, result.stderr
    # The server takes in what tasks told it by and by.
    wait_for(lambda: at_work(server, paths) == [], seconds=60)
    assert unlike(paths, reference) == []
    outcome("kill -9 of the flow; what Prefect shows", 1, "its flow, round and stage are marked as crashed on resume")


@pytest.mark.faults
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM)])
def test_an_interrupted_run_leaves_nothing_running_and_says_how_to_go_on(
    number: int,
    code: int,
    before: Callable[..., RunPaths],
    start: Callable[..., subprocess.Popen[str]],
    outcome: Callable[..., None],
) -> None:
    paths = before(0, "generate")
    process = start(paths, "resume")
    wait_for(lambda: paths.stage(0, "generate").progress.exists())
    started = below(process.pid)
    process.send_signal(number)
    _, told = process.communicate(timeout=120)
    wait_for(lambda: not alive(started), seconds=15)
    assert process.returncode == code, told
    assert number != signal.SIGINT or f"ssd-iter resume {paths.run_id}" in told
    assert left_over(paths) == []
    outcome(f"{signal.Signals(number).name} to the flow", 1, "ended in order with all below it, and says how to go on")
