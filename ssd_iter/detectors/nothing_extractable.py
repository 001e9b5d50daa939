"""`nothing_extractable`: not one evaluation sample of the round holds a closed code fence.

No statistics: the share is 0. It cannot see a model that writes fences with nothing of use in them.
"""

from __future__ import annotations

from collections.abc import Sequence

from ssd_iter.detectors.base import Detected
from ssd_iter.records import Metric


def detect(metrics: Sequence[Metric], round: int) -> list[Detected]:
    """At most one finding, of severity error."""
    for metric in metrics:
        about = (metric.round, metric.name, metric.purpose, metric.problem_set)
        if about == (round, "extraction_rate", "eval", "all") and metric.value == 0:
            message = f"none of {metric.n} evaluation samples holds a closed code fence: there is nothing to grade"
            return [Detected("nothing_extractable", "error", message, {"extraction_rate": 0.0, "n": metric.n})]
    return []
