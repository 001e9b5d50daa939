"""`syntax`: a completion without code that Python parses. The paper's presets leave this rule off."""

from __future__ import annotations

from ssd_iter.records import ExtractionFacts


def drops(facts: ExtractionFacts, completion: str) -> bool:
    """Drop a completion that holds no code, or code that does not parse."""
    return not facts.parses
