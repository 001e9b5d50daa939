"""Whether a level of isolation really holds on this machine, seen by trying: a harmless program and some attacks.

An attack is written to answer right only if it worked: it has been held if it ends in any other way.
"""

from __future__ import annotations

from dataclasses import dataclass

from ssd_iter.execution.limits import Limits
from ssd_iter.execution.pool import Pool
from ssd_iter.execution.programs import ExecutionResult, Isolation, Program

LIMITS = Limits(cpu_seconds=0.3, memory_mb=512, output_mb=1)

CHECK = "def check(candidate):\n    secret = 'secret-2718'\n    assert candidate() in (1, int(secret[7:]))"
HARMLESS = "import colorsys, math, zlib\ndef trial():\n    return int(math.sqrt(len([1])))\n"
"""Needs files of the interpreter that no other program has loaded."""

FORGERIES_AND_EXCESSES = {
    "an endless loop": "def trial():\n    while True: pass",
    "a memory hog": "def trial():\n    return len(bytearray(2**31)) // 2**31",
    "an object equal to everything": (
        "class Equal(int):\n    __eq__ = lambda self, other: True\n    __hash__ = int.__hash__\n"
        "def trial():\n    return Equal(7)"
    ),
    "leaving early": "import os\ndef trial():\n    os._exit(0)",
    "a look at the tests": (
        "import gc, re, sys\n"
        "def trial():\n    frame, seen = sys._getframe(), repr(gc.get_objects())\n"
        "    while frame:\n        seen += repr(frame.f_locals)\n        frame = frame.f_back\n"
        "    return int(re.search('secret-[0-9]{4}', seen)[0][7:])"
    ),
}
"""What every level holds."""

BREAKOUTS = {
    "reading a file of the machine": "def trial():\n    return len(open('/etc/passwd').read(1))",
    "listing a folder of the machine": "import os\ndef trial():\n    return len(os.listdir('/etc')[:1])",
    "writing beside the sandbox": (
        "def trial():\n    open('/tmp/ssd-iter-self-test', 'w').write('x')\n    return 1"
    ),
    "a socket": "import socket\ndef trial():\n    socket.socket().close()\n    return 1",
    "a process of its own": "import os\ndef trial():\n    if os.fork() == 0: os._exit(0)\n    return 1",
    "another program": "import os\ndef trial():\n    os.execv('/bin/true', ['true'])",
    "killing its parent": "import os\ndef trial():\n    os.kill(os.getppid(), 9)\n    return 1",
    "the memory of its parent": (
        "import ctypes, os\n"
        "def trial():\n    return int(ctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0) == 0)"
    ),
    "namespaces of its own": (
        "import ctypes\ndef trial():\n    return int(ctypes.CDLL(None).unshare(0x10000000) == 0)"
    ),
    "higher limits": (
        "import resource\n"
        "def trial():\n    resource.setrlimit(resource.RLIMIT_AS, (2**40, 2**40))\n    return 1"
    ),
}  # fmt: skip
"""What walls hold: levels `ns` and `lsm`."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of one program of the self-test."""

    name: str
    held: bool
    result: ExecutionResult


def self_test(level: Isolation) -> list[Trial]:
    """All trials of a level, the harmless program first. IsolationError where the level cannot be set up at all."""
    attacks = FORGERIES_AND_EXCESSES | (BREAKOUTS if level in ("ns", "lsm") else {})
    names = ["a harmless program", *attacks]
    programs = [
        Program(code=code, entry_point="trial", check=CHECK, limits=LIMITS) for code in (HARMLESS, *attacks.values())
    ]
    pool = Pool(level, 1)
    try:
        results = dict(pool.run(programs))
    finally:
        pool.close()
    return [Trial(name, _held(i, results[i]), results[i]) for i, name in enumerate(names)]


def _held(index: int, result: ExecutionResult) -> bool:
    if index == 0:
        return result.verdict == "pass"
    return result.verdict not in ("pass", "sandbox_error")
