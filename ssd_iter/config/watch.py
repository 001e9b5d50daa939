"""The config's sections about what comes after a round: how it is judged, and what follows."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ssd_iter.config.section import OPERATIONAL, Section


class DetectConfig(Section):
    """How a fall is told from noise, after each round: docs/metrics_and_detectors.md."""

    alpha: Annotated[float, Field(gt=0, le=0.5), OPERATIONAL] = 0.05
    """Chance that a run in which nothing falls gets any warning at all."""
    open_ended: Annotated[bool, OPERATIONAL] = False
    """No last round is planned: alpha is spent in ever smaller shares, instead of evenly among `rounds`."""
    seed_sd: Annotated[float, Field(ge=0, lt=1), OPERATIONAL] = 0.0
    """Standard deviation of pass@1 between runs that differ in nothing but the seed, where it is known: a warning then
    needs a fall of more than twice this."""
    resample: Annotated[bool, OPERATIONAL] = True
    """Look again at the first round that is warned of, with twice as many fresh samples, before believing it."""


class PolicyConfig(Section):
    """What is done when a round has collapsed."""

    on_collapse: Annotated[Literal["continue", "stop", "rollback"], OPERATIONAL] = "continue"
    """Go on and say so, end the run, or let the next round follow the best one so far."""
    on_diversity_collapse: Annotated[Literal["continue", "stop", "rollback"], OPERATIONAL] = "continue"
    """The same where diversity alone collapsed: some narrowing is what self-distillation does."""
