"""What a family of generated problems is made of.

A family's file declares operations (a formula and its wordings), the points of its parameter space, and how a point
becomes a task. Everything else (identity, splits, tests, rendering, acceptance) is common to all families.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ssd_iter.problems.fresh.random_stream import RandomStream

Argument = Literal["int", "str", "list[int]"]
Result = Literal["int", "bool", "str", "list[int]"]
Arguments = tuple[Any, ...]
"""One call's positional arguments, JSON values."""


@dataclass(frozen=True, kw_only=True)
class Operation:
    """A formula with its wordings, as templates over argument slots (`{x}`) and constants (`{k}`).

    The first name and statement are for the test split, the second for dev, the others for train: so the plainest
    wording measures.
    """

    body: str
    """A Python expression: the reference solution returns it."""
    names: tuple[str, ...]
    """Plain function names; constants may appear, text constants not."""
    statements: tuple[str, ...]
    """What is asked, in one or two sentences that name every argument and every constant."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """One function to write: an operation with its constants, before names, wording and tests are drawn."""

    operation: Operation
    constants: Mapping[str, int | str]
    arguments: Mapping[str, Argument]
    """Type of each argument slot, in order."""
    returns: Result
    level: int
    """0: one operation; 1: more than one. Not calibrated on a model."""
    edges: tuple[Arguments, ...]
    """Calls that are always tested."""
    draw: Callable[[RandomStream], Arguments]
    """A typical call, of which the examples and the other tests are made."""


@dataclass(frozen=True, kw_only=True)
class Family:
    """A finite space of parameter points, each of which is one task. Several points may compute the same."""

    name: str
    points: Callable[[], Sequence[tuple[Any, ...]]]
    task: Callable[..., Task]
    """Called with one point's values."""
