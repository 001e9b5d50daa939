"""What is shown in Prefect is best effort: where it fails the run says so once, and goes on."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flows.display import say

P = ParamSpec("P")

LOGGER = logging.getLogger("ssd-iter")
"""What is said here stands in Prefect's log of the flow or task run at work, where there is one."""
LOGGER.propagate = False

_said: set[str] = set()


def best_effort(act: Callable[P, object]) -> Callable[P, None]:
    """The same function, whose errors are one line for whoever started the run, the first time."""

    @wraps(act)
    def tried(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            act(*args, **kwargs)
        except Exception as error:
            warn_once(error)

    return tried


def warn_once(error: Exception) -> None:
    """Say that something could not be shown, once for each kind of error."""
    kind = type(error).__name__
    if kind not in _said:
        _said.add(kind)
        say(f"not all of the run can be shown in Prefect ({kind}: {error}); the run goes on")
