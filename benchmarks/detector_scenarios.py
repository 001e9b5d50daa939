"""What is simulated, from which round on something falls, and what the detectors must reach there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from detector_toy import ToyWorld
from detector_worlds import (
    NUM_ROUNDS,
    Counts,
    Floats,
    extraction_falls,
    pass_at_1_moves,
    sharpened,
    steady,
    unique_falls,
    wobbling,
)

from ssd_iter.toy.settings import ToySettings

ROUNDS = np.arange(NUM_ROUNDS + 1, dtype=np.float64)
STEP, GRADUAL = 5, 3
"""The round in which a step happens, and the first of a gradual fall."""


class Simulated(Protocol):
    """A world of `detector_worlds` or `detector_toy`."""

    def draw(self, rng: np.random.Generator) -> Counts: ...
    def true_means(self) -> dict[str, list[float]]: ...


@dataclass(frozen=True)
class Scenario:
    """A world, by name."""

    name: str
    title: str
    onset: int | None
    """The first round in which something has fallen; None where nothing does and every alarm is false."""
    make: Callable[[], Simulated]


@dataclass(frozen=True)
class Bar:
    """What a rule's rate must come to: at most, or at least, `rate`."""

    scenario: str
    rule: str
    later: int | None
    """Alarms from the onset to so many rounds later count; None: of the whole run."""
    side: Literal["at most", "at least"]
    rate: float


def _step(amount: float) -> Floats:
    return np.where(ROUNDS >= STEP, amount, 0.0)


def _gradual(amount: float) -> Floats:
    return np.asarray(amount * np.maximum(ROUNDS - GRADUAL + 1, 0), dtype=np.float64)


def _toy(trains: bool = True) -> ToyWorld:
    return ToyWorld(ToySettings(temperature=0.9, top_p=0.85, rounds=NUM_ROUNDS), trains)


SCENARIOS = (
    Scenario("null", "nothing falls", None, steady),
    Scenario("wobble-0.5", "wobble of 0.5 pp", None, lambda: wobbling(0.5)),
    Scenario("wobble-1", "wobble of 1 pp", None, lambda: wobbling(1)),
    Scenario("improving", "pass@1 +1 pp a round", None, lambda: pass_at_1_moves(ROUNDS)),
    Scenario("toy-frozen", "toy, never trained", None, lambda: _toy(trains=False)),
    Scenario("pass-5", "pass@1 -5 pp", STEP, lambda: pass_at_1_moves(_step(-5))),
    Scenario("pass-10", "pass@1 -10 pp", STEP, lambda: pass_at_1_moves(_step(-10))),
    Scenario("pass-gradual", "pass@1 -1 pp a round", GRADUAL, lambda: pass_at_1_moves(_gradual(-1))),
    Scenario(
        "improve-then-fall",
        "pass@1 +1.5 pp a round, then -3",
        STEP,
        lambda: pass_at_1_moves(np.minimum(1.5 * ROUNDS, 6 - 3 * (ROUNDS - STEP + 1))),
    ),
    Scenario("unique-20", "unique -20 %", STEP, lambda: unique_falls(_step(0.2))),
    Scenario("unique-10", "unique -10 %", STEP, lambda: unique_falls(_step(0.1))),
    Scenario("unique-gradual", "unique -3 % a round", GRADUAL, lambda: unique_falls(_gradual(0.03))),
    Scenario("sharpening", "pass@1 +2 pp, pass@5 -8 pp", STEP, lambda: sharpened(2, -8, STEP)),
    Scenario("extraction-5", "extraction -5 pp", STEP, lambda: extraction_falls(_step(5))),
    Scenario("toy-sharpening", "toy, 0.9 / 0.85 replace", 1, _toy),
)
"""The toy's onset is round 1, the first that is trained; diversity is compared from round 2 on, with round 1's."""

SCENARIO_OF = {scenario.name: scenario for scenario in SCENARIOS}

BARS = (
    Bar("null", "WARN", None, "at most", 0.05),
    Bar("null", "COLLAPSE", None, "at most", 0.01),
    Bar("pass-5", "WARN", 0, "at least", 0.85),
    Bar("pass-5", "WARN", 1, "at least", 0.95),
    Bar("pass-5", "COLLAPSE", 2, "at least", 0.95),
    Bar("pass-10", "COLLAPSE", 0, "at least", 0.99),
    Bar("unique-20", "DIVERSITY_COLLAPSE", 0, "at least", 0.99),
    Bar("sharpening", "WARN", 1, "at least", 0.90),
    Bar("improve-then-fall", "WARN", 2, "at least", 0.95),
    Bar("toy-sharpening", "diversity named", 1, "at least", 0.95),
)
