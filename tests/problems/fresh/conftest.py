from __future__ import annotations

import contextlib
import io
from collections.abc import Callable

import pytest


@pytest.fixture(scope="session")
def prints() -> Callable[[str, str], str]:
    """What one of our own programs prints for an input, run here."""

    def run(program: str, given: str) -> str:
        lines, out = iter(given.split("\n")), io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(program, {"input": lambda: next(lines)})
        return out.getvalue()

    return run
