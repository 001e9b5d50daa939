"""Taking turns: how families, operations and answers are kept in balance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def round_robin(sequences: Iterable[Iterable[T]]) -> Iterator[T]:
    """The first of each, then the second of each, and so on, passing over those that have run dry."""
    iterators = [iter(sequence) for sequence in sequences]
    while iterators:
        for iterator in list(iterators):
            try:
                yield next(iterator)
            except StopIteration:
                iterators.remove(iterator)
