"""The whole of it: a server, a worker and pages come up, work together, come back when killed, and go."""

from __future__ import annotations

import base64
import signal
import sqlite3
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from watch import alive, below, wait_for

from flows.deployed import DEPLOYMENTS
from flows.serve.api import Api
from flows.serve.environment import gpu_limit, reports_url
from flows.serve.state import State, running_serve
from flows.server import prefect_server
from ssd_iter.run.paths import RunPaths

Processes = set[tuple[int, str]]


def state_of(served: Any) -> State:
    state = running_serve(served.runs)
    assert state is not None
    return state


def api_of(served: Any) -> Api:
    state = state_of(served)
    return Api(state.api_url, state.auth)


def test_a_serve_says_where_everything_is_and_whether_it_answers(served: Any) -> None:
    status = served.status()
    assert [line for line in served.said if status["server"]["url"] in line or status["reports"]["url"] in line]
    assert all(status[part]["healthy"] for part in ("server", "worker", "reports"))
    assert status["deployments"] == sorted(deployment.name for deployment in DEPLOYMENTS)
    assert status["gpu"] == {"limit": "gpu", "slots": 1, "taken": 0}
    assert status["active"] == []
    words = served.command("serve", "--status").stdout
    assert status["server"]["url"] in words and "no run is under way" in words


def test_a_second_serve_of_the_same_runs_is_refused_and_says_where_the_first_is(served: Any) -> None:
    second = served.command("serve")
    assert second.returncode == 6
    assert served.status()["server"]["url"] in second.stderr


def test_nothing_is_told_without_the_password(served: Any) -> None:
    state = state_of(served)
    for url in (f"{state.api_url}/admin/version", state.reports_url):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(url)
        with refused.value as answer:
            assert answer.code == 401


def test_another_page_of_the_browser_starts_nothing(served: Any) -> None:
    state = state_of(served)
    # What a page may send to any address without being asked whether it may.
    request = urllib.request.Request(f"{state.api_url}/flows/", b'{"name": "planted"}', {"Content-Type": "text/plain"})
    request.add_header("Authorization", f"Basic {base64.b64encode(str(state.auth).encode()).decode()}")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)
    with refused.value as answer:
        assert answer.code == 403 and b"CSRF" in answer.read()


def test_the_password_is_for_the_owner_alone(served: Any) -> None:
    assert (served.runs.parent / ".prefect").stat().st_mode & 0o777 == 0o700


def test_a_run_in_a_terminal_reports_to_the_serve_of_its_folder(served: Any) -> None:
    from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings

    state = state_of(served)
    with temporary_settings(restore_defaults={PREFECT_API_URL}):
        with prefect_server(RunPaths(served.runs / "a-run")) as url:
            assert url == state.api_url == PREFECT_API_URL.value()
            assert PREFECT_API_AUTH_STRING.value() == state.auth
            assert (gpu_limit(), reports_url()) == ("gpu", state.reports_url)
        assert (gpu_limit(), reports_url()) == (None, None)


def test_what_is_launched_works_on_the_runs_that_are_served(served: Any) -> None:
    api = api_of(served)
    resume = api.get("/deployments/name/ssd-iter/resume")
    run = api.post(f"/deployments/{resume['id']}/create_flow_run", {"parameters": {"run": "nothing"}})
    wait_for(lambda: api.get(f"/flow_runs/{run['id']}")["state"]["type"] == "FAILED")
    assert f"no runs in {served.runs}" in api.get(f"/flow_runs/{run['id']}")["state"]["message"]


@pytest.mark.parametrize("part", ["worker", "server"])
def test_a_part_that_is_killed_comes_back(served: Any, part: str) -> None:
    before = served.status()[part]["pid"]
    for process in below(before):
        process.kill()
    wait_for(lambda: (now := served.status())[part]["healthy"] and now[part]["pid"] != before)


def test_a_configured_server_is_used_and_a_killed_serve_leaves_nothing(
    served: Any, start_serve: Callable, tmp_path: Path
) -> None:
    state = state_of(served)
    theirs = {"PREFECT_API_URL": state.api_url, "PREFECT_API_AUTH_STRING": state.auth}
    other = start_serve(tmp_path / "runs", **theirs).wait()
    status = other.status()
    assert status["server"]["pid"] is None and status["server"]["url"] == state.ui_url
    assert status["gpu"]["limit"] != "gpu"
    assert status["reports"]["url"] != state.reports_url
    left = below(other.process.pid)
    other.process.send_signal(signal.SIGKILL)
    other.process.wait()
    wait_for(lambda: not alive(left), seconds=30)
    assert running_serve(tmp_path / "runs") is None
    watching = api_of(served).post("/automations/filter", {})
    assert [automation["enabled"] for automation in watching] == [True], "set up twice, watched once"


def test_a_serve_that_is_stopped_leaves_nothing_and_says_so_of_its_runs(served: Any) -> None:
    api = api_of(served)
    resume = api.get("/deployments/name/ssd-iter/resume")
    tomorrow = {"type": "SCHEDULED", "state_details": {"scheduled_time": "2099-01-01T00:00:00Z"}}
    run = api.post(f"/deployments/{resume['id']}/create_flow_run", {"state": tomorrow})
    api.post(f"/flow_runs/{run['id']}/set_state", {"state": {"type": "RUNNING"}, "force": True})
    left = below(served.process.pid)

    assert served.command("serve", "--stop").returncode == 0
    assert served.process.wait(10) == 0
    assert not alive(left)
    with closing(sqlite3.connect(served.runs.parent / ".prefect" / "prefect.db")) as database:
        states = dict(database.execute("SELECT id, state_type FROM flow_run").fetchall())
    assert states[run["id"]] == "CRASHED"
    assert served.command("serve", "--stop").returncode == 3
