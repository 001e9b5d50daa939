"""How different the samples of one problem are, from the sizes of the classes they fall into.

Classes are equal programs, equal correct programs or equal behaviours: `ssd_iter.metrics.counts`. Both numbers are
unbiased for every number of samples, so rounds with unequal ones can be compared, which raw counts of different
programs cannot. Neither sees how far apart two classes are: a renamed helper and another algorithm count the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from ssd_iter.grading.pass_at_k import pass_at_k


def simpson_diversity(sizes: Sequence[int]) -> float | None:
    """The chance that two samples, drawn without replacement, are of different classes; None for fewer than two.

    G = 1 - sum m (m - 1) / (n (n - 1)) over the class sizes m, n their sum (Simpson 1949, "Measurement of diversity",
    Nature 163). In [0, 1]: 0 where all are the same, 1 where no two are. Unbiased. Time grows with the classes. Samples
    outside all classes (without code) are not looked at.
    """
    n = sum(sizes)
    return None if n < 2 else 1 - sum(m * (m - 1) for m in sizes) / (n * (n - 1))


def different_at(n: int, sizes: Iterable[int], k: int) -> float | None:
    """How many different classes k of n samples hold, averaged over all choices of the k; None where n < k.

    sum over classes of 1 - C(n - m, k) / C(n, k) (Hurlbert 1971, "The nonconcept of species diversity", Ecology 52:
    rarefaction); each term is the pass@k of a class. In [0, min(k, classes)]. Samples outside all classes count in n
    and for no class, so with the correct programs as only class it is pass@k. Unbiased. Time grows with the samples.
    """
    return None if n < k else sum(_held(n, m, k) for m in sizes)


@lru_cache(maxsize=2**16)
def _held(n: int, m: int, k: int) -> float:
    value = pass_at_k(n, m, k)
    assert value is not None  # n >= k
    return value
