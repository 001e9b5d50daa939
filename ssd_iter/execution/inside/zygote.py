"""The zygote: a warm interpreter behind walls that forks one process a program, and buries it.

Started with its control socket as stdin. It says `ready`, or why it refuses. Then, a request at a time: a message with
the program's channel (and, for a program that reads and prints, its stdin and stdout) forks; the next byte ends that
program, and the answer says how it ended and what it used. It never reads a channel, so it never sees a program.
"""

from __future__ import annotations

import _socket
import builtins
import gc
import json
import os
import resource
import struct
import sys
import time
from importlib import import_module

from ssd_iter.execution.inside import child, landlock, libc, namespaces, seccomp
from ssd_iter.execution.inside.view import readable_trees

CONTROL = 3
MIB = 2**20
MAX_OPEN_FILES = 64
MAX_TASKS = 10
"""Processes and threads: the zygote, a program and eight threads of it."""
PRELOADED = (
    "bisect", "collections", "collections.abc", "copy", "functools", "heapq", "itertools", "json", "math", "operator",
    "random", "re", "string", "typing",
)  # fmt: skip
"""What programs import most. Everything that is loaded makes a fork dearer."""

_CAP_DAC_READ_SEARCH = 2
ENDED = struct.Struct("<iqqq??")
"""Wait status, user and system time in µs, peak memory in KiB; whether it ran on after closing its channel, and
whether it left files behind."""
REHEARSALS = 20
REHEARSED = """
from typing import List
def f(x: int, items: List[int]) -> dict:
    total = [item for item in items if item == x]
    for i in range(3):
        total.append(str(i) + "a")
    return {"total": total, "share": 1 / x}
"""
_GRACE_SECONDS = 0.1
"""For a process that has closed its channel to end: closing comes first when a process dies."""


def main(level: str, parent_pid: int) -> None:
    """Build the walls of a level, then serve until the control socket closes."""
    control = take_control()
    try:
        for name in PRELOADED:
            import_module(name)
        libc.die_with(parent_pid)
        set_limits()
        if level == "ns":
            enter_namespaces(control)
        elif level != "process":
            drop_root()
            os.chdir("/")
        harden(level)
        install_filter = seccomp.Filter(seccomp.child_filter()).install if level != "process" else lambda: None
        sys.modules["random"].seed(0)
        builtins.exit = builtins.quit = sys.exit  # type: ignore[assignment]
    except OSError as error:
        control.send(json.dumps(["refused", str(error)]).encode())
        os._exit(1)
    rehearse()
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 10, 10)
    control.send(json.dumps(["ready"]).encode())
    os.dup2(0, 2)
    while serve(control, level, install_filter):
        pass
    os._exit(0)


def take_control() -> _socket.socket:
    """The control socket at its place; stdin and stdout lead nowhere, and the environment is empty."""
    os.dup2(0, CONTROL)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1):
        os.dup2(nowhere, descriptor)
    if nowhere != CONTROL:
        os.close(nowhere)
    os.environ.clear()
    return _socket.socket(fileno=CONTROL)


def set_limits() -> None:
    """Limits that all programs share; each process lowers those of its job itself."""
    wanted = {
        resource.RLIMIT_NOFILE: MAX_OPEN_FILES,
        resource.RLIMIT_CORE: 0,
    }
    for kind, amount in wanted.items():
        resource.setrlimit(kind, (amount, amount))


def enter_namespaces(control: _socket.socket) -> None:
    """Return as process 1 of a world of its own; the process that went in waits outside for its end."""
    privileged = namespaces.may_administer(libc.effective_capabilities())
    uid = stranger() if os.geteuid() == 0 else os.geteuid()
    if os.geteuid() == 0 and not privileged:
        become(uid)
        libc.prctl(libc.PR_SET_DUMPABLE, 1)  # else the kernel keeps the maps of a user namespace for root
    namespaces.enter(privileged=privileged, uid=uid)
    pid = os.fork()
    if pid:
        control.close()
        os.waitpid(pid, 0)
        os._exit(0)
    libc.die_with(None)
    if privileged:
        become(uid)
    libc.set_capabilities(0)
    resource.setrlimit(resource.RLIMIT_NPROC, (MAX_TASKS, MAX_TASKS))


def drop_root() -> None:
    """Go on as a user that owns nothing; where others may not read the interpreter, keep the right to read."""
    if os.geteuid() != 0:
        return
    open_to_all = all(_reachable(tree) for tree in readable_trees())
    libc.prctl(libc.PR_SET_KEEPCAPS, 1)
    become(stranger())
    libc.set_capabilities(0 if open_to_all else 1 << _CAP_DAC_READ_SEARCH)
    resource.setrlimit(resource.RLIMIT_NPROC, (MAX_TASKS, MAX_TASKS))


def stranger() -> int:
    """A user id that nobody else uses now: the kernel counts processes by it."""
    with open("/proc/self/uid_map", encoding="ascii") as stream:
        ids = max(int(line.split()[0]) + int(line.split()[2]) for line in stream)
    return ids - 2 - os.getpid() % (ids // 2)


def become(uid: int) -> None:
    """Be another user, for good."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    libc.die_with(None)  # a change of user takes the tie to the parent away


def harden(level: str) -> None:
    """Filters and, without namespaces, Landlock. `container` takes of these what there is."""
    if level == "process":
        return
    libc.prctl(libc.PR_SET_NO_NEW_PRIVS, 1)
    may_truncate = True
    if level == "lsm" or (level == "container" and _has_landlock()):
        may_truncate = landlock.covers_truncation()
        landlock.restrict()
    seccomp.Filter(seccomp.base_filter(may_truncate=may_truncate)).install()


def serve(control: _socket.socket, level: str, install_filter: object) -> bool:
    """Fork one program, end it when told, say how it ended; False when there is nobody to serve."""
    message, ancillary, _, _ = control.recvmsg(1, _socket.CMSG_SPACE(12))
    if not message:
        return False
    descriptors = [fd for _, _, data in ancillary for (fd,) in struct.iter_unpack("i", data[: len(data) // 4 * 4])]
    pid = libc.fork()
    if pid == 0:
        live(level, descriptors, install_filter)
    for descriptor in descriptors:
        os.close(descriptor)
    told = control.recv(1)
    lingered = told == b"s" and not has_ended(pid)
    end(pid, level)
    _, status, usage = os.wait4(pid, 0)
    used = int(usage.ru_utime * 1e6), int(usage.ru_stime * 1e6), usage.ru_maxrss
    dirty = level in ("ns", "process") and bool(os.listdir("."))
    control.send(ENDED.pack(status, *used, lingered, dirty))
    return bool(told)


def rehearse() -> None:
    """Run programs here, so that what Python works out on first use is in place when a process starts: a page that it
    need not write to need not be copied. It takes a third off a small program's time."""
    control = os.dup(CONTROL)
    unlimited = 2**40
    job = {
        "code": REHEARSED, "entry_point": "f", "preamble": "", "style": "function", "inproc": False, "check": None,
        "like_livecodebench": False, "cpu_seconds": unlimited, "memory_mb": unlimited, "output_mb": unlimited,
        "answer_mb": 1, "recursion_limit": sys.getrecursionlimit(), "int_digits": None,
    }  # fmt: skip
    none: dict[str, object] = {"t": "dict", "v": []}
    frames = [json.dumps(document).encode() for document in (job, [[1, [2, "a"]], none], [[0, []], none])]
    for _ in range(REHEARSALS):
        ours, theirs = _socket.socketpair()
        ours.send(b"".join(struct.pack("<I", len(frame)) + frame for frame in frames))
        ours.shutdown(_socket.SHUT_WR)
        os.dup2(theirs.fileno(), CONTROL)
        child.run(child.receive(), lambda: None)
        ours.close()
        theirs.close()
    os.dup2(control, CONTROL)
    os.close(control)
    del sys.modules["candidate"]


def has_ended(pid: int) -> bool:
    """Whether a process ends within a moment; it is not waited for."""
    until = time.monotonic() + _GRACE_SECONDS
    while time.monotonic() < until:
        if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
            return True
        time.sleep(0.001)
    return False


def end(pid: int, level: str) -> None:
    """Kill a program and, where it could make any, its processes; it stays to be waited for."""
    try:
        if level == "process":
            os.killpg(pid, libc.SIGKILL)
        else:
            os.kill(pid, libc.SIGKILL)
    except ProcessLookupError:
        os.kill(pid, libc.SIGKILL)


def live(level: str, descriptors: list[int], install_filter: object) -> None:
    """The program's own process, from its first breath to its end."""
    try:
        if level == "process":
            os.setpgid(0, 0)
        if level != "ns":
            libc.prctl(libc.PR_SET_PDEATHSIG, libc.SIGKILL)
        # Opened anew: all who inherit an open file share its flags and locks.
        nowhere = os.open(os.devnull, os.O_RDWR)
        for target in (0, 1, 2):
            os.dup2(nowhere, target)
        for target, descriptor in zip((child.CHANNEL, 0, 1), descriptors, strict=False):
            os.dup2(descriptor, target)
        os.closerange(child.CHANNEL + 1, MAX_OPEN_FILES)
        if len(descriptors) > 1:
            child.open_stdio()
        job = child.receive()
        if job is not None:
            child.run(job, install_filter)  # type: ignore[arg-type]
    finally:
        os._exit(0)


def _has_landlock() -> bool:
    try:
        return landlock.abi() > 0
    except OSError:
        return False


def _reachable(path: str) -> bool:
    """Whether anyone may read a folder: each one on the way to it can be entered, and it can be listed."""
    ways = [path]
    while ways[-1] != "/":
        ways.append(os.path.dirname(ways[-1]))
    return all(os.stat(way).st_mode & 0o001 for way in ways) and bool(os.stat(path).st_mode & 0o004)
