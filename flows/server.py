"""The Prefect server a run reports to: the configured one, or a private one for the run's life.

The private server listens on a free local port, keeps its database in the run's folder, sends nothing anywhere,
and dies with us.
"""

from __future__ import annotations

import os
import socket
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen

from ssd_iter.exceptions import SsdIterError
from ssd_iter.run.paths import RunPaths
from ssd_iter.run.processes import child_process

_START_SECONDS = 120


@contextmanager
def prefect_server(paths: RunPaths) -> Iterator[str]:
    """The API's address; starts a private server where none is configured and ends it on the way out."""
    from prefect.settings import PREFECT_API_URL, get_current_settings, temporary_settings

    configured = get_current_settings().api.url
    if configured:
        yield configured
        return
    port = _free_port()
    url = f"http://127.0.0.1:{port}/api"
    paths.server.mkdir(parents=True, exist_ok=True)
    log = paths.server / "server.log"
    env = os.environ | {"PREFECT_HOME": str(paths.server), "PREFECT_UI_API_URL": "/api"}
    with log.open("ab") as stream, child_process(_command(port), env=env, log=stream) as process:
        _wait_until_healthy(process, url, log)
        with temporary_settings({PREFECT_API_URL: url}):
            yield url


def _command(port: int) -> list[str]:
    # `prefect server start` would start this same process as a child of its own, out of our reach.
    return [
        *("-m", "uvicorn", "--factory", "prefect.server.api.server:create_app"),
        *("--host", "127.0.0.1", "--port", str(port), "--log-level", "error", "--lifespan", "on"),
    ]


def _wait_until_healthy(process: Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    tail = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])
    raise SsdIterError(f"the private Prefect server did not start under {sys.executable}; the end of {log}:\n{tail}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
