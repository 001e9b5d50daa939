"""Who descends from whom: a pure function of the config's `lineage` section and of the rollbacks so far.

Round numbers only rise. Usually round r follows round r - 1; after a rollback to r*, the next round follows r*, and
what came between is no ancestor of anything later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ssd_iter.config.schema import LineageConfig


@dataclass(frozen=True, slots=True)
class DataSource:
    """The kept samples of one round, or a random `fraction` of them in (0, 1]."""

    round: int
    fraction: float = 1.0


@dataclass(frozen=True, slots=True)
class Lineage:
    """`rollbacks` maps a round to the one it follows, where that is not the round before."""

    config: LineageConfig
    rollbacks: Mapping[int, int] = field(default_factory=dict)

    def parent(self, round: int) -> int | None:
        """The round that `round` follows; None for the base, round 0."""
        return self.rollbacks.get(round, round - 1) if round else None

    def ancestors(self, round: int) -> tuple[int, ...]:
        """The rounds that led to `round`, the base first, `round` itself left out."""
        parent = self.parent(round)
        return () if parent is None else (*self.ancestors(parent), parent)

    def line(self, round: int) -> tuple[int, ...]:
        """The rounds that led to `round`, the base first, and `round` itself."""
        return (*self.ancestors(round), round)

    def sampled_from(self, round: int) -> int | None:
        """The round whose model draws the training samples of `round`; None for the base."""
        return 0 if round and self.config.sample_from == "base" else self.parent(round)

    def trained_from(self, round: int) -> int | None:
        """The round whose weights `round` starts from; None for the base."""
        return 0 if round and self.config.train_from == "base" else self.parent(round)

    def data_of(self, round: int) -> tuple[DataSource, ...]:
        """What `round` (1 or later) is trained on, oldest first; samples of abandoned rounds never are.

        `accumulate` takes all ancestors; `mix` a fraction of the oldest one, the first round after the base.
        """
        own, older = DataSource(round), self.ancestors(round)[1:]
        if self.config.data == "accumulate":
            return (*(DataSource(ancestor) for ancestor in older), own)
        if self.config.data == "mix" and older:
            return DataSource(older[0], self.config.mix_fraction), own
        return (own,)
