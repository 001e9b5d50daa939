"""Taking turns: how families, kinds, levels and answers are kept in balance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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


def weighted_turns(sequences: Mapping[int, Iterable[T]], weights: Mapping[int, int]) -> Iterator[T]:
    """From the sequences in proportion to their weights, evenly spread; those that have run dry are passed over.

    Smooth weighted round robin: each turn goes to whoever has waited longest for its share.
    """
    iterators = {name: iter(sequence) for name, sequence in sequences.items()}
    credit = dict.fromkeys(iterators, 0)
    while iterators:
        for name in iterators:
            credit[name] += weights[name]
        name = max(iterators, key=lambda name: credit[name])
        credit[name] -= sum(weights[name] for name in iterators)
        try:
            yield next(iterators[name])
        except StopIteration:
            del iterators[name]
