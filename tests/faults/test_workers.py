"""Runs launched in Prefect: worker, flow and serve killed with -9, a run cancelled; two runs on one GPU."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
from faultkit import finished_files, left_over, strip, unlike
from forks import Zygote
from watch import alive, below, running, wait_for

from flows.experiment import create_run, stored_config
from flows.serve.api import Api
from flows.serve.settings import free_port
from flows.serve.state import home_of
from ssd_iter.records import Event
from ssd_iter.run.paths import RunPaths, StageName
from ssd_iter.run.processes import is_locked
from ssd_iter.run.shards import read_shards

pytestmark = pytest.mark.faults
SAME = "resumed; every row as undisturbed, nothing finished was done again, nothing left"


@dataclass
class Serve:
    """A serve at work on a folder of runs."""

    process: subprocess.Popen[str]
    runs: Path
    reference: RunPaths

    @property
    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(home_of(self.runs).state.read_text())
        return found

    @property
    def api(self) -> Api:
        return Api(self.state["api_url"])

    def copy(self, round: int, stage: StageName) -> RunPaths:
        """A run to launch, as it was before a stage."""
        shutil.rmtree(self.runs / self.reference.run_id, ignore_errors=True)
        paths = RunPaths(Path(shutil.copytree(self.reference.root, self.runs / self.reference.run_id)))
        strip(paths, round, stage)
        return paths

    def launch(self, paths: RunPaths) -> str:
        """Resume a run from its form; the flow run's id."""
        deployment = self.api.get("/deployments/name/ssd-iter/resume")["id"]
        asked = {"parameters": {"run": paths.run_id}, "state": {"type": "SCHEDULED"}}
        return str(self.api.post(f"/deployments/{deployment}/create_flow_run", asked)["id"])

    def state_of(self, flow_run: str) -> str:
        return str(self.api.get(f"/flow_runs/{flow_run}")["state_type"])


@pytest.fixture(scope="module")
def serve(
    reference: RunPaths, start: Callable[..., subprocess.Popen[str]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Serve]:
    runs = tmp_path_factory.mktemp("served") / "runs"
    runs.mkdir()
    ports = [str(free_port("127.0.0.1", 0, 0)) for _ in range(2)]
    command = "serve", "--port", ports[0], "--reports-port", ports[1]
    process = start(RunPaths(runs / "none"), *command, PREFECT_API_URL="")
    served = Serve(process, runs, reference)
    wait_for(lambda: home_of(runs).state.exists() or process.poll() is not None)
    assert process.poll() is None, process.communicate()
    yield served
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)


def working(paths: RunPaths) -> tuple[int, list[psutil.Process]]:
    """The flow process that works on a run, and all below it."""
    flow = int(paths.lock.read_text())
    return flow, below(flow)


@pytest.mark.parametrize("whom", ["worker", "flow"])
def test_a_launched_run_whose_worker_or_flow_is_killed_leaves_nothing_and_goes_on(
    whom: str, serve: Serve, reference: RunPaths, zygote: Zygote, outcome: Callable[..., None]
) -> None:
    paths = serve.copy(1, "filter")
    kept, signs = finished_files(paths), ("rounds/001/train/progress.json", "rounds/001/generate/progress.json")
    for sign in signs:
        serve.launch(paths)
        wait_for(lambda sign=sign: (paths.root / sign).exists() and is_locked(paths.lock))
        flow, started = working(paths)
        worker = running(serve.state["worker_pid"], "ssd_iter.run.lean", "flows.serve.worker")
        os.kill(worker if whom == "worker" else flow, signal.SIGKILL)
        wait_for(lambda started=started: not alive(started), seconds=30)
        wait_for(lambda: not is_locked(paths.lock), seconds=30)
        kept |= finished_files(paths)
    ended = zygote.resume(paths)
    assert ended["code"] == 0, ended["told"]
    assert {file: file.read_bytes() for file in kept} == kept
    assert unlike(paths, reference) == []
    assert left_over(paths) == []
    outcome(f"kill -9 of the {whom} of a run launched in Prefect", len(signs), f"all below it ended; {SAME}")


def test_a_launched_run_that_is_cancelled_ends_with_all_it_started(
    serve: Serve, reference: RunPaths, zygote: Zygote, outcome: Callable[..., None]
) -> None:
    paths = serve.copy(1, "train")
    flow_run = serve.launch(paths)
    wait_for(lambda: (paths.round(1) / "train" / "progress.json").exists() and is_locked(paths.lock))
    _, started = working(paths)
    serve.api.post(f"/flow_runs/{flow_run}/set_state", {"state": {"type": "CANCELLING"}})
    wait_for(lambda: serve.state_of(flow_run) == "CANCELLED")
    wait_for(lambda: not alive(started), seconds=30)
    ended = zygote.resume(paths)
    assert ended["code"] == 0, ended["told"]
    assert unlike(paths, reference) == []
    assert left_over(paths) == []
    outcome("a launched run cancelled in Prefect", 1, f"Cancelled, all it started is ended; {SAME}")


def test_two_runs_take_turns_on_the_gpu_and_a_killed_holders_turn_ends(
    serve: Serve, reference: RunPaths, outcome: Callable[..., None]
) -> None:
    first = serve.copy(1, "generate")
    second = create_run(stored_config(reference), "# made by a test\n", serve.runs).paths
    serve.launch(first)
    wait_for(lambda: (first.round(1) / "generate" / "plan.json").exists())
    flow_run = serve.launch(second)
    wait_for(lambda: second.lock.exists() and is_locked(second.lock))
    os.kill(working(first)[0], signal.SIGKILL)
    wait_for(lambda: serve.state_of(flow_run) in ("COMPLETED", "FAILED", "CRASHED"), seconds=400)
    assert serve.state_of(flow_run) == "COMPLETED"
    assert unlike(second, reference) == []
    assert not [event for event in read_shards(second.shard_files("events"), Event) if event.kind == "repaired"]
    came = "the other run waits, gets the place when the lease of a minute ends, and finishes"
    outcome("kill -9 of a run that holds the GPU while another waits", 1, came)


def test_a_serve_that_is_killed_takes_its_runs_along_and_leaves_them_to_be_resumed(
    serve: Serve, reference: RunPaths, zygote: Zygote, outcome: Callable[..., None]
) -> None:
    paths = serve.copy(1, "train")
    serve.launch(paths)
    wait_for(lambda: (paths.round(1) / "train" / "progress.json").exists() and is_locked(paths.lock))
    started = below(serve.process.pid)
    time.sleep(0.5)
    serve.process.kill()
    wait_for(lambda: not alive(started), seconds=30)
    ended = zygote.resume(paths)
    assert ended["code"] == 0, ended["told"]
    assert unlike(paths, reference) == []
    assert left_over(paths) == []
    outcome("kill -9 of `ssd-iter serve` with a run at work", 1, f"server, worker and run ended with it; {SAME}")
