"""How many completions pass each step of form, and how long they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ssd_iter.records import ExtractionFacts, FilterVerdict


def funnel(facts: Sequence[ExtractionFacts]) -> Mapping[str, int]:
    """Counts of the registry's funnel steps, each on its own among all samples; `num_kept` only for filter verdicts."""
    counts = {
        "num_sampled": len(facts),
        "num_non_empty": sum(row.non_empty for row in facts),
        "num_closed_fence": sum(row.closed_fence for row in facts),
        "num_parses": sum(row.parses for row in facts),
        "num_complete": sum(row.complete for row in facts),
    }
    verdicts = [row for row in facts if isinstance(row, FilterVerdict)]
    return counts | ({"num_kept": sum(row.keep for row in verdicts)} if verdicts else {})
