"""How fast generated problems are made, how many there are, and how much their tests notice.

`python benchmarks/problem_sets.py [--n 10000] [--distinct 100000] [--seed 0] [--json FILE]`, on one core. Bars: 10,000
gated problems in 300 s; 100,000 distinct functions for one seed; of every accepted problem, the reference passes, the
five trivial baselines fail, and at least 95 % of the mutants that differ from the reference on 200 inputs that the gate
never saw (a mutant's call that takes 50 ms counts as noticed).
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from ssd_iter.problems.base import Problem, TestCase
from ssd_iter.problems.fresh import Wanted
from ssd_iter.problems.fresh.acceptance import baselines, same
from ssd_iter.problems.fresh.arguments import distinct
from ssd_iter.problems.fresh.families import FAMILIES
from ssd_iter.problems.fresh.generator import accepted, points_of
from ssd_iter.problems.fresh.mutants import MAX_STEPS, Mutants
from ssd_iter.problems.fresh.random_stream import RandomStream
from ssd_iter.problems.fresh.rendering import Found
from ssd_iter.problems.fresh.solutions import compiled, function_source
from ssd_iter.problems.fresh.turns import round_robin

FURTHER = 200
CALL_SECONDS = 0.05
ALL = Wanted("train", (0, 5))


@dataclass(slots=True)
class Noticed:
    """What the tests of one problem make of wrong programs."""

    passes: bool
    baselines_passed: int
    mutants: int
    """Those that differ from the reference on the further inputs."""
    killed: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=10_000)
    parser.add_argument("--distinct", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    document = {
        "made": made(arguments.seed, arguments.n),
        "distinct": count_distinct(arguments.seed, arguments.distinct),
    }
    print(json.dumps(document, indent=2))
    if arguments.json:
        arguments.json.write_text(json.dumps(document, indent=2))


def made(seed: int, number: int) -> dict[str, Any]:
    """Make problems, then look at each of them again with other inputs."""
    began, cpu = time.perf_counter(), time.process_time()
    pairs = list(islice(accepted(seed, ALL), number))
    seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - cpu
    looked = [(problem, look(found, problem)) for found, problem in pairs]
    shares = [noticed.killed / noticed.mutants for _, noticed in looked if noticed.mutants]
    weak = [problem.problem_id for problem, n in looked if n.mutants and n.killed < 0.95 * n.mutants]
    return {
        "problems": len(pairs),
        "seconds": round(seconds, 1),
        "cpu_seconds": round(cpu_seconds, 1),
        "problems_per_second": round(len(pairs) / seconds, 1),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "by_level": dict(sorted(Counter(str(problem.level) for problem, _ in looked).items())),
        "families": len({problem.family for problem, _ in looked}),
        "distinct_functions": len({problem.semantic_key for problem, _ in looked}),
        "references_that_fail": sum(not noticed.passes for _, noticed in looked),
        "baselines_that_pass": sum(noticed.baselines_passed for _, noticed in looked),
        "mutants": sum(noticed.mutants for _, noticed in looked),
        "mutants_killed": sum(noticed.killed for _, noticed in looked),
        "lowest_share_killed": round(min(shares), 4),
        "problems_below_95_percent": len(weak),
        "such_as": weak[:20],
        "weak_families": dict(Counter(name.split("/")[-1].rsplit("-", 1)[0] for name in weak).most_common(10)),
    }


def look(found: Found, problem: Problem) -> Noticed:
    """Run the reference, the baselines and all mutants against a problem's tests."""
    cases = problem.cases
    solve = compiled(problem.reference, problem.entry_point)
    stream = RandomStream("benchmark", problem.problem_id)
    calls = distinct(found.task.draw(stream) for _ in range(FURTHER))
    further = [TestCase(call, solve(*call)) for call in calls]
    source = Mutants(function_source(found.task))
    different = killed = 0
    for mutant in source.mutants():
        dead = not _passes(mutant, cases, source)
        if not _passes(mutant, further, source):
            different += 1
            killed += dead
    guesses = baselines(cases).values()
    return Noticed(
        passes=all(same(solve(*case.args), case.expected) for case in cases),
        baselines_passed=sum(_passes(guess, cases, source) for guess in guesses),
        mutants=different,
        killed=killed,
    )


def _passes(program: Callable[..., Any], cases: tuple[TestCase, ...] | list[TestCase], source: Mutants) -> bool:
    for case in cases:
        source.budget.left = 1000 * MAX_STEPS
        try:
            with at_most(CALL_SECONDS):
                answer = program(*case.args)
        except Exception:
            return False
        if not same(answer, case.expected):
            return False
    return True


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """TimeoutError where the block takes longer."""
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _ring(*_: object) -> None:
    raise TimeoutError


def count_distinct(seed: int, enough: int) -> dict[str, Any]:
    """How many different functions of the train split one seed gives, without the gate, until there are enough."""
    began = time.perf_counter()
    trained = [family for family in FAMILIES if family.held_out is None]
    points = round_robin([points_of(family, kind, kind.level, seed) for family in trained for kind in family.kinds()])
    keys: set[str] = set()
    tried = 0
    for found in points:
        tried += 1
        if found.split == "train":
            keys.add(found.key)
        if len(keys) >= enough:
            break
    return {"functions": len(keys), "points_tried": tried, "seconds": round(time.perf_counter() - began, 1)}


if __name__ == "__main__":
    signal.signal(signal.SIGALRM, _ring)
    main()
