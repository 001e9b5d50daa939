"""Where a run, its rounds and its stages are observed from: one context manager each, none of which can fail them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID

from prefect.context import FlowRunContext
from prefect.events.worker import EventsWorker
from prefect.logging.handlers import APILogWorker

from flows.observe.artifacts import pages, round_report, rounds_table
from flows.observe.board import Board
from flows.observe.events import tell_round, tell_run
from flows.observe.logs import LogTail, lines_forwarded
from flows.observe.progress import RoundProgress
from flows.observe.quiet import best_effort, warn_once
from ssd_iter.run.paths import RunPaths, StagePaths, read_json
from ssd_iter.run.plan import RoundPlan, StagePlan
from ssd_iter.run.progress import Progress

_DRAIN_SECONDS = 5.0


@dataclass(slots=True)
class _Run:
    board: Board
    flow_run: UUID
    worked: bool = False
    """Whether a round has ended in it that had not before."""


_RUN: ContextVar[_Run | None] = ContextVar("run", default=None)
_ROUND: ContextVar[RoundProgress | None] = ContextVar("round", default=None)


@contextmanager
def observed_run(paths: RunPaths) -> Iterator[None]:
    """While the rounds of a run are carried out, in a flow: its table, its pages, what it says, and that it has ended.

    On the way out what Prefect has not sent yet is sent: a private server ends with the run.
    """
    flow_run = _flow_run()
    if flow_run is None:
        yield
        return
    with lines_forwarded(), Board() as board:
        run = _Run(board, flow_run)
        token = _RUN.set(run)
        try:
            _show_run(run, paths)
            yield
            _show_run(run, paths)  # again: its policy may have ended it
            if run.worked:
                best_effort(tell_run)(paths)
        finally:
            _RUN.reset(token)
            _drain()


@contextmanager
def observed_round(paths: RunPaths, plan: RoundPlan, rounds: int) -> Iterator[None]:
    """While a round is carried out: how far it is, of so many `rounds`; at its end its report, and once its events."""
    run, flow_run = _RUN.get(), _flow_run()
    if run is None or flow_run is None:
        yield
        return
    ended_before = paths.round_markdown(plan.round).exists()
    token = _ROUND.set(_progress(run, flow_run, paths, plan, rounds))
    try:
        yield
        _show_round(run, flow_run, paths, plan.round)
        if not ended_before:
            run.worked = True
            best_effort(tell_round)(paths, plan.round)
    finally:
        _ROUND.reset(token)


@contextmanager
def observed_stage(stage: StagePaths, plan: StagePlan) -> Iterator[Callable[[Progress | None], None]]:
    """While a stage is at work, in its task: what it prints, and each time it is told, how far it is."""
    tail, progress = LogTail(stage.log), _ROUND.get()

    def look(latest: Progress | None) -> None:
        tail.forward()
        if progress is not None:
            progress.look(plan.stage, latest)

    try:
        yield best_effort(look)
    finally:
        best_effort(tail.close)()


def _progress(run: _Run, flow_run: UUID, paths: RunPaths, plan: RoundPlan, rounds: int) -> RoundProgress | None:
    try:
        return RoundProgress(run.board, list(dict.fromkeys((run.flow_run, flow_run))), paths, plan, rounds)
    except Exception as error:
        warn_once(error)
        return None


@best_effort
def _show_round(run: _Run, flow_run: UUID, paths: RunPaths, round: int) -> None:
    progress = _ROUND.get()
    if progress is not None:
        progress.end(read_json(paths.round_report(round))["verdict"]["word"])
    run.board.show(round_report(paths, round, flow_run))
    _show_run(run, paths)


@best_effort
def _show_run(run: _Run, paths: RunPaths) -> None:
    if not paths.report.exists():
        return
    run.board.show(pages(paths, run.flow_run))
    table = rounds_table(paths, run.flow_run)
    if table is not None:
        run.board.show(table)


def _flow_run() -> UUID | None:
    context = FlowRunContext.get()
    return None if context is None or context.flow_run is None else context.flow_run.id


@best_effort
def _drain() -> None:
    for worker in (EventsWorker, APILogWorker):
        worker.drain_all(timeout=_DRAIN_SECONDS)
