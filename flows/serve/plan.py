"""What a serve is going to start: addresses, commands and environments, decided before anything runs."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass

from flows.serve.configured import configured_server
from flows.serve.environment import GPU_LIMIT, REPORTS_URL, RUNS
from flows.serve.settings import SERVER_PORT, Settings, free_port, url_of
from flows.serve.state import Home
from flows.server import server_command, server_environment

POOL = "ssd-iter"
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}
_POLL_SECONDS = 2
"""How soon the worker sees what was launched; Prefect's own 10 s are long in front of a screen."""


@dataclass(frozen=True, slots=True)
class Plan:
    """`port` is that of our server, or None where somebody else's is configured."""

    settings: Settings
    home: Home
    port: int | None
    api_url: str
    ui_url: str

    @property
    def auth(self) -> str | None:
        """The password of our server; somebody else's has its own, which Prefect knows."""
        return self.settings.auth if self.port else None

    @property
    def gpu_limit(self) -> str:
        """On a server of many machines, each has a queue of its own."""
        return "gpu" if self.port else f"gpu-{socket.gethostname()}"

    def server(self, port: int) -> tuple[list[str], dict[str, str]]:
        """The server's command and environment."""
        env = os.environ | server_environment(self.home.root)
        # SQLite refuses one of the server's tasks now and then, which then tries again and needs 100 lines to say so.
        env |= {"PREFECT_LOGGING_SERVER_LEVEL": "ERROR", "PREFECT_LOGGING_ROOT_LEVEL": "CRITICAL"}
        # Any page that a browser has open could otherwise start programs here.
        env |= {"PREFECT_SERVER_CORS_ALLOWED_ORIGINS": self.ui_url, "PREFECT_SERVER_CSRF_PROTECTION_ENABLED": "true"}
        if self.auth is not None:
            env |= {"PREFECT_SERVER_API_AUTH_STRING": self.auth}
        return server_command(self.settings.host, port), env

    def set_up(self, reports_url: str) -> tuple[list[str], dict[str, str]]:
        """The command and environment of what fills the server."""
        arguments = [POOL, self.gpu_limit, str(self.settings.gpu_slots)]
        return ["-m", "flows.serve.deployments", *arguments], self._environment(reports_url)

    def worker(self, reports_url: str) -> tuple[list[str], dict[str, str]]:
        """The worker's command and environment: as many runs as can compute, and one that prepares or grades."""
        return [
            "-m",
            "ssd_iter.run.lean",
            "flows.serve.worker",
            POOL,
            str(self.settings.gpu_slots + 1),
        ], self._environment(reports_url)

    def _environment(self, reports_url: str) -> dict[str, str]:
        env = os.environ | {
            RUNS: str(self.settings.runs),
            REPORTS_URL: reports_url,
            GPU_LIMIT: self.gpu_limit,
            "PREFECT_API_URL": self.api_url,
            "PREFECT_LOGGING_LEVEL": "INFO",
            "PREFECT_WORKER_QUERY_SECONDS": str(_POLL_SECONDS),
        }
        if self.port:
            env |= {"PREFECT_HOME": str(self.home.root), "PREFECT_UI_URL": self.ui_url}
        if self.auth is not None:
            env |= {"PREFECT_API_AUTH_STRING": self.auth}
        return env


def plan(settings: Settings, home: Home) -> Plan:
    """With the server that is configured, where one is; else with one of our own, on a port that is free now."""
    configured = configured_server()
    if configured:
        url = configured.rstrip("/")
        return Plan(settings, home, None, url, url.removesuffix("/api"))
    port = free_port(settings.host, settings.port, SERVER_PORT)
    here = _EVERYWHERE.get(settings.host, settings.host)
    return Plan(settings, home, port, f"{url_of(here, port)}/api", url_of(settings.host, port))
