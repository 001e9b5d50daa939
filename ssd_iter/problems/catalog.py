"""The problem sets there are, a line each, and the checks over sets of problems.

A selector names one (`ssd_iter.problems.selectors`); `file:PATH` means your own problems (`ssd_iter.problems.jsonl`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ssd_iter.exceptions import ConfigError
from ssd_iter.problems import fresh, humaneval, jsonl
from ssd_iter.problems.base import Problem
from ssd_iter.problems.public import PUBLIC_SETS
from ssd_iter.problems.public.store import source_of
from ssd_iter.problems.selectors import Source, parse_selector

SOURCES: tuple[Source, ...] = (
    humaneval.SOURCE,
    fresh.SOURCE,
    *(source_of(public_set) for public_set in PUBLIC_SETS),
    jsonl.SOURCE,
)


def load_problems(selectors: Sequence[str], *, fresh_seed: int) -> list[Problem]:
    """All problems the selectors mean, in order. `fresh` takes its own `seed=` where given, else `fresh_seed`.

    ConfigError where a selector is wrong, asks for more than there is, or means a problem another one has.
    """
    if not 0 <= fresh_seed < 2**64:
        raise ConfigError(f"seed {fresh_seed} should be a whole number from 0 to {2**64 - 1}")
    problems: list[Problem] = []
    for text in selectors:
        problems += _load(text, fresh_seed)
    twice = [content for content, count in Counter(p.content_sha256 for p in problems).items() if count > 1]
    if twice:
        names = [problem.problem_id for problem in problems if problem.content_sha256 in twice]
        raise ConfigError(f"selectors {', '.join(selectors)}: the same problems twice: {_some(sorted(set(names)))}")
    return problems


def refuse_untested(evaluate: Iterable[Problem]) -> None:
    """ConfigError naming the problems that cannot be evaluated on, as they come without tests."""
    untested = [problem.problem_id for problem in evaluate if not problem.has_tests]
    if untested:
        raise ConfigError(
            f"{len(untested)} evaluation problems have no tests: {_some(untested)}; choose others, or "
            "write them to a file with `ssd-iter problems export`, take these out, and name it as file:PATH"
        )


def refuse_overlap(one: Iterable[Problem], other: Iterable[Problem], both: str = "trained on and evaluated") -> None:
    """ConfigError naming the problems that would be both: those with the same content, or the same function."""
    known = {identity: problem.problem_id for problem in one for identity in _identities(problem)}
    shared: list[str] = []
    for problem in other:
        twin = next((known[identity] for identity in _identities(problem) if identity in known), None)
        if twin is not None:
            shared.append(problem.problem_id if twin == problem.problem_id else f"{problem.problem_id} (as {twin})")
    if shared:
        raise ConfigError(
            f"{len(shared)} problems would be both {both}: {_some(shared)}; choose another split or set for one side"
        )


def _load(text: str, fresh_seed: int) -> list[Problem]:
    selector, source = parse_selector(text, SOURCES)
    return [replace(problem, selector=text) for problem in source.load(selector, fresh_seed)]


def _identities(problem: Problem) -> list[str]:
    """What makes two problems the same: their content, and where it is known, the function asked for."""
    return [problem.content_sha256, *([problem.semantic_key] if problem.semantic_key is not None else [])]


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
