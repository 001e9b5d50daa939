"""Problems in an order fixed by the seed, of which a caller takes the first n."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import NamedTuple

from ssd_iter.exceptions import ConfigError
from ssd_iter.problems.base import Problem, Style
from ssd_iter.problems.fresh.acceptance import Rejected
from ssd_iter.problems.fresh.families import FAMILIES
from ssd_iter.problems.fresh.family import Family, Kind
from ssd_iter.problems.fresh.identity import SPLITS, VERSION, semantic_key, splits_of
from ssd_iter.problems.fresh.programs import stdin_problem
from ssd_iter.problems.fresh.random_stream import RandomStream
from ssd_iter.problems.fresh.rendering import Found, function_problem
from ssd_iter.problems.fresh.solutions import compiled, function_source
from ssd_iter.problems.fresh.space import shuffled
from ssd_iter.problems.fresh.turns import round_robin, weighted_turns

MIX = {0: 25, 1: 25, 2: 20, 3: 15, 4: 10, 5: 5}
"""Share of each level, in percent, where all are asked for; of fewer levels, in these proportions."""
ADDRESSES = (*SPLITS, "test")
"""What can be asked for; `test` is `test-in` and `test-out` together."""

Tiers = Mapping[tuple[str, str], int]
"""Level by (family, kind): a calibration's, where the families' own guess is not to count."""


class Wanted(NamedTuple):
    """What is asked for; the seed and this determine the problems."""

    split: str
    levels: tuple[int, int]
    """From the first to the second, both included."""
    style: Style = "function"
    tiers: Tiers = {}  # noqa: RUF012 - nobody changes it


def generate(seed: int, wanted: Wanted, n: int) -> list[Problem]:
    """The first `n` problems of a split (`train`, `dev`, `test-in`, `test-out`, or `test` for both of the latter).

    A larger n keeps the earlier problems. Levels come in the proportions of `MIX` while they last, the families of a
    level take turns, and so do the kinds of a family. No two problems compute the same, and no two splits share a
    function, whatever their seeds. ConfigError where there are fewer than n problems, naming how many there are.
    """
    if wanted.split not in ADDRESSES:
        raise ConfigError(f"fresh: there is no split {wanted.split!r}; choose one of {', '.join(ADDRESSES)}")
    problems = list(islice(problems_of(seed, wanted), n))
    if len(problems) < n:
        counts = ", ".join(f"{family} {count}" for family, count in Counter(p.family for p in problems).items())
        low, high = wanted.levels
        raise ConfigError(
            f"fresh:{wanted.split}?n={n}: there are only {len(problems)} problems at levels {low}-{high}"
            f"{f' ({counts})' if counts else ''}; ask for fewer, or for more levels"
        )
    return problems


def problems_of(seed: int, wanted: Wanted) -> Iterator[Problem]:
    """All of a split's problems, made as they are asked for."""
    return (problem for _, problem in accepted(seed, wanted))


def accepted(seed: int, wanted: Wanted) -> Iterator[tuple[Found, Problem]]:
    """The same with the point that each is of. What one family has given out, no other does again."""
    taken: set[str] = set()
    by_level = {
        level: round_robin([_of_family(family, seed, level, wanted, taken) for family in FAMILIES])
        for level in range(wanted.levels[0], wanted.levels[1] + 1)
    }
    return weighted_turns(by_level, MIX)


def _of_family(
    family: Family, seed: int, level: int, wanted: Wanted, taken: set[str]
) -> Iterator[tuple[Found, Problem]]:
    if not any(split.startswith(wanted.split) for split in splits_of(family.held_out)):
        return
    kinds = [kind for kind in family.kinds() if wanted.tiers.get((family.name, kind.name), kind.level) == level]
    for found in round_robin([points_of(family, kind, level, seed) for kind in kinds]):
        if found.key in taken or not found.split.startswith(wanted.split) or wanted.style not in found.task.styles:
            continue
        problem = _made(found, seed, wanted.style)
        if problem is not None:
            taken.add(found.key)
            yield found, problem


def points_of(family: Family, kind: Kind, level: int, seed: int) -> Iterator[Found]:
    """The kind's tasks, in the seed's order, before the gate."""
    for point in shuffled(kind.points, RandomStream("order", VERSION, seed, family.name, kind.name)):
        task = family.task(*point)
        if task is not None:
            solve = compiled(function_source(task))
            yield Found(family, kind, level, task, solve, semantic_key(task, solve))


def problem_of_id(problem_id: str) -> Problem | None:
    """The problem with an id that `generate` gave out, found by its seed, family and key; None where there is none.

    Takes as long as going through what comes before it in its family; it is not looked for beyond 100,000 points.
    """
    parts = re.fullmatch(rf"fresh-{VERSION}-(\d+)/([a-z-]+)/([a-z0-9-]+?)-([0-9a-f]{{12}})(-stdin)?", problem_id)
    if parts is None:
        return None
    seed = int(parts[1])
    style: Style = "stdin" if parts[5] else "function"
    kinds = [(family, kind) for family in FAMILIES if family.name == parts[3] for kind in family.kinds()]
    points = round_robin([points_of(family, kind, kind.level, seed) for family, kind in kinds])
    for found in islice(points, 100_000):
        if found.key.startswith(parts[4]):
            return _made(found, seed, style)
    return None


def of_each_kind(seed: int, per_kind: int) -> list[Problem]:
    """The first problems of every kind of every family, in style function where it has it; none of `test-in`."""
    problems: dict[str, Problem] = {}
    for family in FAMILIES:
        for kind in family.kinds():
            points = (found for found in points_of(family, kind, kind.level, seed) if found.split != "test-in")
            made = (_made(found, seed, found.task.styles[0]) for found in points)
            new = (problem for problem in made if problem is not None and problem.semantic_key not in problems)
            problems |= {str(problem.semantic_key): problem for problem in islice(new, per_kind)}
    return list(problems.values())


def _made(found: Found, seed: int, style: Style) -> Problem | None:
    """A point's problem; None where the gate rejects it."""
    try:
        problem = function_problem(found, seed)
    except Rejected:
        return None
    return problem if style == "function" else stdin_problem(problem, found.task)
