"""The Prefect server a run reports to: the configured one, the project's `ssd-iter serve`, or a private one.

A private server listens on a free local port for the run's life, keeps its database in the run's folder, sends nothing
anywhere, and dies with us.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen

from flows.log_end import log_end
from flows.new_database import keep, lay_down
from flows.serve.api import Api
from flows.serve.settings import free_port
from flows.serve.state import State, running_serve
from ssd_iter.exceptions import SsdIterError
from ssd_iter.run.paths import RunPaths
from ssd_iter.run.processes import child_process

START_SECONDS = 300


@contextmanager
def prefect_server(paths: RunPaths) -> Iterator[str]:
    """The API's address; starts a private server where there is no other and ends it on the way out."""
    from prefect.settings import PREFECT_API_URL, get_current_settings, temporary_settings

    configured = get_current_settings().api.url
    if configured:
        yield configured
        return
    serve = running_serve(paths.root.parent)
    if serve is not None and serve.server_pid is not None and serve.is_here and Api(serve.api_url).is_healthy():
        with _reporting_to(serve):
            yield serve.api_url
        return
    port = free_port("127.0.0.1", 0, 0)
    url = f"http://127.0.0.1:{port}/api"
    log = paths.server / "server.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    makes_its_own = lay_down(paths.server)
    env = os.environ | server_environment(paths.server)
    with log.open("ab") as stream, child_process(server_command("127.0.0.1", port), env=env, log=stream) as process:
        wait_until_healthy(process, Api(url), log)
        if makes_its_own:
            keep(paths.server)
        with temporary_settings({PREFECT_API_URL: url}):
            yield url


def server_command(host: str, port: int) -> list[str]:
    """What python runs to be a server."""
    # `prefect server start` would start this same process as a child of its own, out of our reach.
    return [
        *("-m", "ssd_iter.run.lean", "uvicorn", "--factory", "prefect.server.api.server:create_app"),
        *("--host", host, "--port", str(port), "--log-level", "error", "--lifespan", "on"),
    ]


def server_environment(home: Path) -> dict[str, str]:
    """What a server is told that keeps its database in `home`."""
    return {
        "PREFECT_HOME": str(home),
        # The pages ask their own address, by whatever name and port they were reached.
        "PREFECT_UI_API_URL": "/api",
        # Who holds the GPU is on disk: known again after a restart.
        "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
    }


def wait_until_healthy(process: Popen[bytes], api: Api, log: Path) -> None:
    """Return when the server answers; SsdIterError with the end of its log where it never does."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if api.is_healthy():
            return
        time.sleep(0.1)
    raise SsdIterError(f"Prefect's server did not start under {sys.executable}; {log_end(log)}")


@contextmanager
def _reporting_to(serve: State) -> Iterator[None]:
    """Prefect's client and our stages know the serve: its address and password, its reports, its queue for the GPU."""
    from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings

    os.environ.update(serve.environment())
    try:
        with temporary_settings({PREFECT_API_URL: serve.api_url, PREFECT_API_AUTH_STRING: serve.auth}):
            yield
    finally:
        for name in serve.environment():
            del os.environ[name]
