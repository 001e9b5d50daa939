"""How many different programs a model writes for one problem."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from ssd_iter.records import ExtractionFacts


def unique_solutions(facts: Sequence[ExtractionFacts]) -> dict[str, int]:
    """Per problem, how many programs differ once names of locals, comments and layout are taken away.

    Code that does not parse is not a program and counts for nothing. The number grows with `num_samples`: compare
    rounds with equal ones only.
    """
    programs: dict[str, set[str]] = defaultdict(set)
    for row in facts:
        programs[row.problem_id] |= {row.normal_sha256} if row.normal_sha256 else set()
    return {problem_id: len(hashes) for problem_id, hashes in programs.items()}
