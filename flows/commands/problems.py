"""`ssd-iter problems`: what can be trained and evaluated on."""

from __future__ import annotations

from ssd_iter.exceptions import NotFoundError
from ssd_iter.problems.catalog import SOURCES, load_problems
from ssd_iter.problems.prompts import render_prompt


def list_problems(selector: str | None = None, *, seed: int = 0) -> None:
    """List the sources, or the problems of a selector, such as `fresh:test?n=5&levels=0-1`.

    Parameters
    ----------
    selector
        A selector as the config takes it.
    seed
        Seed of the generated problems, where the selector gives none.
    """
    if selector is None:
        for source in SOURCES:
            splits = "/".join(source.splits)
            print(f"{source.name}  {source.count} problems  {splits}  {source.licence}  {source.description}")
        print("file:PATH  your own problems: JSON lines with prompt, entry_point and (to evaluate on them) tests")
        return
    for problem in load_problems([selector], fresh_seed=seed):
        level = "" if problem.level is None else f"  level {problem.level}"
        print(f"{problem.problem_id}  {problem.entry_point}{level}")


def show(selector: str, problem_id: str, *, seed: int = 0, tests: bool = False) -> None:
    """Show a problem as a model is asked it.

    Parameters
    ----------
    selector
        Where the problem is, such as `humaneval`.
    problem_id
        Its id, as `ssd-iter problems list SELECTOR` prints it.
    seed
        Seed of the generated problems, where the selector gives none.
    tests
        Also print the tests, as JSON.
    """
    found = [p for p in load_problems([selector], fresh_seed=seed) if p.problem_id == problem_id]
    if not found:
        listing = f"ssd-iter problems list '{selector}' --seed {seed}"
        raise NotFoundError(f"no problem {problem_id!r} in {selector} with seed {seed}; `{listing}` lists them")
    print(render_prompt(found[0]))
    if tests:
        print(found[0].tests_json)
