"""`all_truncated`: every evaluation sample of the round was cut off by `max_tokens`.

No statistics: the share is 1. It cannot tell a model that never ends from a `max_tokens` too small for any answer; a
base model of which this is true points to the second.
"""

from __future__ import annotations

from ssd_iter.detectors.base import Detected, RoundsSoFar, without_test


def detect(so_far: RoundsSoFar) -> list[Detected]:
    """At most one finding, of severity error."""
    rate = so_far.metric("truncation_rate")
    if rate is None or rate.value != 1:
        return []
    message = f"all {rate.n} evaluation samples were cut off by max_tokens: the model never ends by itself"
    evidence = {"truncation_rate": 1.0, "n": rate.n}
    return [Detected("all_truncated", "error", message, without_test(so_far, rate.name, 1), evidence=evidence)]
