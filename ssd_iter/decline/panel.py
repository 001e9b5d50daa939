"""Problems x rounds: the numbers that are compared, computed from counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ssd_iter.grading.pass_at_k import pass_at_k
from ssd_iter.metrics.diversity import simpson_diversity

LARGEST_K = 5
Values = NDArray[np.float64]


class Counts(Protocol):
    """What one problem's samples came to in one round; `ssd_iter.records.ProblemCounts` is one."""

    @property
    def round(self) -> int: ...
    @property
    def problem_id(self) -> str: ...
    @property
    def n(self) -> int:
        """Samples that were graded."""

    @property
    def c(self) -> int:
        """Those that passed."""

    @property
    def extracted(self) -> int | None:
        """Those that hold code; None where nobody counted."""

    @property
    def classes(self) -> Sequence[int] | None:
        """Sizes of the classes of equal programs; None where nobody counted."""


@dataclass(frozen=True, slots=True)
class Panel:
    """Each metric's value of each problem in each round; NaN where it is not defined."""

    rounds: tuple[int, ...]
    """In order of the run, the base first."""
    problem_ids: tuple[str, ...]
    values: Mapping[str, Values]
    """By metric name, shape (rounds, problems)."""
    k: int
    """The larger k of pass@k; 1 where problems have one sample."""
    num_samples: int
    """As many samples as most problems have."""


def panel_of(counts: Iterable[Counts], rounds: Sequence[int] | None = None) -> Panel:
    """The panel of some rounds, or of all there are. Where a round has several rows of a problem, the last one counts.

    k is 5, or as many samples as most problems have where that is less; a problem with fewer has no pass@k.
    """
    rows = [row for row in counts if rounds is None or row.round in rounds]
    order = tuple(rounds) if rounds is not None else tuple(sorted({row.round for row in rows}))
    ids = tuple(sorted({row.problem_id for row in rows}))
    at_round, at_problem = ({key: i for i, key in enumerate(keys)} for keys in (order, ids))
    usual = Counter(row.n for row in rows if row.n).most_common(1)
    num_samples = usual[0][0] if usual else 1
    k = min(LARGEST_K, num_samples)
    names = dict.fromkeys(["pass_at_1", f"pass_at_{k}", "extraction_rate", "simpson_diversity"])
    values = {name: np.full((len(order), len(ids)), np.nan) for name in names}
    for row in rows:
        place = at_round[row.round], at_problem[row.problem_id]
        values["pass_at_1"][place] = _pass_at(row.n, row.c, 1)
        values[f"pass_at_{k}"][place] = _pass_at(row.n, row.c, k)
        values["extraction_rate"][place] = _share(row.extracted, row.n)
        values["simpson_diversity"][place] = _simpson(row.classes)
    return Panel(order, ids, values, k, num_samples)


def _pass_at(n: int, c: int, k: int) -> float:
    value = pass_at_k(n, c, k)
    return np.nan if value is None else value


def _share(part: int | None, whole: int) -> float:
    return np.nan if part is None or not whole else part / whole


def _simpson(classes: Sequence[int] | None) -> float:
    value = None if classes is None else simpson_diversity(classes)
    return np.nan if value is None else value
