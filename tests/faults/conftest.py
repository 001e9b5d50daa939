"""What all faults need: an undisturbed run to compare with, copies of it at any point, processes to kill."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from faultkit import Outcome, strip, write_table
from forks import ONE_THREAD, Zygote

from flows.experiment import create_run
from flows.server import prefect_server
from ssd_iter.config.load import validate
from ssd_iter.run.paths import RunPaths, StageName

TESTS = Path(__file__).parents[1]
PAGE = TESTS.parent / "docs" / "reliability.md"
_OUTCOMES: list[Outcome] = []


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Prefect server for all runs here but those whose server is to die."""
    with prefect_server(RunPaths(tmp_path_factory.mktemp("server"))) as url:
        yield url


@pytest.fixture(scope="session")
def environment() -> dict[str, str]:
    """That of every process started here: one thread, so that equal work gives equal bits."""
    return os.environ | ONE_THREAD | {"PYTHONPATH": str(TESTS / "forks" / "inject")}


@pytest.fixture(scope="session")
def start(environment: dict[str, str], server: str) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start `ssd-iter COMMAND...` for a run; whatever is still there in the end is killed."""
    started: list[subprocess.Popen[str]] = []

    def start(paths: RunPaths, *command: str, **env: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "flows.cli", *command, "--runs-dir", str(paths.root.parent)],
            env=environment | {"PREFECT_API_URL": server} | env,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            # A shell that started the tests in the background has us ignore it, and our children with us.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )  # fmt: skip
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture(scope="session")
def resume(start: Callable[..., subprocess.Popen[str]]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """`ssd-iter resume` to its end."""

    def resume(paths: RunPaths, *options: str, **env: str) -> subprocess.CompletedProcess[str]:
        process = start(paths, "resume", *options, **env)
        out, err = process.communicate(timeout=400)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    return resume


@pytest.fixture(scope="session")
def reference(tiny_config: dict[str, Any], tmp_path_factory: pytest.TempPathFactory, zygote: Zygote) -> RunPaths:
    """A run that nothing disturbs."""
    changes = {"execution": {"cache": False}, "train": tiny_config["train"] | {"checkpoint_every": 1}}
    config = validate(tiny_config | changes, source="the test")
    paths = create_run(config, "# made by a test\n", tmp_path_factory.mktemp("reference")).paths
    ended = zygote.resume(paths)
    assert ended["code"] == 0, ended["told"]
    return paths


@pytest.fixture
def before(reference: RunPaths, tmp_path: Path) -> Callable[..., RunPaths]:
    """A copy, in `folder`, of the undisturbed run as it was before a stage, or before the numbers of a round."""

    def copy(round: int, stage: StageName | None, folder: Path = tmp_path) -> RunPaths:
        paths = RunPaths(Path(shutil.copytree(reference.root, folder / reference.run_id)))
        strip(paths, round, stage)
        return paths

    return copy


@pytest.fixture(scope="session")
def outcome() -> Callable[..., None]:
    """Put a fault and what came of it on record: it becomes a line of the table in docs/reliability.md."""

    def note(fault: str, times: int, came: str) -> None:
        _OUTCOMES.append(Outcome(fault, times, came))

    return note


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """The whole suite writes the table; `make test-faults` asks for it."""
    if os.environ.get("SSD_ITER_FAULTS_TABLE") and exitstatus == 0:
        write_table(PAGE, _OUTCOMES)
    where = os.environ.get("SSD_ITER_FAULTS_JSON")
    if where:
        Path(where).write_text(json.dumps([vars(each) for each in _OUTCOMES], indent=1), encoding="utf-8")
