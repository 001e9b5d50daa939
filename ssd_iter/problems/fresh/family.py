"""What a family of generated problems is made of.

A family's file declares kinds of tasks, the points of each kind's parameter space, and how a point becomes a task.
Everything else (identity, splits, tests, styles, acceptance) is common to all families.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ssd_iter.problems.base import Style
from ssd_iter.problems.fresh.random_stream import RandomStream

Argument = Literal["int", "str", "list[int]", "list[str]", "list[list[int]]"]
Result = Literal["int", "bool", "str", "list[int]", "list[str]", "list[list[int]]"]
Arguments = tuple[Any, ...]
"""One call's positional arguments, JSON values."""


@dataclass(frozen=True, kw_only=True)
class Operation:
    """A solution with its wordings.

    The first name and statement are for the test splits, the second for dev, the others for train: so the plainest
    wording measures. There are at least three of each.
    """

    body: str
    """Python over the argument slots and the constants as names: an expression, or statements that return. It gives
    the same answer in every process (no iteration over sets of texts), leaves its arguments as they are, and its own
    names are no names an argument can get."""
    names: tuple[str, ...]
    """Function names, as templates over the constants (`add_{k}`); a negative one is spelled `minus_5`."""
    statements: tuple[str, ...]
    """What is asked, as templates over argument slots and constants: text that names every argument and every number
    or text among the constants. Begins with a verb such as Return, which a program's statement turns into Print."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """One function to write: an operation with its constants, before names, wording and tests are drawn."""

    operation: Operation
    constants: Mapping[str, Any]
    """Values put into body, names and statements; a list or dict among them is put into the body only."""
    arguments: Mapping[str, Argument]
    """Type of each argument slot, in order."""
    returns: Result
    edges: tuple[Arguments, ...]
    """Calls that are always tested: empty, one, zero, negative, largest, whatever is allowed."""
    draw: Callable[[RandomStream], Arguments]
    """A typical call, of which the examples and the other tests are made; mostly valid, with varied answers."""
    oracle: Callable[..., Any] | None = None
    """Another way to the same answers, written independently of the body. From level 2 on, families have one."""
    argument_names: tuple[tuple[str, ...], ...] = ()
    """Names for the arguments, one of them used by test, one by dev, the others by train; default: by signature."""
    battery: tuple[Arguments, ...] = ()
    """The calls by which functions are told apart, where those of the signature (`arguments.battery`) tell too
    little. The same for all tasks of a family that could be equal; about 64 calls, never changed within a version."""
    styles: tuple[Style, ...] = ("function", "stdin")


@dataclass(frozen=True, kw_only=True)
class Kind:
    """Tasks of a family that are alike: a model solves them about equally often."""

    name: str
    level: int
    """0 (one operation) to 5; a calibration on a model (`ssd-iter problems calibrate`) may put it elsewhere."""
    points: Sequence[tuple[Any, ...]]
    """The parameter space, a tuple a task; `space.Product` makes large ones without listing them."""


@dataclass(frozen=True, kw_only=True)
class Family:
    """A finite space of parameter points, each of which is one task. Several points may compute the same."""

    name: str
    kinds: Callable[[], Sequence[Kind]]
    task: Callable[..., Task | None]
    """Called with one point's values; None for a point that makes no good task."""
    held_out: Literal["dev", "test"] | None = None
    """A family that is never trained on: all of it is in `dev`, or in `test-out`."""
