"""`fresh` as a source of problems that a selector can name."""

from __future__ import annotations

from ssd_iter.problems.base import Problem
from ssd_iter.problems.fresh.generator import ADDRESSES, Wanted, generate
from ssd_iter.problems.fresh.rendering import LICENCE
from ssd_iter.problems.selectors import Selector, Source

DEFAULT_LEVELS = (0, 1)


def select(selector: Selector, fresh_seed: int) -> list[Problem]:
    """What `fresh:train?n=48&levels=0-1` means; its own `seed=` wins over the run's `fresh_seed`."""
    assert selector.n is not None  # the source needs it
    seed = fresh_seed if selector.seed is None else selector.seed
    return generate(seed, Wanted(selector.split, selector.levels or DEFAULT_LEVELS), selector.n)


SOURCE = Source(
    name="fresh",
    splits=ADDRESSES,
    keys=("n", "levels", "seed"),
    needs=("n",),
    count=8676,
    licence=LICENCE,
    description="generated small functions at levels 0 and 1, new wordings and tests for every seed",
    load=select,
)
