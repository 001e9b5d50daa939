"""A serve from its start to its end: one process that keeps its parts alive and takes them along when it goes."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from types import FrameType

from flows.display import say
from flows.log_end import log_end
from flows.new_database import lay_down
from flows.serve.api import Api
from flows.serve.cut_runs import mark_cut_runs
from flows.serve.parts import Part
from flows.serve.plan import POOL, Plan, plan
from flows.serve.reports_http import serve_reports
from flows.serve.settings import REPORTS_PORT, Settings, check, listen, url_of
from flows.serve.state import Home, State, home_of, running_serve, write_state
from flows.serve.status import worker_is_online
from flows.server import START_SECONDS, wait_until_healthy
from ssd_iter.exceptions import RunLockedError, SsdIterError
from ssd_iter.run.processes import run_lock

_STEP_SECONDS = 0.2
_ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def serve(settings: Settings) -> None:
    """Serve until told to end. Raises ConfigError for what cannot be served, RunLockedError where another serve is."""
    check(settings)
    home = home_of(settings.runs)
    settings.runs.mkdir(parents=True, exist_ok=True)
    home.root.mkdir(exist_ok=True)
    home.root.chmod(0o700)
    with suppress(KeyboardInterrupt), _ended_by_signals(), ExitStack() as stack:
        _lock(stack, settings, home)
        # Taken away last, when all has ended, and before the lock is free.
        stack.callback(home.state.unlink, missing_ok=True)
        _serve(stack, plan(settings, home))
    say("ended; nothing is left running")


def _lock(stack: ExitStack, settings: Settings, home: Home) -> None:
    try:
        stack.enter_context(run_lock(home.lock))
    except RunLockedError:
        other = running_serve(settings.runs)
        where = f"at {other.ui_url} (process {other.pid} on {other.machine})" if other else "and not up yet"
        raise RunLockedError(
            f"{settings.runs} is being served already, {where}; `ssd-iter serve --stop` ends that"
        ) from None
    home.state.unlink(missing_ok=True)


def _serve(stack: ExitStack, planned: Plan) -> None:
    settings, home, started_at = planned.settings, planned.home, datetime.now(UTC)
    listening = listen(settings.host, settings.reports_port, REPORTS_PORT, not_these=[planned.port or 0])
    reports_url = url_of(settings.host, listening.getsockname()[1])
    stack.enter_context(serve_reports(settings.runs, listening, settings.auth))

    def start(name: str, command: list[str], env: dict[str, str]) -> Part:
        return stack.enter_context(Part(name, command, env, home.log(name)))

    api = Api(planned.api_url, planned.auth)
    lay_down(home.root)
    server = start("server", *planned.server(planned.port)) if planned.port else None
    if server is None and not api.is_healthy():
        raise SsdIterError(f"{planned.api_url} is configured, and does not answer: start it, or unset PREFECT_API_URL")
    if server is not None:
        # Called when the worker has ended and the server has not.
        stack.callback(mark_cut_runs, api, POOL)
    # These take as long to load as the server takes to start: all at once, and they wait for it.
    worker = start("worker", *planned.worker(reports_url))
    with Part("set-up", *planned.set_up(reports_url), home.log("set-up")) as set_up:
        if server is not None:
            wait_until_healthy(server.process, api, server.log)
            mark_cut_runs(api, POOL, before=started_at)  # of a serve before us that was killed
        _wait_for_end(set_up)
    state = State(
        pid=os.getpid(),
        machine=socket.gethostname(),
        started_at=started_at,
        runs=settings.runs,
        api_url=planned.api_url,
        ui_url=planned.ui_url,
        server_pid=server.process.pid if server else None,
        worker_pid=worker.process.pid,
        pool=POOL,
        reports_url=reports_url,
        gpu_limit=planned.gpu_limit,
        gpu_slots=settings.gpu_slots,
        auth=settings.auth,
    )
    _wait_for_worker(worker, api, state)
    write_state(home, state)
    _tell(state)
    _keep(server, worker, home, state)


def _wait_for_end(set_up: Part) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not set_up.has_ended and time.monotonic() < deadline:
        time.sleep(_STEP_SECONDS)
    if set_up.process.returncode != 0:
        raise SsdIterError(f"Prefect's server could not be set up; {log_end(set_up.log)}")


def _wait_for_worker(worker: Part, api: Api, state: State) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not worker_is_online(api, state):
        if worker.has_ended or time.monotonic() > deadline:
            raise SsdIterError(f"the worker did not start; {log_end(worker.log)}")
        time.sleep(_STEP_SECONDS)


def _tell(state: State) -> None:
    whose = "" if state.server_pid else "  (configured, not ours)"
    print(f"Prefect  {state.ui_url}{whose}")
    print(f"reports  {state.reports_url}")
    print("ready; Ctrl-C, or `ssd-iter serve --stop`, ends it", flush=True)


def _keep(server: Part | None, worker: Part, home: Home, state: State) -> None:
    """Start again what dies, for ever."""
    while True:
        time.sleep(_STEP_SECONDS)
        for part, field in ((server, "server_pid"), (worker, "worker_pid")):
            if part is not None and part.has_ended:
                say(f"the {part.name} ended with code {part.process.returncode} and is started again: {part.log}")
                part.start_again()
                state = state.model_copy(update={field: part.process.pid})
                write_state(home, state)


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """A signal that asks us to end does so in order, as Ctrl-C does; what is ignored, as under nohup, stays so."""

    def end(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    heard = [number for number in _ENDS if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, end) for number in heard}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
