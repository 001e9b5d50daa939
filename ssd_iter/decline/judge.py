"""What the tests say of each round: the verdict, and the falls that it rests on.

* WARN: some metric fell, by more than twice the spread between seeds.
* COLLAPSE: some quality metric surely fell by more than its margin; or one fell, the round before had a warning, and
  the fall of quality looks large. DIVERSITY_COLLAPSE: the same of diversity alone.
* NOT_ENOUGH_DATA: nothing was found, and a fall of pass@1 by 20 points, or to 0, would not have been found either.

The chance that a run in which nothing falls gets any of the first three is at most `Settings.alpha`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtri, stdtrit

from ssd_iter.decline.contrasts import Contrast, contrasts
from ssd_iter.decline.max_t import Columns, columns_of, step_down
from ssd_iter.decline.panel import Panel
from ssd_iter.decline.settings import Settings, Tested, tested
from ssd_iter.records import RoundVerdict

POWER = 0.9
COARSEST = 0.2
"""Where a fall of pass@1 by so much would be missed too often, finding none says nothing."""
NUM_DRIVERS = 5


@dataclass(frozen=True, slots=True)
class Decline:
    """One metric that fell."""

    metric: Tested
    collapsed: bool
    """The fall is large by the rules of COLLAPSE, not only certain."""
    reference: str
    """The earlier round that it most surely fell against; several pooled where no single one shows it."""
    reference_rounds: tuple[int, ...]
    effect: float
    """Reference minus now, mean over problems."""
    low: float
    high: float
    """Simultaneous interval of the effect at the round's share of alpha; `low` is one-sided."""
    p: float
    """Adjusted over all metrics and references of the round."""
    problems: tuple[str, ...]
    """The problems that fell most."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is known of a round, from it and the rounds before."""

    round: int
    verdict: RoundVerdict
    declines: tuple[Decline, ...] = ()
    """The largest t statistic first."""
    alpha: float | None = None
    """The share of alpha the round spent; None where nothing was tested."""
    critical: float | None = None
    """The t statistic that would have been a warning."""
    detectable: float | None = None
    """The fall of pass@1 that would have been found with a chance of 90 %; None where it has nowhere to fall."""
    num_problems: int = 0
    """Problems that were compared."""
    num_left_out: int = 0
    """Problems of the run that this round or its references lack."""

    @property
    def warned(self) -> bool:
        """Something fell."""
        return bool(self.declines)


def judge_rounds(panel: Panel, settings: Settings) -> list[Judgement]:
    """The judgement of every round of the panel, in order; each depends on its own and earlier rounds only (and on
    the panel's k).

    The panel's rounds must be one line of descent: after a rollback, rounds that were given up are no references.
    """
    judgements = [_base(panel)]
    for end in range(2, len(panel.rounds) + 1):
        values = {name: rows[:end] for name, rows in panel.values.items()}
        seen = replace(panel, rounds=panel.rounds[:end], values=values)
        judgements.append(_judge(seen, judgements[-1], settings))
    return judgements


def _base(panel: Panel) -> Judgement:
    num = int(np.isfinite(panel.values["pass_at_1"][0]).sum())
    return Judgement(panel.rounds[0], "OK" if num else "NOT_ENOUGH_DATA", num_problems=num)


def _judge(panel: Panel, before: Judgement, settings: Settings) -> Judgement:
    round, alpha = panel.rounds[-1], settings.alpha_of(panel.rounds[-1] - panel.rounds[0])
    metrics = tested(panel.k)
    columns = [contrast for metric in metrics for contrast in contrasts(panel, metric)]
    if not columns:
        return Judgement(round, "NOT_ENOUGH_DATA", num_left_out=len(panel.problem_ids))
    measured = columns_of([column.falls for column in columns], settings.num_resamples, settings.seed)
    critical = measured.critical(alpha)
    declines = _declines(panel, columns, measured, critical, before.warned, alpha, settings)
    detectable = _detectable(panel, columns, measured, critical, alpha, settings)
    num_problems = max(int(np.isfinite(column.falls).sum()) for column in columns)
    verdict = _verdict(panel, declines, detectable)
    left_out = len(panel.problem_ids) - num_problems
    return Judgement(round, verdict, declines, alpha, critical, detectable, num_problems, left_out)


def _declines(
    panel: Panel,
    columns: Sequence[Contrast],
    measured: Columns,
    critical: float,
    warned_before: bool,
    alpha: float,
    settings: Settings,
) -> tuple[Decline, ...]:
    names = [column.metric.name for column in columns]
    metrics = {column.metric.name: column.metric for column in columns}
    groups = [list(metrics).index(name) for name in names]
    noise = np.full(len(columns), 2 * settings.seed_sd)
    margins = noise + [column.metric.margin for column in columns]
    warned = step_down(measured, groups, noise)
    collapsed = step_down(measured, groups, margins)
    t = measured.t(noise)
    look_large = {
        column.metric.family
        for column, mean in zip(columns, measured.means, strict=True)
        if mean >= column.metric.large
    }
    found = []
    for group, metric in enumerate(metrics.values()):
        if warned[group] > alpha:
            continue
        own = [i for i, name in enumerate(names) if name == metric.name]
        # One earlier round is easier to make sense of than several pooled, where it is enough.
        certain = [i for i in own if columns[i].is_pair and t[i] > critical]
        best = max(certain or own, key=lambda i: (t[i], measured.means[i]))
        effect, reach = float(measured.means[best]), critical * float(measured.errors[best])
        decline = Decline(
            metric=metric,
            collapsed=collapsed[group] <= alpha or (warned_before and metric.family in look_large),
            reference=columns[best].reference,
            reference_rounds=columns[best].reference_rounds,
            effect=effect,
            low=effect - reach,
            high=effect + reach,
            p=warned[group],
            problems=_drivers(panel, columns[best]),
        )
        found.append((float(t[best]), decline))
    return tuple(decline for _, decline in sorted(found, key=lambda pair: -pair[0]))


def _drivers(panel: Panel, contrast: Contrast) -> tuple[str, ...]:
    falls = np.where(np.isfinite(contrast.falls), contrast.falls, -np.inf)
    largest = np.argsort(-falls, kind="stable")[:NUM_DRIVERS]
    return tuple(panel.problem_ids[i] for i in largest if falls[i] > 0)


def _detectable(
    panel: Panel, columns: Sequence[Contrast], measured: Columns, critical: float, alpha: float, settings: Settings
) -> float | None:
    """For the least noisy comparison of pass@1 with one earlier round; None where there is none, or nothing to lose."""
    pairs = [i for i, column in enumerate(columns) if column.metric.name == "pass_at_1" and column.is_pair]
    if not pairs or not (panel.values["pass_at_1"][:-1] > 0).any():
        return None
    error, freedom = min((measured.errors[i], measured.freedom[i]) for i in pairs)
    reach = max(critical, -stdtrit(freedom, alpha)) + ndtri(POWER)
    # Where nearly all pass, a fall brings noise of its own that is not seen yet: at least that of samples drawn alike.
    square = reach**2
    return float(max(reach * error, square / (panel.num_samples * (freedom + 1) + square)) + 2 * settings.seed_sd)


def _verdict(panel: Panel, declines: Sequence[Decline], detectable: float | None) -> RoundVerdict:
    collapsed = {decline.metric.family for decline in declines if decline.collapsed}
    if "quality" in collapsed:
        return "COLLAPSE"
    if collapsed:
        return "DIVERSITY_COLLAPSE"
    if declines:
        return "WARN"
    if detectable is None:
        return "NOT_ENOUGH_DATA"
    # A model that solves little cannot fall far: then even a fall to 0 may be too small to be found.
    scores = panel.values["pass_at_1"][:-1]
    highest = max(float(row[np.isfinite(row)].mean()) for row in scores if np.isfinite(row).any())
    return "OK" if detectable <= min(COARSEST, highest) else "NOT_ENOUGH_DATA"
