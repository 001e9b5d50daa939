"""Checking problems: their references in the sandbox, and texts to compare them with."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

from flows.display import ProgressDisplay, say
from flows.hardware import usable_cores
from ssd_iter.exceptions import NotFoundError
from ssd_iter.execution.levels import Wanted, described, resolve_isolation
from ssd_iter.execution.limits import Limits
from ssd_iter.execution.sandbox import Sandbox
from ssd_iter.grading.references import Fault, checkable, reference_faults
from ssd_iter.problems.base import Problem
from ssd_iter.run.progress import Progress


def check_problems(
    problems: Sequence[Problem],
    isolation: Wanted,
    cpu_seconds: float,
) -> dict[str, Any]:
    """How many references pass, and the faults of those that do not, as a JSON-able document."""
    level = resolve_isolation(isolation)
    tested = checkable(problems)
    say(f"{len(tested)} references to run; programs held at level {described(level)}")
    began, done = time.time(), 0
    faults: list[Fault] = []
    with (
        closing(Sandbox(level, usable_cores(), None)) as sandbox,
        ProgressDisplay("references") as display,
    ):

        def on_progress(more: int) -> None:
            nonlocal done
            done += more
            display.update(Progress(done, len(tested), "programs", 0, began, time.time(), ""))

        faults += reference_faults(tested, sandbox, Limits(cpu_seconds=cpu_seconds), on_progress)
    return {
        "problems": len(problems),
        "passed": len(tested) - len(faults),
        "without_reference": sum(not problem.reference for problem in problems),
        "without_tests": sum(not problem.has_tests for problem in problems),
        "faults": [asdict(fault) for fault in sorted(faults, key=lambda fault: fault.problem_id)],
    }


def prompt_texts(path: Path) -> Iterator[str]:
    """The texts of a corpus: all texts of each JSON line, or the whole of any other file."""
    try:
        data = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise NotFoundError(f"no corpus at {path}: {error.strerror}") from None
    if not path.name.endswith(".jsonl"):
        yield data
        return
    for line in data.splitlines():
        try:
            yield " ".join(_strings(json.loads(line)))
        except ValueError:
            yield line


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _strings(item)
