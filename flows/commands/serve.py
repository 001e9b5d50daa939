"""`ssd-iter serve`: launch and watch runs in a browser."""

from __future__ import annotations

import importlib
import json
from typing import Annotated, Any

from cyclopts import Parameter, validators

from flows.commands.options import RUNS, AsJson, RunsDir
from flows.display import format_table
from flows.serve.settings import Settings
from flows.serve.status import status as status_of
from flows.serve.status import stop as end
from ssd_iter.exceptions import ConfigError

Port = Annotated[int | None, Parameter(validator=validators.Number(gte=1, lte=65_535))]


def serve(
    *,
    port: Port = None,
    reports_port: Port = None,
    host: str = "127.0.0.1",
    auth: Annotated[str | None, Parameter(env_var="SSD_ITER_AUTH")] = None,
    gpu_slots: Annotated[int, Parameter(validator=validators.Number(gte=1))] = 1,
    status: Annotated[bool, Parameter(negative="")] = False,
    stop: Annotated[bool, Parameter(negative="")] = False,
    json_: AsJson = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Launch, watch, cancel and resume runs in a browser: Prefect's server and a worker, and the reports over HTTP.

    A server that is configured in Prefect's way (PREFECT_API_URL, a profile) is used instead of an own one.

    Parameters
    ----------
    port
        Of Prefect's pages; without it 4200, or the next that is free.
    reports_port
        Of the reports; without it 4201, or the next that is free.
    host
        The address to listen on. Others than this machine's own want --auth.
    auth
        USER:PASSWORD for both. In the environment others don't see it in the list of processes.
    gpu_slots
        How many stages with a model in them may be at work at once; one run more than that is under way.
    status
        Say what runs where, and which runs are not over.
    stop
        End what another terminal started.
    """
    runs = runs_dir.resolve()
    if (status and stop) or (json_ and not status):
        raise ConfigError("--status and --stop are one or the other, and --json goes with --status")
    if stop:
        print(f"ended {end(runs).ui_url}")
    elif status:
        document = status_of(runs)
        print(json.dumps(document) if json_ else _in_words(document))
    else:
        # What serves takes a second to load: --status and --stop don't wait for it.
        service = importlib.import_module("flows.serve.service")
        service.serve(Settings(runs, host, port, reports_port, auth, gpu_slots))


def _in_words(document: dict[str, Any]) -> str:
    parts = [
        {
            "part": name,
            "where": document[name].get("url", ""),
            "pid": document[name]["pid"],
            "state": _state(document[name]),
        }
        for name in ("server", "worker", "reports")
    ]
    gpu = document["gpu"]
    taken = "unknown" if gpu["taken"] is None else f"{gpu['taken']} of {gpu['slots']} taken"
    lines = [
        f"serving {document['runs']} since {document['started_at']}, process {document['pid']}\n",
        format_table(parts),
        f"queue {gpu['limit']}: {taken}",
        f"to be launched: {', '.join(document['deployments']) or 'nothing'}",
    ]
    return "\n".join([*lines, format_table(document["active"]) if document["active"] else "no run is under way"])


def _state(part: dict[str, Any]) -> str:
    return "healthy" if part["healthy"] else "does not answer"
