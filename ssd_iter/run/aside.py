"""Functions called in a process of their own: `python -m ssd_iter.run.aside`. What it loads is gone when it has ended.

The flow of a run lives for days beside engines that want all memory; what it needs for seconds now and then (charts,
text metrics, a tokenizer) does not stay in it.
"""

from __future__ import annotations

import importlib
import os
import pickle
import subprocess
import sys
from types import TracebackType
from typing import Any, Self

from ssd_iter.exceptions import StageError
from ssd_iter.run.keeper import tie_to
from ssd_iter.run.lean import hide_pandas


class Aside:
    """One process for several calls; it is started by the first, and ends with the block."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def load(self, *modules: str) -> None:
        """Have it load modules, before a call needs them, while something else is done; whether it can is not told."""
        for module in modules:
            self.begin("importlib:import_module", module)

    def begin(self, function: str, *arguments: Any) -> None:
        """`call` whose end nobody waits for."""
        self._ask(function, arguments, wanted=False)

    def call(self, function: str, *arguments: Any) -> Any:
        """What `function`, `module:name`, returns for the arguments; all of them and its answer can be pickled.

        Raises what it raises; StageError where its process is killed.
        """
        process = self._ask(function, arguments, wanted=True)
        assert process.stdout is not None
        try:
            error, answer = pickle.load(process.stdout)
        except EOFError:
            raise StageError(f"the process of {function} ended with code {process.wait()}") from None
        if error is not None:
            raise error
        return answer

    def _ask(self, function: str, arguments: tuple[Any, ...], *, wanted: bool) -> subprocess.Popen[bytes]:
        if self._process is None:
            command = [sys.executable, "-m", "ssd_iter.run.aside", str(os.getpid())]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._process.stdin is not None
        try:
            pickle.dump((wanted, function, sys.argv, arguments), self._process.stdin)
            self._process.stdin.flush()
        except BrokenPipeError:
            raise StageError(f"the process of {function} ended with code {self._process.wait()}") from None
        return self._process

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.communicate()


def call_aside(function: str, *arguments: Any) -> Any:
    """`Aside.call` in a process that ends with it."""
    with Aside() as aside:
        return aside.call(function, *arguments)


def _answer(function: str, arguments: tuple[Any, ...]) -> tuple[Exception | None, Any]:
    module, _, name = function.partition(":")
    try:
        return None, getattr(importlib.import_module(module), name)(*arguments)
    except Exception as error:
        return error, None


def _serve() -> None:
    # Whatever prints must not get among the answers.
    with os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)
        while True:
            try:
                wanted, function, sys.argv, arguments = pickle.load(sys.stdin.buffer)  # argv: a person's own command
            except EOFError:
                return
            answer = _answer(function, arguments)
            if wanted:
                pickle.dump(answer, answers)
                answers.flush()


if __name__ == "__main__":
    tie_to(int(sys.argv[1]))
    hide_pandas()
    try:
        _serve()
    except KeyboardInterrupt:
        sys.exit(130)  # who called is interrupted as well
