"""The one place where model-written code runs: each program in a fresh process of its own, under limits.

Holds: CPU, wall, memory, file-size and open-file limits; an empty environment, stdin and folder; no pass by printing
or by leaving early; nothing left running in the process group; workers die with the thread that started them.
Verdicts repeat: hash seed 0, `random.seed(0)`, the standard library alone, and CPU time as the clock that decides.

Does not hold against malice: a program can read and write files, use the network, leave its process group and outlive
its verdict, or pass by force (see `worker`). Full isolation is to come behind this same function; until then, run
models you do not trust inside a container. Linux only (pidfd, PR_SET_PDEATHSIG).
"""

from __future__ import annotations

import contextlib
import marshal
import os
import py_compile
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from ssd_iter.execution.limits import Limits
from ssd_iter.execution.programs import ExecutionResult, Program
from ssd_iter.records import Verdict

ISOLATION = "process"
"""How programs are kept apart, for the record."""

# Not -I, which would ignore the hash seed. Nothing can be imported but the standard library.
PYTHON = (sys.executable, "-S", "-s", "-B", "-P", "-X", "utf8", "-W", "ignore")
WORKER = Path(__file__).with_name("worker.py")
ENVIRONMENT = {"PYTHONHASHSEED": "0"}
ATTEMPTS = 3
MAX_REPORT_BYTES = 2**20
MAX_DETAIL_LENGTH = 300
REPORTED: tuple[Verdict, ...] = ("wrong", "exception", "memory", "exit", "output_limit", "syntax")
"""Failures that a worker tells of itself; all others are seen from outside."""


@dataclass(frozen=True, slots=True)
class _Ended:
    """What a worker left behind."""

    report: list[str]
    output_tail: str
    crossed: Literal["timeout:cpu", "timeout:wall"] | None
    """The limit for which it was killed from here."""
    exit_code: int
    """Negative: the signal that ended it."""
    cpu_seconds: float


def execute(programs: Sequence[Program], limits: Limits, workers: int) -> Iterator[tuple[int, ExecutionResult]]:
    """Run all programs, `workers` at a time; yields each one's index and result as it finishes.

    A program that could not be started is tried three times, then reported as `sandbox_error`: the harness's fault,
    never the program's. Closing the iterator early waits for the programs that are running.
    """
    with tempfile.TemporaryDirectory(prefix="ssd-iter-") as folder, ThreadPoolExecutor(max_workers=workers) as pool:
        # Compiled once, as Python never caches the script it is started with.
        worker = os.path.join(folder, "worker.pyc")
        py_compile.compile(str(WORKER), cfile=worker, doraise=True)
        try:
            indices = {pool.submit(_run, worker, program, limits): index for index, program in enumerate(programs)}
            for future in as_completed(indices):
                yield indices[future], future.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _run(worker: str, program: Program, limits: Limits) -> ExecutionResult:
    for _ in range(ATTEMPTS):
        result = _run_once(worker, program, limits)
        if result.verdict != "sandbox_error":
            break
    return result


def _run_once(worker: str, program: Program, limits: Limits) -> ExecutionResult:
    started = time.monotonic()
    cpu_seconds = 0.0
    try:
        ended = _run_worker(worker, program, limits)
        cpu_seconds = ended.cpu_seconds
        num_passed, verdict, detail = _judge(ended, program.num_tests, limits)
    except OSError as error:
        num_passed, verdict, detail = 0, "sandbox_error", f"{type(error).__name__}: {error}"
    detail = detail[:MAX_DETAIL_LENGTH]
    passed: tuple[tuple[Verdict, str], ...] = (("pass", ""),) * num_passed
    return ExecutionResult(
        verdict=verdict,
        detail=detail,
        num_tests=program.num_tests,
        num_passed=num_passed,
        cpu_seconds=cpu_seconds,
        wall_seconds=time.monotonic() - started,
        tests=passed if verdict in ("pass", "sandbox_error") else (*passed, (verdict, detail)),
    )


def _run_worker(worker: str, program: Program, limits: Limits) -> _Ended:
    """Start a worker, wait for its end or make it, and clear up; OSError where the machine lacks what that takes."""
    with (
        tempfile.TemporaryDirectory(prefix="ssd-iter-", ignore_cleanup_errors=True) as folder,
        tempfile.TemporaryFile() as job,
        tempfile.TemporaryFile() as report,
        tempfile.TemporaryFile() as output,
    ):
        marshal.dump(_job(program, limits), job)
        job.seek(0)
        process = subprocess.Popen(
            [*PYTHON, worker],
            stdin=job,
            stdout=report,
            stderr=output,
            cwd=folder,
            env=ENVIRONMENT,
            start_new_session=True,
        )
        try:
            crossed = _wait(process.pid, limits)
        finally:
            # Until it is reaped, the worker's id, which is its group's too, cannot be another's.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        lines = _text(report, 0).split("\n")
        return _Ended(lines[:-1], _text(output, -200), crossed, process.returncode, usage.ru_utime + usage.ru_stime)


def _job(program: Program, limits: Limits) -> dict[str, object]:
    return {
        "parent_pid": os.getpid(),
        "cpu_seconds": limits.cpu_seconds,
        "memory_mb": limits.memory_mb,
        "output_mb": limits.output_mb,
        "code": program.code,
        "entry_point": program.entry_point,
        "preamble": program.preamble,
        "cases": [(case.args, case.expected) for case in program.cases],
        "check": program.check,
    }


def _wait(pid: int, limits: Limits) -> Literal["timeout:cpu", "timeout:wall"] | None:
    """Wait until the process has ended (None) or has crossed a limit; it is not reaped."""
    cpu_clock = (~pid << 3) | 2  # Linux's clock id for the CPU time of another process
    deadline = time.monotonic() + limits.wall_seconds
    cpu_left, wall_left = limits.cpu_seconds, limits.wall_seconds
    end = os.pidfd_open(pid)
    try:
        poller = select.poll()
        poller.register(end, select.POLLIN)
        while not poller.poll(1000 * min(cpu_left, wall_left)):
            cpu_left = limits.cpu_seconds - time.clock_gettime(cpu_clock)
            wall_left = deadline - time.monotonic()
            if cpu_left <= 0:
                return "timeout:cpu"
            if wall_left <= 0:
                return "timeout:wall"
        return None
    finally:
        os.close(end)


def _text(file: IO[bytes], start: int) -> str:
    """A file's text from `start` (negative: from the end), up to a bound."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size + start) if start < 0 else start)
    return file.read(MAX_REPORT_BYTES).decode("utf-8", "replace")


def _judge(ended: _Ended, num_tests: int, limits: Limits) -> tuple[int, Verdict, str]:
    """Tests passed, verdict and detail, from a worker's report and the way it ended."""
    armed, *steps = ended.report or [""]
    if armed != "armed":
        reason = " ".join(ended.output_tail.split())
        return 0, "sandbox_error", f"the worker did not start (status {ended.exit_code}): {reason}"
    failure = steps.pop() if steps and steps[-1] != "passed" else ""
    verdict = next((verdict for verdict in REPORTED if verdict == failure.partition(" ")[0]), None)
    num_passed = len(steps)
    if num_passed + bool(failure) > num_tests or set(steps) - {"passed"} or (failure and verdict is None):
        return 0, "protocol", "the report holds lines that the worker does not write"
    if num_passed == num_tests:
        return num_passed, "pass", ""
    if verdict is not None:
        return num_passed, verdict, failure.partition(" ")[2]
    return num_passed, *_seen_from_outside(ended, limits)


def _seen_from_outside(ended: _Ended, limits: Limits) -> tuple[Verdict, str]:
    if ended.crossed == "timeout:wall":
        return "timeout:wall", f"over {limits.wall_seconds:g} s of wall time, {ended.cpu_seconds:.2f} s of CPU time"
    if ended.crossed or (ended.exit_code < 0 and ended.cpu_seconds >= limits.cpu_seconds):
        return "timeout:cpu", f"over {limits.cpu_seconds:g} s of CPU time"
    if ended.exit_code < 0:
        return "crash", f"ended by signal {-ended.exit_code} ({signal.strsignal(-ended.exit_code)})"
    return "exit", f"left with status {ended.exit_code} before its tests were done"
