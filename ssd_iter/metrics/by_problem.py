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


def values_by_problem(counts: Sequence[ProblemCounts], ks: Sequence[int]) -> Mapping[str, Sequence[float | None]]:
    """Every metric's values, one a problem; None where a problem has too few graded samples.

    pass@1 is the share of samples that pass, pass@k the chance that one of k does. `unique_at_<k>`,
    `unique_correct_at_<k>` and `behaviours_at_<k>` are how many different programs, correct programs and behaviours k
    samples hold, among all graded samples; `simpson_diversity`, `correct_diversity` and `behaviour_diversity` the
    chance that two samples with code, two correct ones, two with code and known behaviour, differ. Time grows with the
    counts.
    """
    seen = [row for row in counts if 0 < sum(row.behaviour_classes) == row.extracted]
    values: dict[str, Sequence[float | None]] = {}
    for k in ks:
        values[f"pass_at_{k}"] = [pass_at_k(row.n, row.c, k) for row in counts]
    for k in (k for k in ks if k > 1):
        values[f"unique_at_{k}"] = [different_at(row.n, row.classes, k) for row in counts]
        values[f"unique_correct_at_{k}"] = [different_at(row.n, row.correct_classes, k) for row in counts]
        values[f"behaviours_at_{k}"] = [different_at(row.n, row.behaviour_classes, k) for row in seen]
    values["simpson_diversity"] = diversities(row.classes for row in counts)
    values["correct_diversity"] = diversities(row.correct_classes for row in counts)
    values["behaviour_diversity"] = diversities(row.behaviour_classes for row in seen)
    return values


def diversities(sizes: Iterable[Sequence[int]]) -> list[float]:
    """The Simpson diversity of each problem that has one, from the sizes of its classes."""
    return [value for each in sizes if (value := simpson_diversity(each)) is not None]
