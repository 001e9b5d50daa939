"""Parameter spaces too large to list."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, overload

from ssd_iter.problems.fresh.random_stream import RandomStream


class Product(Sequence[tuple[Any, ...]]):
    """All tuples with one item of each dimension, in `itertools.product`'s order, made when asked for."""

    def __init__(self, *dimensions: Sequence[Any]) -> None:
        self._dimensions = dimensions
        self._length = math.prod(map(len, dimensions))

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> tuple[Any, ...]: ...
    @overload
    def __getitem__(self, index: slice) -> list[tuple[Any, ...]]: ...
    def __getitem__(self, index: int | slice) -> tuple[Any, ...] | list[tuple[Any, ...]]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        if not -len(self) <= index < len(self):
            raise IndexError(index)
        index %= len(self)
        point: list[Any] = []
        for dimension in reversed(self._dimensions):
            index, place = divmod(index, len(dimension))
            point.append(dimension[place])
        return tuple(reversed(point))


def shuffled(points: Sequence[tuple[Any, ...]], stream: RandomStream) -> Iterator[tuple[Any, ...]]:
    """All points in random order (Fisher-Yates), one draw at a time: memory grows with what was drawn."""
    moved: dict[int, int] = {}
    for last in range(len(points) - 1, -1, -1):
        place = stream.integer(0, last)
        chosen, end = moved.get(place, place), moved.pop(last, last)
        if place != last:
            moved[place] = end
        yield points[chosen]
