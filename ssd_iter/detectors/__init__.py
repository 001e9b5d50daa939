"""What watches a run for collapse: a file each, a line each.

A detector is a pure function of the metrics of all rounds so far. What it returns goes on record as findings of the
last of these rounds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ssd_iter.detectors import nothing_extractable
from ssd_iter.detectors.base import Detected
from ssd_iter.records import Metric

Detector = Callable[[Sequence[Metric], int], list[Detected]]
"""From the metrics of all rounds up to `round`, and `round`, to what is wrong with `round`."""

DETECTORS: tuple[Detector, ...] = (nothing_extractable.detect,)


def detect(metrics: Sequence[Metric], round: int) -> list[Detected]:
    """What all detectors say about a round, in their order."""
    return [found for detector in DETECTORS for found in detector(metrics, round)]
