"""Running programs somebody else wrote: the one way in.

    program ──► known verdict? ──► worker: checker (trusted, runs the tests) ──► zygote ──► a process a program
                (cache.py)                 one a core (pool.py, checker.py)     (behind walls: inside/, levels.py)

The candidate's process gets its own code and the arguments of calls, never a test or an expected value; what comes back
is plain data. `pass` takes that the tests, run on the trusted side, returned and were answered at least once.
Verdicts repeat: hash seed 0, `random.seed(0)`, the standard library alone, and CPU time as the clock that decides.
What each level holds against, and what it does not, is in docs/execution.md. Linux only.
"""

from __future__ import annotations

import platform
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace

from ssd_iter.execution.cache import VerdictCache
from ssd_iter.execution.pool import Pool
from ssd_iter.execution.programs import ExecutionResult, Isolation, Program

SANDBOX_VERSION = "5"
"""Raised with every change after which a program could end otherwise, or more is told of it: verdicts known before are
not used any more."""

_KEPT_AT_ONCE = 500


class Sandbox:
    """Workers of one level that stay warm from one set of programs to the next. Close it when done."""

    def __init__(self, isolation: Isolation, workers: int, cache: VerdictCache | None = None) -> None:
        """`isolation` is a level that holds here (`levels.resolve_isolation`). Nothing is started yet."""
        self.isolation: Isolation = isolation
        self._pool = Pool(isolation, workers)
        self._cache = cache

    def run(self, programs: Sequence[Program]) -> Iterator[tuple[int, ExecutionResult]]:
        """Run all programs; yields each one's index and result as it becomes known.

        The same program is run once, and not at all where the cache knows its verdict. What the sandbox fails on after
        three tries is a `sandbox_error`: the harness's fault or the tests', never the program's. IsolationError where
        the level does not hold.
        """
        twins: dict[str, list[int]] = {}
        for index, program in enumerate(programs):
            twins.setdefault(verdict_key(program, self.isolation), []).append(index)
        known = self._cache.look_up(twins) if self._cache is not None else {}
        for key, result in known.items():
            yield from ((index, replace(result, cached=True)) for index in twins[key])
        to_run = [key for key in twins if key not in known]
        fresh: list[tuple[str, ExecutionResult]] = []
        try:
            for position, result in self._pool.run([programs[twins[key][0]] for key in to_run]):
                fresh.append((to_run[position], result))
                first, *others = twins[to_run[position]]
                yield first, result
                yield from ((index, replace(result, cached=True)) for index in others)
                if len(fresh) >= _KEPT_AT_ONCE:
                    self._keep(fresh)
        finally:
            self._keep(fresh)

    def close(self) -> None:
        """End the workers, and the programs that are running."""
        self._pool.close()

    def _keep(self, fresh: list[tuple[str, ExecutionResult]]) -> None:
        if self._cache is not None:
            self._cache.keep(fresh)
        fresh.clear()


def execute(
    programs: Sequence[Program], *, isolation: Isolation, workers: int, cache: VerdictCache | None = None
) -> Generator[tuple[int, ExecutionResult]]:
    """`Sandbox.run` in a sandbox of its own. Closing the iterator early ends the programs that are running."""
    with closing(Sandbox(isolation, workers, cache)) as sandbox:
        yield from sandbox.run(programs)


def verdict_key(program: Program, isolation: Isolation) -> str:
    """Names all that decides a verdict: the program, its tests and limits, the level, Python, and this sandbox."""
    return program.content_sha256(isolation, platform.python_version(), SANDBOX_VERSION)
