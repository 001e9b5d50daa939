"""A part of a serve: a child process with a log, started again when it dies."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from subprocess import Popen
from types import TracebackType
from typing import Self

from flows.log_end import log_end
from ssd_iter.exceptions import SsdIterError
from ssd_iter.run.processes import child_process

_STARTS = 4
_SECONDS = 120
"""What was started so often within so long is not going to stay."""


class Part:
    """Context manager around `python *command`; on the way out it and all below it are ended."""

    def __init__(self, name: str, command: Sequence[str], env: Mapping[str, str], log: Path) -> None:
        self.name, self.log = name, log
        self._command, self._env = command, env
        self._stack = ExitStack()
        self._starts: deque[float] = deque(maxlen=_STARTS)
        self.process: Popen[bytes]

    def __enter__(self) -> Self:
        self._start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def has_ended(self) -> bool:
        """Whether it died, or was killed."""
        return self.process.poll() is not None

    def start_again(self) -> None:
        """After it ended; SsdIterError with the end of its log where it ends again and again."""
        self._stack.close()
        if len(self._starts) == _STARTS and time.monotonic() - self._starts[0] < _SECONDS:
            raise SsdIterError(
                f"the {self.name} ended {_STARTS} times within {_SECONDS} s, last with code {self.process.returncode}; "
                f"{log_end(self.log)}"
            )
        self._start()

    def _start(self) -> None:
        self._starts.append(time.monotonic())
        self.log.parent.mkdir(parents=True, exist_ok=True)
        stream = self._stack.enter_context(self.log.open("ab"))
        self.process = self._stack.enter_context(child_process(self._command, env=self._env, log=stream))
