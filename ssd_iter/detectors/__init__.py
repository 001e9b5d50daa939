"""What watches a run for collapse: a file each, a line each.

A detector is a pure function of all rounds so far. What it returns goes on record as findings of the last of these
rounds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import get_args

from ssd_iter.detectors import all_truncated, decline, nothing_extractable
from ssd_iter.detectors.base import Detected, RoundsSoFar
from ssd_iter.records import RoundVerdict

Detector = Callable[[RoundsSoFar], list[Detected]]
"""From all rounds up to one to what is wrong with that one."""

WITHOUT_TEST: tuple[Detector, ...] = (nothing_extractable.detect, all_truncated.detect)
"""What needs no statistics."""

DETECTORS: tuple[Detector, ...] = (*WITHOUT_TEST, decline.detect)

_SEVERITY: tuple[RoundVerdict, ...] = get_args(RoundVerdict)


def detect(so_far: RoundsSoFar) -> list[Detected]:
    """What all detectors say about a round, in their order."""
    return [found for detector in DETECTORS for found in detector(so_far)]


def worst(found: Iterable[Detected]) -> RoundVerdict:
    """The verdict of a round of which all this was found."""
    return max((detected.verdict for detected in found), key=_SEVERITY.index, default="OK")
