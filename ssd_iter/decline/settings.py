"""What the tests are told: how often they may be wrong, and how large a fall matters."""

from __future__ import annotations

from dataclasses import dataclass
from math import pi
from typing import Literal

from ssd_iter.exceptions import ConfigError

Family = Literal["quality", "diversity"]


@dataclass(frozen=True, slots=True)
class Tested:
    """A metric that is tested for a fall. `margin` and `large` are in its unit, fractions."""

    name: str
    title: str
    family: Family
    margin: float
    """COLLAPSE: the fall is surely more than this, beyond the spread between seeds."""
    large: float
    """COLLAPSE: two warnings in a row, and a fall that looks as large as this."""

    @property
    def first_reference(self) -> int:
        """The first round it is compared with. One round of self-distillation narrows a model by design (in the toy
        the fork's entropy falls from 2.81 to 2.24 bits while pass@1 rises), so diversity counts from round 1."""
        return 0 if self.family == "quality" else 1


def tested(k: int) -> tuple[Tested, ...]:
    """The metrics of one joint test; `pass_at_<k>` is left out where k is 1."""
    quality = [Tested("pass_at_1", "pass@1", "quality", 0.02, 0.05)]
    if k > 1:
        quality.append(Tested(f"pass_at_{k}", f"pass@{k}", "quality", 0.02, 0.05))
    quality.append(Tested("extraction_rate", "extraction rate", "quality", 0.02, 0.05))
    return (*quality, Tested("simpson_diversity", "solution diversity", "diversity", 0.03, 0.06))


@dataclass(frozen=True, slots=True)
class Settings:
    """How the rounds of a run are judged. ConfigError for values out of range."""

    alpha: float = 0.05
    """Chance that a run in which nothing falls gets any warning at all, in (0, 0.5]."""
    planned_rounds: int | None = None
    """Rounds after the base among which alpha is shared out evenly; None for a run without a planned end, where round r
    gets the share 6 / (pi r)^2."""
    seed_sd: float = 0.0
    """Standard deviation of the metrics between runs that differ in nothing but the seed; 0 where it is not known. A
    warning needs a fall of more than twice this."""
    num_resamples: int = 4000
    """Bootstrap draws; the critical value of a share of 0.005 rests on the 20 largest of them."""
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0 < self.alpha <= 0.5:
            raise ConfigError(f"alpha is {self.alpha}: it must be above 0 and at most 0.5")
        if self.planned_rounds is not None and self.planned_rounds < 1:
            raise ConfigError(f"planned rounds are {self.planned_rounds}: there must be at least 1")
        if not 0 <= self.seed_sd < 1:
            raise ConfigError(f"seed_sd is {self.seed_sd}: it must be at least 0 and below 1")

    def alpha_of(self, round: int) -> float:
        """The share of alpha that the `round`-th round after the base spends; all shares together are alpha."""
        if self.planned_rounds is None:
            return self.alpha * 6 / (pi * round) ** 2
        return self.alpha / self.planned_rounds
