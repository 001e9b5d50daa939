"""The numbers that are means over problems, by metric name: each problem's own value, from its counts.

What needs k samples (`pass_at_<k>`, `unique_at_<k>`, ...) is not defined for the set where one problem has fewer: a
mean over the others would be one over easier or harder problems. The diversities, which many problems lack by nature
(no two correct samples), are means over the problems that have them, and `n` says how many; these can be others in
another round. Behaviour is known of problems whose tests are run from outside the program (docs/execution.md); others
are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ssd_iter.grading.pass_at_k import pass_at_k
from ssd_iter.metrics.diversity import different_at, simpson_diversity
from ssd_iter.records import ProblemCounts

DIVERSITIES = ("simpson_diversity", "correct_diversity", "behaviour_diversity")
"""What many problems lack by nature."""


def values_by_problem(counts: Sequence[ProblemCounts], ks: Sequence[int]) -> Mapping[str, Sequence[float | None]]:
    """Every metric's values, one a problem; None where a problem has too few graded samples.

    pass@1 is the share of samples that pass, pass@k the chance that one of k does. `unique_at_<k>`,
    `unique_correct_at_<k>` and `behaviours_at_<k>` are how many different programs, correct programs and behaviours k
    samples hold, among all graded samples; `simpson_diversity`, `correct_diversity` and `behaviour_diversity` the
    chance that two samples with code, two correct ones, two with code and known behaviour, differ. Time grows with the
    counts.
    """
    rows = [values_of(row, ks) for row in counts]
    return {
        name: [value for row in rows if name in row and ((value := row[name]) is not None or name not in DIVERSITIES)]
        for name in _names(ks)
    }


def values_of(row: ProblemCounts, ks: Sequence[int]) -> dict[str, float | None]:
    """One problem's own values, by metric name; without those about behaviour where that is not known."""
    larger = [k for k in ks if k > 1]
    values = {f"pass_at_{k}": pass_at_k(row.n, row.c, k) for k in ks}
    values |= {f"unique_at_{k}": different_at(row.n, row.classes, k) for k in larger}
    values |= {f"unique_correct_at_{k}": different_at(row.n, row.correct_classes, k) for k in larger}
    values["simpson_diversity"] = simpson_diversity(row.classes)
    values["correct_diversity"] = simpson_diversity(row.correct_classes)
    if 0 < sum(row.behaviour_classes) == row.extracted:
        values |= {f"behaviours_at_{k}": different_at(row.n, row.behaviour_classes, k) for k in larger}
        values["behaviour_diversity"] = simpson_diversity(row.behaviour_classes)
    return values


def _names(ks: Sequence[int]) -> list[str]:
    larger = [k for k in ks if k > 1]
    counted = [f"{name}_{k}" for k in larger for name in ("unique_at", "unique_correct_at", "behaviours_at")]
    return [*(f"pass_at_{k}" for k in ks), *counted, *DIVERSITIES]


def diversities(sizes: Iterable[Sequence[int]]) -> list[float]:
    """The Simpson diversity of each problem that has one, from the sizes of its classes."""
    return [value for each in sizes if (value := simpson_diversity(each)) is not None]
