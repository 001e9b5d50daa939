"""What a problem is, for every problem set."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from ssd_iter.exceptions import ConfigError

_UNUSABLE = re.compile("[\ud800-\udfff\0]")

Style = Literal["function", "stdin"]
"""A function to write, or a program that reads and prints."""
Comparison = Literal["exact", "tokens", "close", "livecodebench"]
"""When an answer is right: `ssd_iter.execution.comparison`."""


@dataclass(frozen=True, slots=True)
class TestCase:
    """One call and its answer. `args` and `expected` are JSON values; `visible` cases may be shown to the model.

    Of a program that reads and prints, `args` is one text, its input, and `expected` what it should print.
    """

    __test__ = False  # pytest: not a test class

    args: tuple[Any, ...]
    expected: Any
    visible: bool = False


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One programming problem. At most one of `cases` and `check` is given; without tests it can only be trained on.

    `problem_id` is `set/split/key` and unique; `check` is the source of a `check(candidate)` function
    (HumanEval's form); `preamble` is code the tests rely on that a chat answer may leave out (the prompt's
    imports and helper functions); `semantic_key` names what the function computes, so that two wordings of one
    task cannot sit on both sides of a split; `reference` is a solution that passes, empty where none is known.
    Style `stdin` asks for a program that reads and prints: it has cases, and an `entry_point` that is not looked at.
    """

    problem_id: str
    problem_set: str
    split: str
    style: Style = "function"
    statement: str
    starter_code: str
    """What the model is shown to complete: signature and docstring; may be empty."""
    statement_in_code: bool = True
    """The starter code's docstring holds the statement, so that it is not shown again."""
    entry_point: str
    preamble: str = ""
    cases: tuple[TestCase, ...] = ()
    check: str | None = None
    comparison: Comparison = "exact"
    """When the answer to a case is right."""
    inproc: bool = False
    """The check must run in the candidate's process (it passes callables, or looks at changed arguments). Forgeable."""
    reference: str
    time_limit: float | None = None
    """CPU seconds for each test, where the source gives a limit; else the config's `execution.cpu_seconds` for all."""
    memory_mb: int | None = None
    """Address space in MiB, where the source gives it; else the config's."""
    level: int | None = None
    """Difficulty from 0 (one operation) to 5; generated problems have one."""
    difficulty: str | None = None
    """Difficulty in the source's own word."""
    date: str | None = None
    """ISO date of publication, where the source gives it."""
    tags: tuple[str, ...] = ()
    family: str | None = None
    semantic_key: str | None = None
    selector: str = field(default="", compare=False)
    """The selector that named it in the config; it may hold decode settings."""
    source_version: str
    """SHA-256 of the source file, or the generator's version and seed."""
    licence: str

    @cached_property
    def content_sha256(self) -> str:
        """Hash of what is asked and how it is tested; the same for the same problem under any id."""
        content = [self.statement, self.starter_code, self.tests_json]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()

    @property
    def has_tests(self) -> bool:
        """Whether a candidate can be graded."""
        return bool(self.cases) or self.check is not None

    @property
    def tests_json(self) -> str:
        """The tests as one JSON document: a list of cases, or `{"check": source}`."""
        if self.check is not None:
            return json.dumps({"check": self.check})
        return json.dumps([{"args": c.args, "expected": c.expected, "visible": c.visible} for c in self.cases])


def is_unusable(text: str) -> bool:
    """Whether a text holds a NUL or half a surrogate pair, which no prompt, table or file of UTF-8 can."""
    return _UNUSABLE.search(text) is not None


def first_n(problems: list[Problem], n: int | None, selector: str) -> list[Problem]:
    """All problems, or the n that come first by a hash of their id, in their order: growing n keeps the earlier ones.

    ConfigError naming the selector where there are fewer than n.
    """
    if n is None:
        return problems
    if n > len(problems):
        raise ConfigError(f"{selector}: there are only {len(problems)} problems; ask for fewer, or leave n away")
    order = sorted(problems, key=lambda p: hashlib.blake2b(p.problem_id.encode(), key=b"subset").digest())
    chosen = {problem.problem_id for problem in order[:n]}
    return [problem for problem in problems if problem.problem_id in chosen]
