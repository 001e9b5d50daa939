"""What hostile programs are run in, and what outside of it they must not touch."""

from __future__ import annotations

import contextlib
import os
import secrets
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ssd_iter.execution import pool as pool_module
from ssd_iter.execution.levels import why_not
from ssd_iter.execution.limits import Limits
from ssd_iter.execution.pool import Pool
from ssd_iter.execution.programs import ExecutionResult, Isolation, Program
from ssd_iter.problems.base import TestCase

LIMITS = Limits(cpu_seconds=0.4, memory_mb=256, output_mb=1)

CLEAN = """
import builtins, os, sys
def f(x):
    left = os.listdir(".") if os.getcwd() == "/box" else []
    marked = [name for name in ("marked",) if hasattr(builtins, name) or hasattr(sys, name) or name in sys.modules]
    return x + 1 + len(os.environ) + len(left) + len(marked)
"""

FRAMES = """
import json, os, struct
def raw(data):
    while data: data = data[os.write(3, data):]
def frame(text):
    data = text if isinstance(text, bytes) else text.encode()
    raw(struct.pack("<I", len(data)) + data)
def block():
    while os.read(3, 4096): pass
"""
"""How a program sends what the harness would."""

SECRET = secrets.randbelow(10**9) + 10**9
"""What no program may come to know."""


@dataclass(frozen=True, slots=True)
class Outside:
    """Canaries on this machine, open to every user, so that only the sandbox keeps a program from them."""

    folder: Path
    victim: subprocess.Popen[bytes]
    tcp: socket.socket
    udp: socket.socket
    unix: socket.socket
    abstract: socket.socket

    def fill(self, code: str) -> str:
        """A program with the canaries' places put in."""
        places = {
            "@FOLDER": str(self.folder),
            "@FILE": str(self.folder / "file"),
            "@VICTIM": str(self.victim.pid),
            "@TESTER": str(os.getpid()),
            "@TCP": str(self.tcp.getsockname()[1]),
            "@UDP": str(self.udp.getsockname()[1]),
            "@UNIX": str(self.folder / "socket"),
            "@ABSTRACT": self.abstract.getsockname()[1:].decode(),
        }
        for name, place in places.items():
            code = code.replace(name, place)
        return FRAMES + code if "frame(" in code or "raw(" in code else code

    def changes(self) -> list[str]:
        """What a program has done to them."""
        found = []
        state = {path.name: (path.stat().st_mode & 0o7777, path.stat().st_mtime) for path in self.folder.iterdir()}
        if state != {"file": (0o666, 1000.0), "socket": (0o777, 1000.0)}:
            found.append(f"the folder holds {state}")
        if (self.folder / "file").read_text() != f"secret-{SECRET}":
            found.append("the file was written")
        if os.listxattr(self.folder / "file"):
            found.append("the file has attributes")
        if self.victim.poll() is not None:
            found.append(f"the victim ended with {self.victim.returncode}")
        readable = select.select([self.tcp, self.udp, self.unix, self.abstract], [], [], 0)[0]
        found += [f"somebody reached {listener}" for listener in readable]
        return found


@pytest.fixture(scope="session")
def outside() -> Iterator[Outside]:
    folder = Path(tempfile.mkdtemp(prefix="hostile-canaries-"))
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder)
        listeners = []
        for family, kind, address in (
            (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
            (socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
            (socket.AF_UNIX, socket.SOCK_STREAM, str(folder / "socket")),
            (socket.AF_UNIX, socket.SOCK_STREAM, f"\0hostile-{secrets.token_hex(8)}"),
        ):
            listener = stack.enter_context(socket.socket(family, kind))
            listener.bind(address)
            if kind == socket.SOCK_STREAM:
                listener.listen()
            listeners.append(listener)
        file = folder / "file"
        file.write_text(f"secret-{SECRET}")
        for path, mode in ((file, 0o666), (folder / "socket", 0o777), (folder, 0o777)):
            path.chmod(mode)
            os.utime(path, (1000, 1000))
        victim = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(3600)"])
        stack.callback(victim.wait)
        stack.callback(victim.kill)
        yield Outside(folder, victim, *listeners)


@pytest.fixture(scope="session", params=["ns", "lsm"])
def level(request: pytest.FixtureRequest) -> Isolation:
    reason = why_not(request.param)
    if reason:
        pytest.skip(reason)
    return request.param


@pytest.fixture(scope="session")
def pool(level: Isolation) -> Iterator[Pool]:
    """One worker. One that hangs is given up soon, or three tries with it would take minutes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pool_module, "_GRACE_SECONDS", 4.0)
        patch.setenv("HOSTILE_SECRET", f"secret-{SECRET}")
        one = Pool(level, 1)
        try:
            assert run(one, Program(code=CLEAN, entry_point="f", cases=(TestCase((1,), 2),))).verdict == "pass"
            yield one
        finally:
            inside = descendants(os.getpid(), named="ssd_iter.execution")
            one.close()
            assert inside
            assert all(map(has_ended, inside))


@pytest.fixture
def judge(pool: Pool, outside: Outside) -> Callable[..., ExecutionResult]:
    """Run one program: right is what answers `expected` to `f(1)`, or satisfies `check`."""

    def judge_one(code: str, *, expected: object = 2, check: str | None = None, **more: Any) -> ExecutionResult:
        if "cases" not in more:
            more |= {"check": check, "cases": () if check else (TestCase((1,), expected),)}
        fields = {"entry_point": "f", "limits": LIMITS} | more
        return run(pool, Program(code=outside.fill(code), **fields))

    return judge_one


@pytest.fixture
def hold(pool: Pool, outside: Outside, judge: Callable[..., ExecutionResult]) -> Callable[..., ExecutionResult]:
    """Run an attack and see that it ends in one of `verdicts`, changes nothing, and harms no later program."""

    def hold_one(code: str, verdicts: str, **more: Any) -> ExecutionResult:
        before = set(pool._workers)
        result = judge(code, **more)
        assert result.verdict in verdicts.split(), result
        assert outside.changes() == []
        assert judge(CLEAN).verdict == "pass"
        assert set(pool._workers) == before, "the checker was lost to it"
        for outcome in (result, *result.tests):
            assert len(outcome.detail) <= 300
            assert outcome.detail.isprintable()
        return result

    return hold_one


@pytest.fixture(scope="session")
def secret() -> int:
    return SECRET


@pytest.fixture(scope="session")
def ended() -> Callable[[int], bool]:
    return has_ended


@pytest.fixture(scope="session")
def inside() -> Callable[[], list[int]]:
    """The processes that sandboxes of this test run consist of now."""
    return lambda: descendants(os.getpid(), named="ssd_iter.execution")


def run(pool: Pool, program: Program) -> ExecutionResult:
    [(_, result)] = pool.run([program])
    return result


def descendants(pid: int, named: str) -> list[int]:
    """Processes below one whose command line holds a name."""
    parents = {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parents[int(file.parent.name)] = int(file.read_text().rpartition(")")[2].split()[1])
    found, below = [], {pid}
    for _ in range(8):
        below = {child for child, parent in parents.items() if parent in below}
        for child in below:
            with contextlib.suppress(OSError):
                if named in Path(f"/proc/{child}/cmdline").read_text(errors="replace"):
                    found.append(child)
    return found


def has_ended(pid: int) -> bool:
    """Whether a process has ended, or ends within some seconds."""
    until = time.monotonic() + 5
    while time.monotonic() < until:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX":
                return os.getpid() != int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ProcessLookupError):
            return True
        time.sleep(0.01)
    return False
