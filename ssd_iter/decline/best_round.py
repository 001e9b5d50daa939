"""The round one would go on from: the one that is surely better than the base by most."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from ssd_iter.decline.contrasts import FEWEST_PROBLEMS
from ssd_iter.decline.max_t import columns_of
from ssd_iter.decline.panel import Panel
from ssd_iter.decline.settings import Settings


def best_round(panel: Panel, settings: Settings, never: Collection[int] = ()) -> int:
    """The round whose gain of pass@1 over the base has the highest simultaneous lower bound (level 1 - alpha).

    Where no bound is above 0 it is the base. Of rounds whose bounds are within one standard error of the highest, the
    earliest: later ones cost more and are no better as far as one can tell. Rounds in `never` are left out. What it
    scored is what it was chosen for: its true score is likely lower, and fresh samples tell it.
    """
    base, *later = panel.rounds
    scores = panel.values["pass_at_1"]
    gains = {round: scores[i + 1] - scores[0] for i, round in enumerate(later) if round not in never}
    gains = {round: gain for round, gain in gains.items() if np.isfinite(gain).sum() >= FEWEST_PROBLEMS}
    if not gains:
        return base
    columns = columns_of(list(gains.values()), settings.num_resamples, settings.seed)
    bounds = columns.means - columns.critical(settings.alpha) * columns.errors
    highest = int(np.argmax(bounds))
    if bounds[highest] <= 0:
        return base
    near = bounds >= max(bounds[highest] - columns.errors[highest], np.finfo(float).tiny)
    return list(gains)[int(np.argmax(near))]
