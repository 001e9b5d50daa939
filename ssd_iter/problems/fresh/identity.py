"""What a function is, whatever it is called and however it is asked for; and which split it belongs to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any, Literal

from ssd_iter.problems.fresh.arguments import battery
from ssd_iter.problems.fresh.family import Task
from ssd_iter.problems.fresh.random_stream import RandomStream

VERSION = "v1"
"""Names everything that fixes the problems; another version is another problem set."""
SPLITS = ("train", "dev", "test-in", "test-out")
"""`test-in` holds functions of families that are trained on, `test-out` those of families that are not."""


def semantic_key(task: Task, solve: Callable[..., Any]) -> str:
    """32 hex digits: blake2b over the signature and the answers to its battery.

    Equal for tasks that compute the same. Two functions that differ only off the battery's 64 calls share a key and
    count as one: a lost problem, never a leaked one.
    """
    types = tuple(task.arguments.values())
    answers = [_answer(solve, arguments) for arguments in task.battery or battery(types)]
    content = json.dumps([types, task.returns, answers])
    return hashlib.blake2b(content.encode(), digest_size=16).hexdigest()


def split_of(key: str, held_out: Literal["dev", "test"] | None = None) -> str:
    """`train`, `dev` or `test-in`, 80/10/10, by a keyed hash of the semantic key: the same for every seed.

    Held-out families have but one split: `dev`, or `test-out`.
    """
    if held_out is not None:
        return splits_of(held_out)[0]
    return (*["train"] * 8, "dev", "test-in")[RandomStream("split", VERSION, key).integer(0, 9)]


def splits_of(held_out: Literal["dev", "test"] | None) -> tuple[str, ...]:
    """The splits that have functions of such a family."""
    return {None: ("train", "dev", "test-in"), "dev": ("dev",), "test": ("test-out",)}[held_out]


def _answer(solve: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    """The answer, or what was raised: a battery may hold calls that a task does not allow."""
    try:
        return solve(*arguments)
    except Exception as error:
        return {"raised": type(error).__name__}
