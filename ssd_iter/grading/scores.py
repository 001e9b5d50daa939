"""What a set of graded samples says in all: pass@k over problems, and how many ended in which way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import mean

from ssd_iter.grading.pass_at_k import pass_at_k
from ssd_iter.records import Verdict

USUAL_K = (1, 5, 10, 50, 100)


def scores(graded: Iterable[tuple[str, Verdict]], ks: Sequence[int] | None = None) -> dict[str, float | None]:
    """`pass@k` by name, in [0, 1], over the problems of (problem id, verdict) pairs.

    A `sandbox_error` is no sample, and a problem that has nothing else is left out.
    None where a problem has fewer than k samples. Without `ks`: those usual ones that all problems have samples for.
    """
    by_problem: dict[str, Counter[str]] = {}
    for problem_id, verdict in graded:
        if verdict != "sandbox_error":
            by_problem.setdefault(problem_id, Counter()).update(["n", verdict])
    fewest = min((counts["n"] for counts in by_problem.values()), default=0)
    wanted = [k for k in USUAL_K if k <= fewest] if ks is None else ks
    return {f"pass@{k}": _mean([pass_at_k(c["n"], c["pass"], k) for c in by_problem.values()]) for k in wanted}


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return mean(known) if known and len(known) == len(values) else None
