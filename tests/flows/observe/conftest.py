"""A Prefect server to show things on and to read them back from, and a run that has reports to show."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from prefect import flow
from prefect._internal.concurrency.threads import wait_for_global_loop_exit
from prefect.client.orchestration import get_client
from prefect.context import FlowRunContext
from prefect.settings import PREFECT_API_URL, temporary_settings

from flows.observe.events import RUN_FINISHED
from reports.render import write_index, write_round_report
from ssd_iter.run.paths import RunPaths
from ssd_iter.run.plan import RoundPlan


@dataclass(frozen=True)
class Server:
    """A Prefect server, and what it knows of flow runs."""

    url: str

    def call(self, body: Callable[[], object]) -> UUID:
        """Call something in a flow; returns the flow run's id."""

        @flow(name="ssd-iter")
        def observed() -> str:
            body()
            return str(FlowRunContext.get().flow_run.id)

        with temporary_settings({PREFECT_API_URL: self.url}):
            return UUID(observed())

    def ask(self, route: str, **filters: Any) -> list[dict[str, Any]]:
        """What the server answers to a filter."""
        with temporary_settings({PREFECT_API_URL: self.url}), get_client(sync_client=True) as client:
            answer = client.request("POST", route, json=filters).json()
        return answer["events"] if route.startswith("/events") else answer

    def artifacts(self, flow_run: UUID) -> dict[str, dict[str, Any]]:
        """The artifacts of a flow run by key, of which each may be there once."""
        found = self.ask("/artifacts/filter", artifacts={"flow_run_id": {"any_": [str(flow_run)]}})
        assert len({artifact["key"] for artifact in found}) == len(found)
        return {artifact["key"]: artifact for artifact in found}

    def events(self, run_id: str) -> list[dict[str, Any]]:
        """The events of a run of ours, the oldest first, as soon as its end is among them."""
        about = {"resource": {"id": [f"ssd-iter.run.{run_id}"]}, "order": "ASC"}

        def ended() -> list[dict[str, Any]]:
            found = self.ask("/events/filter", filter=about, limit=50)
            return found if any(event["event"] == RUN_FINISHED for event in found) else []

        return eventually(ended)

    def logs(self, flow_run: UUID | str) -> list[dict[str, Any]]:
        """The lines of a flow run's log, its tasks' among them, as soon as there are some."""
        about = {"flow_run_id": {"any_": [str(flow_run)]}}
        return eventually(lambda: self.ask("/logs/filter", logs=about, sort="TIMESTAMP_ASC"))


def eventually(look: Callable[[], list[dict[str, Any]]], seconds: float = 60) -> list[dict[str, Any]]:
    """What is seen at last: the server takes events and lines in by and by."""
    deadline = time.monotonic() + seconds
    while not (found := look()) and time.monotonic() < deadline:
        time.sleep(0.2)
    return found


@pytest.fixture(scope="module")
def server(shared_server: str) -> Iterator[Server]:
    """The server that most tests share. What Prefect's threads have to send is sent, and none of them is left.

    One that keeps its connection alive draws from `random`, which hypothesis forbids while it makes examples; the
    public `drain_all` does not know a worker that was replaced.
    """
    yield Server(shared_server)
    wait_for_global_loop_exit(timeout=60)


@pytest.fixture(scope="session")
def with_reports(written_run: RunPaths, tmp_path_factory: pytest.TempPathFactory) -> RunPaths:
    """A run of two rounds after the base, with its reports."""
    paths = RunPaths(Path(shutil.copytree(written_run.root, tmp_path_factory.mktemp("runs") / "written-1")))
    for round in range(3):
        write_round_report(paths, round)
    write_index(paths)
    return paths


@pytest.fixture
def reported(with_reports: RunPaths, tmp_path: Path) -> RunPaths:
    """That run in another place, free to be changed."""
    return RunPaths(Path(shutil.copytree(with_reports.root, tmp_path / "runs" / "written-1")))


@pytest.fixture(scope="session")
def second_round() -> RoundPlan:
    """The plan of the last round of that run, of which nothing is left to do."""
    return RoundPlan(2, 1, 1, 1, data=(), stages=(), second_look=())  # type: ignore[arg-type]
