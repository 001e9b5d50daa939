"""One real serve for the room: started once, asked by many, in the end stopped."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

AUTH = "me:correct-horse"
SECONDS = 300
CLEAN = ("PREFECT_API_URL", "PREFECT_API_AUTH_STRING", "PREFECT_HOME", "SSD_ITER_AUTH", "SSD_ITER_RUNS")

Command = Callable[..., "subprocess.CompletedProcess[str]"]


def free_ports() -> list[str]:
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        return [str(each.getsockname()[1]) for each in (one, other)]


@dataclass
class Serve:
    """A serve at work and what it printed."""

    runs: Path
    process: subprocess.Popen[str]
    env: dict[str, str]
    said: list[str] = field(default_factory=list)

    def wait(self) -> Serve:
        """Until it says that it is ready."""
        for line in self.process.stdout:
            self.said.append(line.strip())
            if line.startswith("ready"):
                return self
        raise AssertionError(self.process.stderr.read())

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`ssd-iter ARGUMENTS` for the same runs."""
        command = [sys.executable, "-m", "flows.cli", *arguments, "--runs-dir", str(self.runs)]
        return subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, env=self.env)

    def status(self) -> dict[str, Any]:
        """What `serve --status --json` says."""
        result = self.command("serve", "--status", "--json")
        assert result.returncode == 0, result.stderr
        return json.loads(result.stdout)


@pytest.fixture(scope="session")
def start_serve() -> Iterator[Callable[..., Serve]]:
    """Start `ssd-iter serve`; what is left of it in the end is killed."""
    started: list[subprocess.Popen[str]] = []

    def start(runs: Path, *arguments: str, **env: str) -> Serve:
        command = [sys.executable, "-m", "flows.cli", "serve", "--runs-dir", str(runs), *arguments]
        clean = {name: value for name, value in os.environ.items() if name not in CLEAN} | env
        process = subprocess.Popen(command, env=clean, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        started.append(process)
        return Serve(runs, process, clean)

    yield start
    for process in started:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.communicate()


@pytest.fixture(scope="session")
def served(start_serve: Callable[..., Serve], tmp_path_factory: pytest.TempPathFactory) -> Serve:
    """A serve with a password, on ports of its own."""
    port, reports_port = free_ports()
    runs = tmp_path_factory.mktemp("served") / "runs"
    return start_serve(runs, "--port", port, "--reports-port", reports_port, SSD_ITER_AUTH=AUTH).wait()
