"""Rules that say of each round of a simulated run whether something fell: ours, and those commonly used.

A rule is a name and one truth value a round, the base first (never an alarm). Every naive rule compares with the base:

* paired t: mean fall over problems, one-sided p < .05, nothing corrected; of pass@1, or of any of the four metrics.
* Bonferroni: the same over the four metrics, at .05 / (4 x planned rounds).
* pass@1 -2 pp, -5 pp; unique -20 %; Simpson -0.05: the mean is lower than the base's by at least so much. "unique" is
  how many different solutions the samples of a problem hold, uncorrected for how many there are.
* unpaired z: passes of all samples as two binomials, one-sided p < .05.
* McNemar: problems with any pass, before and now, one-sided exact p < .05.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from detector_worlds import Counts, Floats
from numpy.typing import NDArray
from scipy.stats import binom, norm
from scipy.stats import t as student

from ssd_iter.decline.judge import Judgement, judge_rounds
from ssd_iter.decline.panel import Panel
from ssd_iter.decline.settings import Settings

K = 5
ALPHA = 0.05
OURS = ("WARN", "DIVERSITY_COLLAPSE", "COLLAPSE", "quality metric named", "diversity named")
NAIVE = (
    "paired t, pass@1",
    "paired t, any metric",
    "Bonferroni paired t",
    "pass@1 -2 pp",
    "pass@1 -5 pp",
    "unpaired z, pass@1",
    "McNemar, any pass",
    "unique -20 %",
    "Simpson -0.05",
)
RULES = OURS + NAIVE

Alarms = NDArray[np.bool_]


def alarms(counts: Counts) -> Alarms:
    """Shape (rules, rounds), rules in the order of `RULES`."""
    panel = panel_of(counts)
    num_rounds = len(panel.rounds) - 1
    found = ours(judge_rounds(panel, Settings(ALPHA, num_rounds))) | naive(panel.values, counts)
    return np.stack([found[rule] for rule in RULES])


def panel_of(counts: Counts) -> Panel:
    """What `ssd_iter.decline.panel.panel_of` makes of the same counts, for arrays."""
    rounds, problems = counts.passes.shape
    values = {
        "pass_at_1": counts.passes / counts.n,
        f"pass_at_{K}": pass_at(counts.passes, counts.n),
        "extraction_rate": counts.extracted / counts.n,
        "simpson_diversity": simpson(counts),
    }
    return Panel(tuple(range(rounds)), tuple(f"p{i}" for i in range(problems)), values, K, counts.n)


def pass_at(passes: NDArray[np.int64], n: int) -> Floats:
    """pass@5 of each number of passes among n."""
    fails = n - passes
    return np.asarray(1 - np.prod([np.maximum(fails - i, 0) / (n - i) for i in range(K)], axis=0))


def simpson(counts: Counts) -> Floats:
    """The share of pairs of samples with code that are of different classes; NaN with fewer than two."""
    pairs = counts.extracted * (counts.extracted - 1.0)
    equal = _equal(counts).sum(axis=(2, 3)) - counts.extracted
    return np.asarray(1 - np.divide(equal, pairs, out=np.full(pairs.shape, np.nan), where=pairs > 0))


def unique(counts: Counts) -> NDArray[np.int64]:
    """How many classes the samples are of."""
    seen_before = np.tril(_equal(counts), -1).any(axis=3)
    return np.asarray(counts.extracted - seen_before.sum(axis=2))


def _equal(counts: Counts) -> Alarms:
    there = counts.classes >= 0
    same = counts.classes[..., :, None] == counts.classes[..., None, :]
    return np.asarray(same & there[..., :, None] & there[..., None, :])


def ours(judgements: list[Judgement]) -> dict[str, Alarms]:
    """WARN is any warning, the collapses among them; the others say which family is named, whatever the verdict."""
    verdicts = [judgement.verdict for judgement in judgements]
    families = [{decline.metric.family for decline in judgement.declines} for judgement in judgements]
    columns = (
        [bool(named) for named in families],
        [verdict == "DIVERSITY_COLLAPSE" for verdict in verdicts],
        [verdict == "COLLAPSE" for verdict in verdicts],
        ["quality" in named for named in families],
        ["diversity" in named for named in families],
    )
    return {name: np.array(column) for name, column in zip(OURS, columns, strict=True)}


def naive(values: Mapping[str, Floats], counts: Counts) -> dict[str, Alarms]:
    """The rules of `NAIVE`."""
    p_values = np.stack([paired_t(metric) for metric in values.values()])
    means = {name: np.nanmean(metric, axis=1) for name, metric in values.items()}
    falls = {name: mean[0] - mean for name, mean in means.items()}
    different = unique(counts).mean(axis=1)
    # What is a fall by just so much must not depend on rounding.
    tiny = 1e-9
    rules = (
        paired_t(values["pass_at_1"]) < ALPHA,
        (p_values < ALPHA).any(axis=0),
        (p_values < ALPHA / (len(p_values) * (len(counts.passes) - 1))).any(axis=0),
        falls["pass_at_1"] > 0.02 - tiny,
        falls["pass_at_1"] > 0.05 - tiny,
        unpaired_z(counts) < ALPHA,
        mcnemar(counts) < ALPHA,
        different < 0.8 * different[0] + tiny,
        falls["simpson_diversity"] > 0.05 - tiny,
    )
    return dict(zip(NAIVE, rules, strict=True))


def paired_t(metric: Floats) -> Floats:
    """One-sided p of a fall since the base, by round; 1 where nothing varies."""
    falls = metric[0] - metric
    num = np.isfinite(falls).sum(axis=1)
    errors = np.nanstd(falls, axis=1, ddof=1) / np.sqrt(num)
    t = np.divide(np.nanmean(falls, axis=1), errors, out=np.full(len(errors), -np.inf), where=errors > 0)
    return np.asarray(student.sf(t, num - 1))


def unpaired_z(counts: Counts) -> Floats:
    """One-sided p of two binomials of all samples, by round."""
    num = counts.n * counts.passes.shape[1]
    shares = counts.passes.sum(axis=1) / num
    pooled = (shares[0] + shares) / 2
    return np.asarray(norm.sf((shares[0] - shares) / np.sqrt(2 * pooled * (1 - pooled) / num)))


def mcnemar(counts: Counts) -> Floats:
    """One-sided exact p that as many problems lost all their passes as gained a first one, by round."""
    solved = counts.passes > 0
    lost, gained = (solved[0] & ~solved).sum(axis=1), (~solved[0] & solved).sum(axis=1)
    return np.asarray(binom.sf(lost - 1, lost + gained, 0.5))
