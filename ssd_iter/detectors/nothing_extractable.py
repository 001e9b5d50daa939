"""`nothing_extractable`: not one evaluation sample of the round holds a closed code fence.

No statistics: the share is 0. It cannot see a model that writes fences with nothing of use in them.
"""

from __future__ import annotations

from ssd_iter.detectors.base import Detected, RoundsSoFar, without_test


def detect(so_far: RoundsSoFar) -> list[Detected]:
    """At most one finding, of severity error."""
    rate = so_far.metric("extraction_rate")
    if rate is None or rate.value != 0:
        return []
    message = f"none of {rate.n} evaluation samples holds a closed code fence: there is nothing to grade"
    evidence = {"extraction_rate": 0.0, "n": rate.n}
    return [Detected("nothing_extractable", "error", message, without_test(so_far, rate.name, 0), evidence=evidence)]
