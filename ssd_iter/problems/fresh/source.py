"""`fresh` as a source of problems that a selector can name."""

from __future__ import annotations

from dataclasses import replace

from ssd_iter.problems.base import Problem
from ssd_iter.problems.fresh.calibration import load_calibration
from ssd_iter.problems.fresh.generator import ADDRESSES, Wanted, generate
from ssd_iter.problems.fresh.rendering import LICENCE
from ssd_iter.problems.selectors import Selector, Source

DEFAULT_LEVELS = (0, 5)
DEFAULT_N = {"train": 2000, "dev": 200, "test-in": 400, "test-out": 200, "test": 600}


def select(selector: Selector, fresh_seed: int) -> list[Problem]:
    """What `fresh:train?n=48&levels=0-1&style=stdin` means; its own `seed=` wins over the run's `fresh_seed`."""
    wanted = Wanted(selector.split, selector.levels or DEFAULT_LEVELS, selector.style or "function")
    seed = fresh_seed if selector.seed is None else selector.seed
    number = selector.n or DEFAULT_N[selector.split]
    if selector.tiers is None:
        return generate(seed, wanted, number)
    calibration = load_calibration(selector.tiers)
    problems = generate(seed, wanted._replace(tiers=calibration.tiers), number)
    version = f"{problems[0].source_version}-tiers-{calibration.sha256[:12]}"
    return [replace(problem, source_version=version) for problem in problems]


SOURCE = Source(
    name="fresh",
    splits=ADDRESSES,
    keys=("n", "levels", "style", "seed", "tiers"),
    licence=LICENCE,
    description="generated problems at levels 0 to 5, other ones for every seed",
    load=select,
)
