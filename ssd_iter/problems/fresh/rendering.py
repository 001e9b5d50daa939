"""From a task to a problem: names, wording and tests are drawn, and the reference solution is written out."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from ssd_iter.problems.base import Problem, TestCase
from ssd_iter.problems.fresh.acceptance import refuse_wording, telling_cases
from ssd_iter.problems.fresh.arguments import ARGUMENT_NAMES
from ssd_iter.problems.fresh.cases import FurtherCases, draw_cases
from ssd_iter.problems.fresh.family import Family, Kind, Task
from ssd_iter.problems.fresh.identity import VERSION, split_of
from ssd_iter.problems.fresh.random_stream import RandomStream
from ssd_iter.problems.fresh.solutions import written

LICENCE = "Apache-2.0"
LINE_LENGTH = 100
HELD_OUT = "fresh-held-out"
"""Set of the problems of families that are never trained on: reports keep sets apart, and a gap between the two is what
was learned of the families."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Found:
    """A point of a family's space: its task, as a function, with its identity."""

    family: Family
    kind: Kind
    level: int
    """The kind's, or a calibration's."""
    task: Task
    solve: Callable[..., Any]
    key: str

    @property
    def split(self) -> str:
        """Where the function belongs."""
        return split_of(self.key, self.family.held_out)


def function_problem(found: Found, seed: int) -> Problem:
    """The task as the seed words and tests it; acceptance.Rejected where it is not good enough.

    Every draw depends on (version, seed, family, semantic key) alone.
    """
    task, split = found.task, found.split
    stream = RandomStream(VERSION, seed, found.family.name, found.key)
    names = task.argument_names or ARGUMENT_NAMES[tuple(task.arguments.values())]
    argument_names = stream.choice(pool(names, split))
    slots = dict(zip(task.arguments, argument_names, strict=True))
    words = slots | dict(task.constants)
    entry_point = _identifier(stream.choice(pool(task.operation.names, split)), task)
    statement = stream.choice(pool(task.operation.statements, split)).format(**words)
    cases = draw_cases(task, found.solve, stream)
    starter_code = _starter_code(task, entry_point, argument_names, statement, cases)
    problem = Problem(
        problem_id=f"fresh-{VERSION}-{seed}/{split}/{found.family.name}-{found.key[:12]}",
        problem_set=HELD_OUT if split == "test-out" else "fresh",
        split=split,
        statement=statement,
        starter_code=starter_code,
        entry_point=entry_point,
        reference=starter_code + written(task.operation.body, slots, task.constants),
        level=found.level,
        tags=(found.kind.name,),
        family=found.family.name,
        semantic_key=found.key,
        source_version=f"fresh-{VERSION}-{seed}",
        licence=LICENCE,
    )
    refuse_wording(problem, task)
    return replace(problem, cases=telling_cases(task, found.solve, cases, FurtherCases(task, found.solve, stream)))


def pool(wordings: Sequence[T], split: str) -> Sequence[T]:
    """The wordings a split may use: the first one for tests, the second for dev, the others for train."""
    return {"test": wordings[:1], "dev": wordings[1:2], "train": wordings[2:]}[split.partition("-")[0]]


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
    return f'def {entry_point}({parameters}) -> {task.returns}:\n{_docstring(statement)}\n\n{examples}    """\n'


def _docstring(statement: str) -> str:
    """The statement's lines, wrapped; the end of the string is not closed yet."""
    wrapper = textwrap.TextWrapper(
        LINE_LENGTH,
        initial_indent="    ",
        subsequent_indent="    ",
        break_on_hyphens=False,
        break_long_words=False,
    )
    return "\n".join(map(wrapper.fill, f'"""{statement}'.split("\n")))
