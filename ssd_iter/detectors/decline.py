"""`decline`: pass@1, pass@k, extraction or solution diversity fell, as `ssd_iter.decline` judges it.

The error rates are those of the whole run: `docs/metrics_and_detectors.md`. It cannot see what does not show in these
four: code that is longer, slower or uglier, or a model that forgets what the evaluation does not ask.
"""

from __future__ import annotations

from ssd_iter.decline.contrasts import FEWEST_PROBLEMS
from ssd_iter.decline.judge import Decline, Judgement, judge_rounds
from ssd_iter.decline.panel import panel_of
from ssd_iter.detectors.base import Detected, RoundsSoFar
from ssd_iter.records import Severity


def detect(so_far: RoundsSoFar) -> list[Detected]:
    """A finding for each metric that fell; where none did, one that says how far that can be trusted."""
    if not so_far.round:
        return []
    return said_of(judge_rounds(panel_of(so_far.counts, so_far.line), so_far.settings)[-1])


def said_of(judgement: Judgement) -> list[Detected]:
    """A judgement as findings."""
    return [_fell(decline, judgement) for decline in judgement.declines] or [_nothing_found(judgement)]


def _fell(decline: Decline, judgement: Judgement) -> Detected:
    # A fall of diversity alone is a warning at most: some narrowing may be wanted.
    verdict = judgement.verdict if decline.collapsed else "WARN"
    if decline.collapsed and decline.metric.family == "diversity":
        verdict = "DIVERSITY_COLLAPSE"
    severity: Severity = "error" if verdict == "COLLAPSE" else "warning"
    message = _decline_text(decline) + _left_out(judgement)
    return Detected(verdict.lower(), severity, message, verdict, decline, _evidence(judgement))


def _decline_text(decline: Decline) -> str:
    """`pass@1 fell by 5.2 points against round 2 (3.1 to 7.3, p = 0.0005)`."""
    points = [f"{100 * value:.1f}" for value in (decline.effect, decline.low, decline.high)]
    against = f"{decline.metric.title} fell by {points[0]} points against {decline.reference}"
    return f"{against} ({points[1]} to {points[2]}, p {_p_text(decline.p)})"


def _p_text(p: float) -> str:
    """`= 0.012`; `< 0.0003` where no draw of the bootstrap came near."""
    return f"= {p:.2g}" if p > 3e-4 else "< 0.0003"


def _nothing_found(judgement: Judgement) -> Detected:
    seen = judgement.detectable
    if judgement.verdict == "OK" and seen is not None:
        message = f"no fall was found; one of pass@1 by {100 * seen:.1f} points would have been, nine times in ten"
        return Detected("no_decline", "info", message + _left_out(judgement), "OK", evidence=_evidence(judgement))
    if judgement.critical is None:
        why = f"fewer than {FEWEST_PROBLEMS} problems have samples in this and an earlier round"
    elif seen is None:
        why = "pass@1 is 0 in every round before, or too few problems have it: it cannot fall"
    elif seen > 1:
        why = "not even a fall of pass@1 from 1 to 0 would have been found nine times in ten"
    else:
        why = f"only a fall of pass@1 by {100 * seen:.0f} points would have been found nine times in ten"
    message = f"not enough data to tell a fall from noise: {why}; more problems or samples help{_left_out(judgement)}"
    return Detected("not_enough_data", "info", message, "NOT_ENOUGH_DATA", evidence=_evidence(judgement))


def _left_out(judgement: Judgement) -> str:
    num = judgement.num_left_out
    return f"; {num} of {num + judgement.num_problems} problems are left out, as a round lacks them" if num else ""


def _evidence(judgement: Judgement) -> dict[str, float | int | None]:
    return {
        "alpha": judgement.alpha,
        "critical_t": judgement.critical,
        "detectable": judgement.detectable,
        "num_problems": judgement.num_problems,
        "num_left_out": judgement.num_left_out,
    }
