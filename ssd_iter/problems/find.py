"""A problem by its id alone: the id says which set, split and seed it is of."""

from __future__ import annotations

from ssd_iter.exceptions import NotFoundError
from ssd_iter.problems import fresh
from ssd_iter.problems.base import Problem
from ssd_iter.problems.catalog import SOURCES, load_problems


def find_problem(problem_id: str, selector: str | None = None) -> Problem:
    """The problem of an id, looked for in a selector's, or where the id says.

    NotFoundError where it is not there, ConfigError or NotFoundError of a selector that is wrong or not imported.
    """
    source, _, rest = problem_id.partition("/")
    split, _, key = rest.partition("/")
    if selector is None and source.startswith("fresh-"):
        found = fresh.problem_of_id(problem_id)
        if found is None:
            raise NotFoundError(
                f"no problem {problem_id!r} among generated ones; `ssd-iter problems list fresh:train?n=9`"
            )
        return found
    if selector is None and not (key and any(source == known.name and split in known.splits for known in SOURCES)):
        raise NotFoundError(
            f"{problem_id!r} does not say which set it is of, as humaneval/test/0 does; say --from file:PATH"
        )
    where = selector or f"{source}:{split}"
    problems = {problem.problem_id: problem for problem in load_problems([where], fresh_seed=0)}
    if problem_id not in problems:
        raise NotFoundError(f"no problem {problem_id!r} in {where}; `ssd-iter problems list '{where}'` lists them")
    return problems[problem_id]
