"""Prefect's server killed with -9 under a run, away for a while or for good; and one that never was there."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from faultkit import left_over, unlike
from watch import wait_for

from flows.serve.api import Api
from flows.serve.settings import free_port
from flows.server import server_command, server_environment, wait_until_healthy
from ssd_iter.run.paths import RunPaths
from ssd_iter.run.processes import child_process

pytestmark = pytest.mark.faults

DEATHS = [
    ("rounds/001/filter/plan.json", 0.0),
    ("rounds/001/train/progress.json", 3.0),
    ("rounds/001/generate/progress.json", 0.0),
    ("rounds/001/grade/plan.json", None),
]
"""The file at whose appearance the server is killed, and after how many seconds it is back; the last time never."""


@contextmanager
def server_at(port: int, home: Path) -> Iterator[int]:
    """A server with a database of its own that it finds again; its keeper's process id."""
    home.mkdir(exist_ok=True)
    url, log = f"http://127.0.0.1:{port}/api", home / "log.txt"
    env = os.environ | server_environment(home)
    with log.open("ab") as stream, child_process(server_command("127.0.0.1", port), env=env, log=stream) as process:
        wait_until_healthy(process, Api(url), log)
        yield process.pid


def test_a_server_that_is_killed_again_and_again_does_not_stop_a_run(
    tmp_path: Path,
    before: Callable[..., RunPaths],
    reference: RunPaths,
    start: Callable[..., subprocess.Popen[str]],
    outcome: Callable[..., None],
) -> None:
    paths, port = before(1, "filter"), free_port("127.0.0.1", 0, 0)
    with ExitStack() as stack:
        keeper = stack.enter_context(server_at(port, tmp_path / "home"))
        run = start(paths, "resume", PREFECT_API_URL=f"http://127.0.0.1:{port}/api")
        for sign, seconds in DEATHS:
            wait_for(lambda sign=sign: (paths.root / sign).exists() or run.poll() is not None)
            os.killpg(keeper, signal.SIGKILL)
            if seconds is not None:
                time.sleep(seconds)
                keeper = stack.enter_context(server_at(port, tmp_path / "home"))
        _, told = run.communicate(timeout=500)
    assert run.returncode == 0, told
    assert unlike(paths, reference) == []
    assert left_over(paths) == []
    came = "the run goes on, at the end without a server; every row as undisturbed"
    outcome("kill -9 of Prefect's server while stages work; it comes back, the last time never", len(DEATHS), came)


def test_a_server_that_does_not_answer_at_the_start_is_said_so(
    before: Callable[..., RunPaths], start: Callable[..., subprocess.Popen[str]], outcome: Callable[..., None]
) -> None:
    paths = before(1, None)
    url = f"http://127.0.0.1:{free_port('127.0.0.1', 0, 0)}/api"
    process = start(paths, "resume", PREFECT_API_URL=url)
    _, told = process.communicate(timeout=200)
    assert process.returncode == 1 and f"no Prefect server answers at {url}" in told.replace("\n", " ")
    assert left_over(paths) == []
    outcome("a configured Prefect server that is down at the start", 1, "refused at once: the error names its address")
