"""Problems as a file of one's own (`ssd_iter.problems.jsonl`): readable by anybody, and by `file:PATH` again."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ssd_iter.problems.base import Problem
from ssd_iter.run.paths import replacing

_NAMESPACE = uuid.UUID("5d1c0e4e-0b0f-5a55-9d0a-6f4c3e1f7a11")


def canary_of(problem: Problem) -> str:
    """A mark by which a corpus can be searched for this set: the same for all problems of one split."""
    guid = uuid.uuid5(_NAMESPACE, f"{problem.problem_set} {problem.source_version}")
    what = "to train on" if problem.split == "train" else "benchmark data, not for training corpora"
    return f"ssd-iter, {what}; canary GUID {guid}"


def export_problems(problems: Iterable[Problem], path: Path) -> int:
    """Write a line a problem, all or nothing; returns how many."""
    with replacing(path) as temporary:
        count = 0
        with temporary.open("w", encoding="utf-8") as file:
            for problem in problems:
                file.write(json.dumps(row_of(problem)) + "\n")
                count += 1
    return count


def row_of(problem: Problem) -> dict[str, Any]:
    """All that is known of a problem, as a line says it; what is not known is left out."""
    in_words = problem.style == "function" and not problem.statement_in_code
    row: dict[str, Any] = {
        # What was read from a file keeps the name it had there.
        "task_id": problem.problem_id.split("/", 2)[2] if problem.split == "all" else problem.problem_id,
        "style": problem.style,
        "prompt": problem.starter_code if problem.statement_in_code else problem.statement,
        **({"starter_code": problem.starter_code} if in_words else {}),
        "entry_point": problem.entry_point,
        "preamble": problem.preamble,
        "comparison": problem.comparison,
        "inproc": problem.inproc,
    }
    known = {
        name: getattr(problem, name) for name in ("time_limit", "memory_mb", "level", "difficulty", "date", "family")
    }
    row |= {name: value for name, value in known.items() if value is not None}
    row |= {"semantic_key": problem.semantic_key} if problem.semantic_key is not None else {}
    row |= {"tags": list(problem.tags), "licence": problem.licence, "canary": canary_of(problem)}
    if problem.reference:
        row["reference"] = problem.reference
    if problem.check is not None:
        row["test"] = problem.check
    elif problem.style == "stdin":
        row["cases"] = [{"stdin": c.args[0], "stdout": c.expected, "visible": c.visible} for c in problem.cases]
    else:
        row["cases"] = [{"args": list(c.args), "expected": c.expected, "visible": c.visible} for c in problem.cases]
    return row
