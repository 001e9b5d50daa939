"""From graded samples to counts: how many samples of a problem there are, passed, and were written alike.

All statistics over problems start from these rows. Samples that the sandbox failed on are left out of every count, so
that our own faults move nothing; a problem with no other sample still has its row, with `n` = 0.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence

from ssd_iter.filtering.token_form import token_sha256
from ssd_iter.records import Execution, ExtractionFacts, ProblemCounts


def problem_counts(executions: Iterable[Execution]) -> list[ProblemCounts]:
    """One row for each round, purpose, decode settings and problem, in this order. Time grows with the rows."""
    problems: dict[tuple[str, int, str, str, str], list[Execution]] = defaultdict(list)
    for row in executions:
        problems[row.run_id, row.round, row.purpose, row.decode_id, row.problem_id].append(row)
    return [_counts(problems[key]) for key in sorted(problems)]


def _counts(rows: Sequence[Execution]) -> ProblemCounts:
    first, graded = rows[0], [row for row in rows if row.verdict != "sandbox_error"]
    passed = [row for row in graded if row.verdict == "pass"]
    return ProblemCounts(
        run_id=first.run_id,
        round=first.round,
        purpose=first.purpose,
        decode_id=first.decode_id,
        problem_set=first.problem_set,
        problem_id=first.problem_id,
        n=len(graded),
        c=len(passed),
        extracted=sum(row.code is not None for row in graded),
        classes=class_sizes(map(program_class, graded)),
        correct_classes=class_sizes(map(program_class, passed)),
        behaviour_classes=class_sizes(row.behaviour_sha256 for row in graded if row.code is not None),
    )


def program_class(facts: ExtractionFacts) -> str | None:
    """What samples that wrote the same program share; None where there is no code.

    It is the hash of the program's normal form; code that has none (it does not parse, or is nested too deeply) falls
    into classes of its own by its tokens.
    """
    if facts.code is None or facts.normal_sha256 is not None:
        return facts.normal_sha256
    return f"tokens:{token_sha256(facts.code)}"


def class_sizes(classes: Iterable[Hashable | None]) -> tuple[int, ...]:
    """How many there are of each, falling; None is no class."""
    return tuple(sorted(Counter(each for each in classes if each is not None).values(), reverse=True))
