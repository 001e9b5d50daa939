"""Workers side by side: programs go out, results come back, and a worker that is lost costs nothing but time."""

from __future__ import annotations

import contextlib
import os
import pickle
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from multiprocessing.connection import Connection

from ssd_iter.exceptions import IsolationError
from ssd_iter.execution.behaviour import Behaviour
from ssd_iter.execution.programs import ExecutionResult, Isolation, Program
from ssd_iter.records import Verdict

ATTEMPTS = 3
_AHEAD = 4
"""Programs given to a worker at a time, so that it need not wait for the next."""
_SMALL_BYTES = 2**15
_GRACE_SECONDS = 20.0
"""Beyond all limits of a program, before its worker counts as stuck."""
STUCK_ATTEMPTS = 2
_ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}


class Worker:
    """A checker process with its box, and the programs it has been given."""

    def __init__(self, level: Isolation, core: int) -> None:
        """Start one. IsolationError where the level cannot be had."""
        # Where programs of level `process` work; ours to remove, as the checker may be killed.
        self._scratch = tempfile.mkdtemp(prefix="ssd-iter-") if level == "process" else ""
        ours, theirs = socket.socketpair()
        numbers = (core, os.getpid(), theirs.fileno())
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "ssd_iter.execution.checker", level, self._scratch, *map(str, numbers)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
                env=os.environ | _ENVIRONMENT,
            )
        self.connection = Connection(ours.detach())
        self.given: deque[int] = deque()
        self.deadline = 0.0
        try:
            refused = self.connection.recv()
        except BaseException as error:
            self.close()
            if isinstance(error, EOFError):
                raise IsolationError(f"a worker of isolation level {level} ended as it started") from None
            raise
        if refused is not None:
            self.close()
            raise IsolationError(refused)

    def close(self) -> None:
        """End it, its box and what runs there: they are one process group."""
        self.connection.close()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        if self._scratch:
            shutil.rmtree(self._scratch, ignore_errors=True)


class Pool:
    """Runs programs on a number of workers. Closing it ends them all."""

    def __init__(self, level: Isolation, size: int) -> None:
        self._level = level
        self._size = size
        self._workers: set[Worker] = set()
        cores = sorted(os.sched_getaffinity(0))
        first = os.getpid() % len(cores)  # so that pools of one worker do not all meet on the first core
        self._cores = cores[first:] + cores[:first]
        self._started = 0
        self._packed: tuple[int, bytes] | None = None
        self._selector = selectors.DefaultSelector()

    def run(self, programs: Sequence[Program]) -> Iterator[tuple[int, ExecutionResult]]:
        """Each program's index and result, as it finishes. One whose time-out is doubtful is run again, alone, when all
        others have finished."""
        doubtful: list[int] = []
        for index, result in self._run(programs, range(len(programs)), self._size):
            if result.doubtful:
                doubtful.append(index)
            else:
                yield index, result
        for index, result in self._run(programs, doubtful, 1):
            yield index, replace(result, attempts=result.attempts + 1)

    def close(self) -> None:
        """End all workers."""
        for worker in self._workers:
            worker.close()
        self._workers.clear()
        self._selector.close()

    def _run(
        self, programs: Sequence[Program], indices: Sequence[int], size: int
    ) -> Iterator[tuple[int, ExecutionResult]]:
        waiting = deque(indices)
        losses: Counter[tuple[int, bool]] = Counter()
        self._packed = None
        while len(self._workers) < min(size, len(waiting)):
            self._start()
        using = sorted(self._workers, key=id)[:size]
        try:
            while waiting or any(worker.given for worker in using):
                self._deal(using, waiting, programs)
                for worker in self._ready(using):
                    answer = self._answer(worker)
                    if answer is not None:
                        worker.given.popleft()
                        _set_deadline(worker, programs)
                        yield answer
                        continue
                    stuck = worker.deadline <= time.monotonic()
                    lost = self._drop(worker)
                    using[using.index(worker)] = self._start()
                    if lost:
                        losses[lost[0], stuck] += 1
                        if losses[lost[0], stuck] >= (STUCK_ATTEMPTS if stuck else ATTEMPTS):
                            yield lost[0], _given_up(programs[lost[0]], stuck=stuck)
                            lost = lost[1:]
                    waiting.extendleft(reversed(lost))
        finally:
            for worker in using:
                if worker.given:  # closed early: its answers are for nobody
                    self._drop(worker)

    def _start(self) -> Worker:
        worker = Worker(self._level, self._cores[self._started % len(self._cores)])
        self._started += 1
        self._workers.add(worker)
        self._selector.register(worker.connection, selectors.EVENT_READ, worker)
        return worker

    def _deal(self, using: Sequence[Worker], waiting: deque[int], programs: Sequence[Program]) -> None:
        """Give each worker one program, then each a second, and so on."""
        for depth in range(_AHEAD):
            for worker in using:
                if not waiting:
                    return
                if len(worker.given) == depth:
                    self._give(worker, waiting, programs)

    def _give(self, worker: Worker, waiting: deque[int], programs: Sequence[Program]) -> None:
        if self._packed is None or self._packed[0] != waiting[0]:
            self._packed = waiting[0], pickle.dumps((waiting[0], programs[waiting[0]]))
        # A worker that is busy reads nothing: more than the pipe holds would stop us here.
        if worker.given and len(self._packed[1]) > _SMALL_BYTES:
            return
        with contextlib.suppress(OSError):  # a worker that is gone says so when it is read from
            worker.connection.send_bytes(self._packed[1])
        worker.given.append(waiting.popleft())
        if len(worker.given) == 1:
            _set_deadline(worker, programs)

    def _ready(self, using: Sequence[Worker]) -> list[Worker]:
        """Workers that have an answer, are gone, or are stuck."""
        next_deadline = min(worker.deadline for worker in using if worker.given)
        events = self._selector.select(max(0.0, next_deadline - time.monotonic()))
        if events:
            for worker in {key.data for key, _ in events} - set(using):
                self._drop(worker)  # it waits for nothing, so it has come to its end
            return [key.data for key, _ in events if key.data in using]
        now = time.monotonic()
        return [worker for worker in using if worker.given and worker.deadline <= now]

    def _answer(self, worker: Worker) -> tuple[int, ExecutionResult] | None:
        """A worker's next answer; None where it is gone or stuck."""
        try:
            if not worker.connection.poll():
                return None
            answer: tuple[int, ExecutionResult] = worker.connection.recv()
        except (EOFError, OSError):
            return None
        return answer

    def _drop(self, worker: Worker) -> list[int]:
        """End a worker; what it had been given."""
        self._selector.unregister(worker.connection)
        self._workers.discard(worker)
        worker.close()
        return list(worker.given)


def _set_deadline(worker: Worker, programs: Sequence[Program]) -> None:
    if worker.given:
        worker.deadline = time.monotonic() + programs[worker.given[0]].longest_seconds + _GRACE_SECONDS


def _given_up(program: Program, *, stuck: bool) -> ExecutionResult:
    """Stuck: the sandbox held, and tests that cannot be interrupted (a power of a number as long as a book) were kept
    busy by the answer; what that was is lost. Otherwise the worker was ended, or came to its end, again and again."""
    verdict: Verdict = "timeout:wall" if stuck else "sandbox_error"
    behaviour = Behaviour().sha256([verdict]) if stuck and not program.inproc else None
    detail = "its answers keep the tests busy without an end" if stuck else f"its worker was lost {ATTEMPTS} times"
    attempts = STUCK_ATTEMPTS if stuck else ATTEMPTS
    return ExecutionResult(
        verdict=verdict,
        detail=detail,
        num_tests=program.num_tests,
        num_passed=0,
        attempts=attempts,
        behaviour_sha256=behaviour,
    )
