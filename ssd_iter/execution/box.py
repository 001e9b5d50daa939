"""A zygote seen from the trusted side: it forks a program's process when asked, ends it, and says how it ended."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import ssd_iter
from ssd_iter.execution.faults import SandboxFault
from ssd_iter.execution.inside.zygote import ENDED
from ssd_iter.execution.programs import Isolation

# Not -I, which would ignore the hash seed. Nothing can be imported but the standard library.
_PYTHON = (sys.executable, "-S", "-s", "-B", "-P", "-X", "utf8", "-W", "ignore")
_ROOT = str(Path(ssd_iter.__file__).parents[1])
_ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "PYTHONIOENCODING": "utf-8:backslashreplace",
    "MALLOC_ARENA_MAX": "1",
    "LD_BIND_NOW": "1",
}
_PATIENCE_SECONDS = 30.0
"""For a step of the zygote that takes a millisecond."""


class RefusedError(OSError):
    """The system does not allow what a level of isolation needs."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program's process ended, and what it used."""

    exit_code: int
    """Negative: the signal that ended it."""
    lingered: bool
    """It had closed its channel and ran on until it was killed."""
    user_seconds: float
    system_seconds: float
    max_rss_mb: float

    @property
    def cpu_seconds(self) -> float:
        return self.user_seconds + self.system_seconds


class Box:
    """One zygote with the walls of a level around it. Not for several threads."""

    def __init__(self, level: Isolation, scratch: str | None = None) -> None:
        """Start it; programs of level `process` work in a folder made in `scratch`. RefusedError where the system does
        not allow what the level needs; SandboxFault where it fails."""
        self._dirty = self._ending = False
        self._folder = tempfile.mkdtemp(dir=scratch) if level == "process" else None
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        # Found by a path that is taken away again: programs import from the standard library alone.
        find = f"import sys; sys.path.insert(0, {_ROOT!r})"
        start = f"{find}; from ssd_iter.execution.inside.zygote import main; sys.path.pop(0); "
        self._process = subprocess.Popen(
            [*_PYTHON, "-c", f"{start}main({level!r}, {os.getpid()})"],
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=self._folder or "/",
            env=_ENVIRONMENT,
        )
        theirs.close()
        self._control.settimeout(_PATIENCE_SECONDS)
        try:
            self._await_ready(level)
        except BaseException:
            self.close()
            raise

    @property
    def is_clean(self) -> bool:
        """No program has left anything in it."""
        return not self._dirty

    def fork(self, descriptors: Sequence[int]) -> None:
        """Start a program's process, with these files as its channel and, if given, its stdin and stdout."""
        try:
            socket.send_fds(self._control, [b"f"], list(descriptors))
        except OSError as error:
            raise SandboxFault(f"the zygote is gone: {error}") from None

    def end(self, *, silent: bool) -> Ended:
        """End the program. `silent`: it closed its channel, so it is given a moment to end by itself."""
        if self._ending:
            raise SandboxFault("the end of a program was interrupted")
        self._ending = self._dirty = True
        try:
            self._control.send(b"s" if silent else b"e")
            answer = self._control.recv(ENDED.size)
        except OSError as error:
            raise SandboxFault(f"the zygote does not answer: {error}") from None
        if len(answer) != ENDED.size:
            raise SandboxFault("the zygote was ended")
        status, user, system, rss_kb, lingered, dirty = ENDED.unpack(answer)
        self._ending, self._dirty = False, bool(dirty)
        return Ended(os.waitstatus_to_exitcode(status), bool(lingered), user / 1e6, system / 1e6, rss_kb / 1024)

    def close(self) -> None:
        """End it and all that is in it."""
        self._control.close()
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        self._process.wait()
        if self._process.stderr is not None:
            self._process.stderr.close()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _await_ready(self, level: Isolation) -> None:
        try:
            answer = self._control.recv(2**16)
        except OSError as error:
            raise SandboxFault(f"no word from the zygote: {error}") from None
        if not answer:
            assert self._process.stderr is not None
            said = self._process.stderr.read().decode("utf-8", "replace").strip().splitlines()
            raise SandboxFault(f"the zygote ended with code {self._process.wait()}: {said[-1] if said else ''}")
        word, *reason = json.loads(answer)
        if word != "ready":
            raise RefusedError(f"isolation level {level}: {reason[0]}")
        assert self._process.stderr is not None
        self._process.stderr.close()
