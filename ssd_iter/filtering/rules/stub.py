"""`stub`: a completion with at most one line of code, such as a bare signature."""

from __future__ import annotations

from ssd_iter.records import ExtractionFacts


def drops(facts: ExtractionFacts, completion: str) -> bool:
    """Drop code, or the whole text where there is no code, with at most one non-blank line."""
    text = completion if facts.code is None else facts.code
    return sum(1 for line in text.splitlines() if line.strip()) <= 1
