"""Stages and flows forked from a process that has loaded what they need: a kill then costs no ten seconds of imports.

Reads one JSON request a line and answers each with one: `kind` is `stage` (then `argument` is a plan's path) or `run`
(then it is the folder of a run to go on with, as the flow does but without Prefect), `trap` is armed in the child,
`kill_after` kills it after so many seconds, `fill` is a file that takes all but so many kB of its disk as soon as a run
has seen that there is room.
What outlives the child is waited for, and killed after `patience` seconds; the answer tells of it.

Stages that a flow starts are forked here too: `inject/sitecustomize.py` asks for it, over the socket at `sys.argv[1]`.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import select
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent / "inject"))

import accelerate  # noqa: F401
import datasets  # noqa: F401
import torch  # noqa: F401
import transformers.generation
import transformers.trainer  # noqa: F401
import trap

import flows.experiment
import flows.numbers
import flows.pages
import flows.round
import flows.run
import ssd_iter.stage
from ssd_iter.exceptions import SsdIterError
from ssd_iter.run import keeper
from ssd_iter.run.paths import RunPaths

_ENDED: dict[int, int] = {}
"""The wait statuses of children that have ended and whom nobody has asked after yet."""


def main() -> None:
    keeper._prctl(keeper._PR_SET_CHILD_SUBREAPER, 1)
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    asked = socket.socket(socket.AF_UNIX)
    asked.bind(sys.argv[1])
    asked.listen()
    asked.setblocking(False)
    waiting: dict[int, socket.socket] = {}
    print(json.dumps("ready"), file=answers, flush=True)
    while line := os.read(0, 65536):
        print(json.dumps(serve(json.loads(line), asked, waiting)), file=answers, flush=True)


def serve(request: dict[str, Any], asked: socket.socket, waiting: dict[int, socket.socket]) -> dict[str, Any]:
    """Fork one child, and the stages it asks for meanwhile; returns how it ended."""
    _ENDED.clear()
    began = time.monotonic()
    child = fork(lambda: begin(request), asked)
    while child not in _ENDED:
        if time.monotonic() - began > request.get("kill_after", 500):
            os.kill(child, signal.SIGKILL)
        attend(asked, waiting)
    patience = time.monotonic() + request.get("patience", 0)
    while (left := keeper._below()) and time.monotonic() < patience:
        attend(asked, waiting)
    keeper._end_all(0)
    for connection in waiting.values():
        connection.close()
    waiting.clear()
    code = os.waitstatus_to_exitcode(_ENDED.pop(child))
    return {"code": code, "left": sorted(left), "seconds": time.monotonic() - began}


def attend(asked: socket.socket, waiting: dict[int, socket.socket]) -> None:
    """Fork the stages that are asked for, tell those who asked how they ended, end those whose asker is gone."""
    ready, _, _ = select.select([asked, *waiting.values()], [], [], 0.005)
    for pid, connection in list(waiting.items()):
        if connection in ready:  # it never says more: it is gone
            os.kill(pid, signal.SIGKILL)
    if asked in ready:
        connection, _ = asked.accept()
        connection.setblocking(True)
        message, descriptors, _, _ = socket.recv_fds(connection, 65536, 1)
        request = json.loads(message)
        waiting[fork(lambda: begin_stage(request, descriptors[0]), asked, connection)] = connection
        os.close(descriptors[0])
    _ENDED.update(keeper._collect())
    for pid in [pid for pid in waiting if pid in _ENDED]:
        with waiting.pop(pid) as connection, contextlib.suppress(BrokenPipeError):  # who asked may be gone
            connection.sendall(str(os.waitstatus_to_exitcode(_ENDED.pop(pid))).encode())


def fork(live: Callable[[], Any], *inherited: socket.socket) -> int:
    child = os.fork()
    if child == 0:
        code: Any = 1
        try:
            for each in inherited:
                each.close()
            os.setsid()
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            code = live()
        except SystemExit as end:
            code = end.code or 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    return child


def begin(request: dict[str, Any]) -> int:
    log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    if request["kind"] == "stage":
        return begin_stage(request, log)
    speak_to(log)
    if request.get("trap"):
        trap.arm(request["trap"])
    if request.get("fill"):
        fill_when_looked_at(*request["fill"])
    os.environ["SSD_ITER_FORKS"] = sys.argv[1]
    os.environ["PYTHONPATH"] = os.pathsep.join([str(Path(__file__).parent / "inject"), os.environ["PYTHONPATH"]])
    os.environ.update(request.get("env", {}))
    return go_on(RunPaths(Path(request["argument"])))


def fill_when_looked_at(ballast: str, left_kb: int) -> None:
    look = flows.experiment.refuse_full_disk

    def look_then_fill(*arguments: Any) -> None:
        look(*arguments)
        free = os.statvfs(Path(ballast).parent)
        Path(ballast).write_bytes(b"\0" * (free.f_bavail * free.f_frsize - 1024 * left_kb))

    flows.experiment.refuse_full_disk = look_then_fill  # type: ignore[attr-defined]


def go_on(paths: RunPaths) -> int:
    # What flows do, less Prefect: its server alone would take longer than all the rest.
    for module in (flows.run, flows.round):
        module.outlive = lambda flow, *arguments: flow.fn(*arguments)  # type: ignore[attr-defined]
    flows.run.call_aside = call_here  # type: ignore[assignment]
    flows.round.Aside.call = flows.round.Aside.begin = staticmethod(call_here)  # type: ignore[assignment,method-assign]
    flows.round.run_stage = flows.round.run_stage.fn  # type: ignore[assignment]
    try:
        with flows.run.working_on(paths):
            flows.run.run_rounds(paths)
    except SsdIterError as error:
        print(f"ssd-iter: {error}", file=sys.stderr)
        return error.exit_code
    return 0


def call_here(function: str, *arguments: Any) -> Any:
    """In place of `call_aside`, which loads everything anew."""
    module, _, name = function.partition(":")
    return getattr(importlib.import_module(module), name)(*arguments)


def begin_stage(request: dict[str, Any], log: int) -> int:
    speak_to(log)
    os.environ.update(request.get("env", {}))
    if request.get("trap"):
        trap.arm(request["trap"])
    return ssd_iter.stage.main(Path(request["argument"]))


def speak_to(log: int) -> None:
    for descriptor in (1, 2):
        os.dup2(log, descriptor)


if __name__ == "__main__":
    main()
