"""Problems in an order fixed by the seed, of which a caller takes the first n."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice

from ssd_iter.exceptions import ConfigError
from ssd_iter.problems.base import Problem
from ssd_iter.problems.fresh.acceptance import rejection
from ssd_iter.problems.fresh.families import FAMILIES
from ssd_iter.problems.fresh.family import Family, Operation, Task
from ssd_iter.problems.fresh.identity import SPLITS, VERSION, semantic_key, split_of
from ssd_iter.problems.fresh.random_stream import RandomStream
from ssd_iter.problems.fresh.rendering import build_problem
from ssd_iter.problems.fresh.turns import round_robin


def generate(seed: int, split: str, n: int, levels: tuple[int, int]) -> list[Problem]:
    """The first `n` problems of a split (`train`, `dev`, `test`), at levels from `levels[0]` to `levels[1]` included.

    A larger n keeps the earlier problems. Families take turns while they last, and so do the operations of each. No
    two problems compute the same, and no two splits share a function, whatever their seeds. ConfigError where there
    are fewer than n problems, naming how many there are.
    """
    if split not in SPLITS:
        raise ConfigError(f"fresh: there is no split {split!r}; choose one of {', '.join(SPLITS)}")
    problems = list(islice(_problems(seed, split, levels), n))
    if len(problems) < n:
        counts = ", ".join(f"{family} {count}" for family, count in Counter(p.family for p in problems).items())
        raise ConfigError(
            f"fresh:{split}?n={n}: there are only {len(problems)} problems at levels {levels[0]}-{levels[1]}"
            f"{f' ({counts})' if counts else ''}; ask for fewer, or for more levels"
        )
    return problems


def _problems(seed: int, split: str, levels: tuple[int, int]) -> Iterator[Problem]:
    """All of a split's problems. What one family has given out, no other gives out again."""
    taken: set[str] = set()
    return round_robin([_family_problems(family, seed, split, levels, taken) for family in FAMILIES])


def _family_problems(
    family: Family, seed: int, split: str, levels: tuple[int, int], taken: set[str]
) -> Iterator[Problem]:
    for task in _tasks(family, seed, levels):
        key = semantic_key(task)
        if key in taken or split_of(key) != split:
            continue
        problem = build_problem(task, family.name, seed)
        if rejection(problem, tuple(task.constants.values())) is None:
            taken.add(key)
            yield problem


def _tasks(family: Family, seed: int, levels: tuple[int, int]) -> Iterator[Task]:
    """The family's tasks at these levels, shuffled by the seed, its operations taking turns."""
    operations: dict[Operation, list[Task]] = {}
    for point in RandomStream("order", VERSION, seed, family.name).shuffled(family.points()):
        task = family.task(*point)
        if levels[0] <= task.level <= levels[1]:
            operations.setdefault(task.operation, []).append(task)
    return round_robin(operations.values())
