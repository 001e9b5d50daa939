"""The trusted half of a worker: `python -m ssd_iter.execution.checker LEVEL FOLDER CORE PARENT PIPE`.

Gets programs over a pipe, has them run in its box, runs their tests here, and sends back how each ended. One program
at a time; a box that a program left files in, or that was ended from outside, is replaced.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from typing import cast

from ssd_iter.execution.behaviour import Behaviour
from ssd_iter.execution.box import Box, Ended, RefusedError
from ssd_iter.execution.candidate import Candidate
from ssd_iter.execution.checks import load_check, run_case, run_check, show
from ssd_iter.execution.comparison import prints
from ssd_iter.execution.faults import Died, SandboxFault, TestsFault
from ssd_iter.execution.inside.libc import die_with
from ssd_iter.execution.programs import DETAIL_LENGTH, ExecutionResult, Isolation, Program, TestOutcome

ATTEMPTS = 3
_KERNEL_SHARE = 0.3
"""Of a program's CPU time spent in the kernel: more makes a time-out doubtful."""
_DEEPEST_STACK = 64 * 2**20
_MEMORY = 4 * 2**30
"""Address space of a checker."""


@dataclass(slots=True)
class _Course:
    """What is known of a program so far."""

    outcomes: list[TestOutcome] = field(default_factory=list)
    ended: list[Ended] = field(default_factory=list)
    behaviour: Behaviour = field(default_factory=Behaviour)
    doubtful: bool = False

    def failed(self, died: Died, ended: Ended) -> None:
        # The kernel's work, such as handing out memory, takes several times longer beside others than alone.
        in_kernel = ended.system_seconds > _KERNEL_SHARE * ended.cpu_seconds
        self.doubtful = died.starved or (died.verdict == "timeout:cpu" and in_kernel)
        self.outcomes.append(TestOutcome(died.verdict, died.detail, ended.cpu_seconds))


class Checker:
    """Runs programs one after another in a box of one level."""

    def __init__(self, level: Isolation, scratch: str | None = None) -> None:
        """RefusedError or SandboxFault where the box cannot be made; `scratch` is for its folders."""
        self._level = level
        self._scratch = scratch
        self._box: Box | None = Box(level, scratch)

    def run(self, program: Program) -> ExecutionResult:
        """How one program ends; a failing sandbox is tried three times."""
        started = time.monotonic()
        attempts = 0
        while attempts < ATTEMPTS:
            attempts += 1
            course = _Course()
            try:
                self._run_once(program, course)
            except SandboxFault as fault:
                self._discard()
                result = _ours(program, str(fault))
            except TestsFault as fault:
                result = _ours(program, str(fault))
                break
            else:
                result = _result(program, course)
                break
        return replace(result, attempts=attempts, wall_seconds=time.monotonic() - started)

    def close(self) -> None:
        """End the box."""
        self._discard()

    def _run_once(self, program: Program, course: _Course) -> None:
        if program.style == "stdin":
            self._run_stdin(program, course)
        elif program.check is not None:
            self._run_check(program, course)
        else:
            self._run_cases(program, course)

    def _run_check(self, program: Program, course: _Course) -> None:
        with self._candidate(program, course) as candidate:
            # While the process starts: it is the same work either way, but nobody waits.
            check = load_check(program)
            candidate.load()
            if program.inproc:
                candidate.check()
                course.outcomes.append(TestOutcome("pass"))
            else:
                course.outcomes.append(run_check(check, program, candidate))

    def _run_cases(self, program: Program, course: _Course) -> None:
        """One process answers all cases; where it dies and all are wanted, another goes on after the one it died in."""
        total = len(program.cases)
        while len(course.outcomes) < total:
            with self._candidate(program, course) as candidate:
                candidate.load()
                for case in program.cases[len(course.outcomes) :]:
                    course.outcomes.append(run_case(case, program, candidate))
                    if course.outcomes[-1].verdict != "pass" and not program.all_tests:
                        return
            if not program.all_tests:
                return

    def _run_stdin(self, program: Program, course: _Course) -> None:
        """A process a case."""
        for case in program.cases:
            with open(os.memfd_create("stdin"), "wb+") as stdin, open(os.memfd_create("stdout"), "wb+") as stdout:
                given = case.args[0].encode("utf-8", "surrogatepass")
                course.behaviour.read(given)
                stdin.write(given)
                stdin.seek(0)
                with self._candidate(program, course, (stdin.fileno(), stdout.fileno())) as candidate:
                    candidate.load()
                    used = candidate.end()
                    stdout.seek(0)
                    printed = stdout.read(program.limits.output_mb * 2**20).decode("utf-8", "replace")
                    course.behaviour.printed(printed)
                    right = prints(printed, case.expected, program.comparison)
                    detail = "" if right else f"printed {show(printed)}, expected {show(case.expected)}"
                    course.outcomes.append(TestOutcome("pass" if right else "wrong", detail, used.cpu_seconds))
            if course.outcomes[-1].verdict != "pass" and not program.all_tests:
                return

    @contextmanager
    def _candidate(self, program: Program, course: _Course, stdio: tuple[int, ...] = ()) -> Iterator[Candidate]:
        """A program's process; that it died is put on record as the outcome of the test it died in."""
        candidate = Candidate(self._clean_box(), program, self._level, course.behaviour, stdio)
        try:
            yield candidate
        except TestsFault:
            candidate.end()
            raise
        except Died as died:
            course.failed(died, candidate.end())
        except (MemoryError, RecursionError, OverflowError) as error:
            # Our own code met an answer that is too much for it: after `armed` that is the program's doing.
            course.failed(Died("protocol", f"an answer that cannot be handled: {error!r}"), candidate.end())
        course.ended.append(candidate.end())

    def _clean_box(self) -> Box:
        """The box, or another where a program left files in it or it was lost."""
        if self._box is not None and not self._box.is_clean:
            self._discard()
        if self._box is None:
            try:
                self._box = Box(self._level, self._scratch)
            except RefusedError as error:
                raise SandboxFault(str(error)) from None
        return self._box

    def _discard(self) -> None:
        if self._box is not None:
            self._box.close()
            self._box = None


def _result(program: Program, course: _Course) -> ExecutionResult:
    failed = next((outcome for outcome in course.outcomes if outcome.verdict != "pass"), None)
    return ExecutionResult(
        verdict="pass" if failed is None else failed.verdict,
        detail="" if failed is None else failed.detail,
        num_tests=program.num_tests,
        num_passed=sum(outcome.verdict == "pass" for outcome in course.outcomes),
        cpu_seconds=sum(ended.cpu_seconds for ended in course.ended),
        max_rss_mb=max((ended.max_rss_mb for ended in course.ended), default=0.0),
        doubtful=course.doubtful,
        tests=tuple(course.outcomes),
        behaviour_sha256=None if program.inproc else course.behaviour.sha256(o.verdict for o in course.outcomes),
    )


def _ours(program: Program, detail: str) -> ExecutionResult:
    return ExecutionResult(
        verdict="sandbox_error", detail=detail[:DETAIL_LENGTH], num_tests=program.num_tests, num_passed=0
    )


def main(level: Isolation, scratch: str, core: int, parent_pid: int, connection: Connection[object, object]) -> None:
    """Serve until the pipe closes. First says `None`, or why this level cannot be had."""
    die_with(parent_pid)
    # Checker, zygote and program wait for each other by turns: on one core that is a tenth quicker.
    os.sched_setaffinity(0, {core})
    _allow_deep_stacks()
    _limit_memory()
    try:
        checker = Checker(level, scratch)
    except (RefusedError, SandboxFault) as error:
        connection.send(str(error))
        return
    connection.send(None)
    try:
        while True:
            index, program = cast("tuple[int, Program]", connection.recv())
            connection.send((index, checker.run(program)))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        pass
    finally:
        checker.close()


def _limit_memory() -> None:
    """Tests that make too much of an answer end with MemoryError. Programs have limits of their own."""
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    if hard == resource.RLIM_INFINITY or hard > _MEMORY:
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, hard))


def _allow_deep_stacks() -> None:
    hard = resource.getrlimit(resource.RLIMIT_STACK)[1]
    wanted = _DEEPEST_STACK if hard == resource.RLIM_INFINITY else min(_DEEPEST_STACK, hard)
    resource.setrlimit(resource.RLIMIT_STACK, (wanted, hard))


if __name__ == "__main__":
    numbers = [int(argument) for argument in sys.argv[3:]]
    main(cast(Isolation, sys.argv[1]), sys.argv[2], numbers[0], numbers[1], Connection(numbers[2]))
