"""What a function is, whatever it is called and however it is asked for; and which split it belongs to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from ssd_iter.problems.fresh.arguments import battery
from ssd_iter.problems.fresh.family import Task
from ssd_iter.problems.fresh.random_stream import RandomStream

VERSION = "v1"
"""Names everything that fixes the problems; another version is another problem set."""
SPLITS = ("train", "dev", "test")


def reference_function(task: Task) -> Callable[..., Any]:
    """The task's formula as a function. The text is this package's own: nothing a model wrote is evaluated."""
    body = task.operation.body.format(**{slot: slot for slot in task.arguments}, **task.constants)
    function: Callable[..., Any] = eval(f"lambda {', '.join(task.arguments)}: {body}")
    return function


def semantic_key(task: Task) -> str:
    """32 hex digits: blake2b over the signature and the answers to its battery.

    Equal for tasks that compute the same. Two functions that differ only off the battery's 64 calls share a key and
    count as one: a lost problem, never a leaked one.
    """
    types = tuple(task.arguments.values())
    solve = reference_function(task)
    answers = [solve(*arguments) for arguments in battery(types)]
    content = json.dumps([types, task.returns, answers])
    return hashlib.blake2b(content.encode(), digest_size=16).hexdigest()


def split_of(key: str) -> str:
    """`train`, `dev` or `test`, 80/10/10, by a keyed hash of the semantic key. The same for every seed."""
    return (*["train"] * 8, "dev", "test")[RandomStream("split", VERSION, key).integer(0, 9)]
