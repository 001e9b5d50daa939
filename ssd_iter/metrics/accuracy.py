"""pass@k per problem, over graded samples."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from ssd_iter.grading.pass_at_k import pass_at_k
from ssd_iter.records import Execution


def pass_at_k_by_problem(executions: Sequence[Execution], k: int) -> dict[str, float | None]:
    """The unbiased pass@k of each problem; None where fewer than k of its samples were graded.

    A sample without code is a fail; one that the sandbox failed on is not counted at all.
    """
    graded: dict[str, list[bool]] = defaultdict(list)
    for row in executions:
        graded[row.problem_id] += [] if row.verdict == "sandbox_error" else [row.verdict == "pass"]
    return {problem_id: pass_at_k(len(passed), sum(passed), k) for problem_id, passed in graded.items()}
