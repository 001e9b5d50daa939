"""`empty`: a completion that holds nothing but white space."""

from __future__ import annotations

from ssd_iter.records import ExtractionFacts


def drops(facts: ExtractionFacts, completion: str) -> bool:
    """Drop a completion without a single visible character."""
    return not facts.non_empty
