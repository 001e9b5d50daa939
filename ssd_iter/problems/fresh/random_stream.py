"""Random draws that depend on a key alone: the same in every process and on every Python version."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")
MASK = 2**64 - 1


class RandomStream:
    """splitmix64 (Steele, Lea and Flood 2014), a counter passed through a mixer, started at the key's blake2b hash."""

    def __init__(self, *key: str | int) -> None:
        text = "\x1f".join(f"{type(part).__name__}:{part}" for part in key)
        self._counter = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")

    def bits(self) -> int:
        """The next 64 random bits."""
        self._counter = (self._counter + 0x9E3779B97F4A7C15) & MASK
        mixed = self._counter
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & MASK
        return mixed ^ (mixed >> 31)

    def integer(self, low: int, high: int) -> int:
        """An integer in [low, high], both ends included; the bias is below (high - low + 1) / 2**64."""
        return low + (self.bits() * (high - low + 1) >> 64)

    def choice(self, items: Sequence[T]) -> T:
        """One of `items`, which are not empty."""
        return items[self.integer(0, len(items) - 1)]

    def shuffled(self, items: Iterable[T]) -> list[T]:
        """All of `items` in random order (Fisher-Yates)."""
        order = list(items)
        for last in range(len(order) - 1, 0, -1):
            other = self.integer(0, last)
            order[last], order[other] = order[other], order[last]
        return order
