"""From a task to a problem: names, wording and tests are drawn, and the reference solution is written out."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TypeVar

from ssd_iter.problems.base import Problem, TestCase
from ssd_iter.problems.fresh.arguments import ARGUMENT_NAMES
from ssd_iter.problems.fresh.cases import draw_cases
from ssd_iter.problems.fresh.family import Task
from ssd_iter.problems.fresh.identity import VERSION, semantic_key, split_of
from ssd_iter.problems.fresh.random_stream import RandomStream

LICENCE = "Apache-2.0"
LINE_LENGTH = 100

T = TypeVar("T")


def build_problem(task: Task, family: str, seed: int) -> Problem:
    """The task as the seed words and tests it. Every draw depends on (version, seed, family, semantic key) alone."""
    key = semantic_key(task)
    split = split_of(key)
    stream = RandomStream(VERSION, seed, family, key)
    argument_names = stream.choice(pool(ARGUMENT_NAMES[tuple(task.arguments.values())], split))
    words = dict(zip(task.arguments, argument_names, strict=True)) | dict(task.constants)
    entry_point = _identifier(stream.choice(pool(task.operation.names, split)), task)
    statement = stream.choice(pool(task.operation.statements, split)).format(**words)
    cases = draw_cases(task, stream)
    starter_code = _starter_code(task, entry_point, argument_names, statement, cases)
    return Problem(
        problem_id=f"fresh-{VERSION}-{seed}/{split}/{family}-{key[:12]}",
        problem_set="fresh",
        split=split,
        statement=statement,
        starter_code=starter_code,
        entry_point=entry_point,
        cases=cases,
        reference=f"{starter_code}    return {task.operation.body.format(**words)}\n",
        level=task.level,
        family=family,
        semantic_key=key,
        source_version=f"fresh-{VERSION}-{seed}",
        licence=LICENCE,
    )


def pool(wordings: Sequence[T], split: str) -> Sequence[T]:
    """The wordings a split may use: the first one for test, the second for dev, the others for train."""
    return {"test": wordings[:1], "dev": wordings[1:2], "train": wordings[2:]}[split]


def _identifier(template: str, task: Task) -> str:
    """A function name; -5 is spelled minus_5."""
    return template.format(**{name: str(value).replace("-", "minus_") for name, value in task.constants.items()})


def _starter_code(
    task: Task, entry_point: str, argument_names: Sequence[str], statement: str, cases: Sequence[TestCase]
) -> str:
    parameters = ", ".join(
        f"{name}: {kind}" for name, kind in zip(argument_names, task.arguments.values(), strict=True)
    )
    examples = "".join(
        f"    >>> {entry_point}({', '.join(map(repr, case.args))})\n    {case.expected!r}\n"
        for case in cases
        if case.visible
    )
    docstring = textwrap.fill(
        f'"""{statement}', LINE_LENGTH, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False
    )
    return f'def {entry_point}({parameters}) -> {task.returns}:\n{docstring}\n\n{examples}    """\n'
