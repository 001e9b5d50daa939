"""Which system calls untrusted programs may make: two filters that the kernel runs on every call.

The base filter is a list of what is allowed; all else fails with EPERM (or ENOSYS, where a C library then takes an
older call). The zygote installs it once, for itself and all it forks. A second, tiny one is installed by each
program's process before it runs a line of the program: it takes away what only the zygote needs, `fork` above all.
(A whole filter a program would cost 0.1 ms each: the kernel tries a new filter on every call there is.)

No execve, no sockets but a pair, no signals to others, no ptrace, mounts, namespaces, keys, io_uring or modes.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from collections.abc import Iterable

from ssd_iter.execution.inside.libc import call
from ssd_iter.execution.inside.syscalls import NUMBERS, architecture, number

_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 22, 2
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _IF_ANY_BIT, _AND, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
_NR, _ARCH = 0, 4

_CLONE_NEW = 0x7E020080
_CLONE_THREAD = 0x00010000
_IOCTLS = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)  # what a terminal is, bytes to read, blocking, close-on-exec
_FCNTLS = (0, 1, 2, 3, 4, 5, 6, 7, 1030, 1032, 36, 37, 38)  # duplicates, flags, locks: no owners, leases or signals
_NEWEST_CLASSIC = 334
_RLIMIT_STACK = 3
_SEND_FLAGS = 0x4040  # not to wait, and no signal where nobody listens

WITH_ARGUMENTS = ("clone", "ioctl", "fcntl", "socketpair", "sendto", "prlimit64")
"""Calls that are allowed with some arguments only."""

FOR_THE_ZYGOTE = ("fork", "vfork", "kill", "recvmsg", "sendmsg", "prctl", "seccomp")
"""Calls that the second filter takes away again."""

TRUNCATING = ("truncate", "creat", "open", "openat")
NEVER = ("tkill", "tgkill", "pidfd_send_signal")

Instruction = tuple[int, int, int, int]


def base_filter(*, may_truncate: bool = True) -> list[Instruction]:
    """What the zygote and its programs may call at all. Files may not be cut short where nothing else forbids it."""
    special = {*WITH_ARGUMENTS, *NEVER, *(() if may_truncate else TRUNCATING)}
    program = _start()
    if not may_truncate:
        for name, index in (("open", 1), ("openat", 2)):
            program += _when(name, [_argument(index), (_IF_ANY_BIT, 0, 1, os.O_TRUNC), *_fail(errno.EPERM), *_ok()])
    for name in NUMBERS:
        nr = number(name)
        if nr is not None and name not in special:
            program += [(_IF_EQUAL, 0, 1, nr), (_RETURN, 0, 0, _ALLOW)]
    program += _when("clone", [_argument(0), (_IF_ANY_BIT, 0, 1, _CLONE_NEW), *_fail(errno.EPERM), *_ok()])
    program += _when("ioctl", [_argument(1), *_if_one_of(_IOCTLS), *_fail(errno.ENOTTY)])
    program += _when("fcntl", [_argument(1), *_if_one_of(_FCNTLS), *_fail(errno.EPERM)])
    unix, stream = 1, 1
    pair = [_argument(0), (_IF_EQUAL, 0, 4, unix), _argument(1), (_AND, 0, 0, 0xF), (_IF_EQUAL, 0, 1, stream), *_ok()]
    program += _when("socketpair", [*pair, *_fail(errno.EPERM)])
    # No address to send to: only where the socket is connected already, which is its pair. Nothing out of band either,
    # which would make the other end look readable.
    flags = [_argument(3), (_IF_ANY_BIT, 5, 0, 0xFFFFFFFF ^ _SEND_FLAGS)]
    no_address = [_argument(4), (_IF_EQUAL, 0, 3, 0), _argument(4, high=True), (_IF_EQUAL, 0, 1, 0), *_ok()]
    program += _when("sendto", [*flags, *no_address, *_fail(errno.EPERM)])
    program += _when("prlimit64", [_argument(0), (_IF_EQUAL, 0, 1, 0), *_ok(), *_fail(errno.EPERM)])
    # A C library tries new calls first and falls back on ENOSYS alone.
    return [
        *program,
        (_LOAD, 0, 0, _NR),
        (_IF_AT_LEAST, 0, 1, _NEWEST_CLASSIC),
        *_fail(errno.ENOSYS),
        *_fail(errno.EPERM),
    ]


def child_filter() -> list[Instruction]:
    """What a program's own process may no longer call: new processes, signals, messages with files, filters, and
    limits but that of its stack."""
    program = _start()
    for name in FOR_THE_ZYGOTE:
        nr = number(name)
        if nr is not None:
            program += [(_IF_EQUAL, 0, 1, nr), *_fail(errno.EPERM)]
    program += _when("clone", [_argument(0), (_IF_ANY_BIT, 1, 0, _CLONE_THREAD), *_fail(errno.EPERM), *_ok()])
    # A lower limit on its own CPU time would have it killed as if from outside, which is no fault of its own.
    only_stack = [(_IF_EQUAL, 0, 1, _RLIMIT_STACK), *_ok(), *_fail(errno.EPERM)]
    program += _when("setrlimit", [_argument(0), *only_stack])
    only_asking = [_argument(2), (_IF_EQUAL, 0, 3, 0), _argument(2, high=True), (_IF_EQUAL, 0, 1, 0), *_ok()]
    program += _when("prlimit64", [*only_asking, _argument(1), *only_stack])
    return [*program, *_ok()]


class Filter:
    """A filter made ready, so that installing it is one call."""

    def __init__(self, program: Iterable[Instruction]) -> None:
        instructions = b"".join(struct.pack("HBBI", *instruction) for instruction in program)
        self._code = ctypes.create_string_buffer(instructions, len(instructions))
        length, address = len(instructions) // 8, ctypes.addressof(self._code)
        self._program = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", length, address))

    def install(self) -> None:
        """Install it for this process, for ever; needs `no_new_privs`. OSError where the kernel refuses."""
        call("prctl", _PR_SET_SECCOMP, ctypes.c_ulong(_SECCOMP_MODE_FILTER), self._program, 0, 0)


def _start() -> list[Instruction]:
    return [(_LOAD, 0, 0, _ARCH), (_IF_EQUAL, 1, 0, architecture()[1]), (_RETURN, 0, 0, _KILL), (_LOAD, 0, 0, _NR)]


def _when(name: str, body: list[Instruction]) -> list[Instruction]:
    """`body`, which must return, for one call; the loaded number is whole again only when it is skipped."""
    nr = number(name)
    return [] if nr is None else [(_IF_EQUAL, 0, len(body), nr), *body]


def _argument(index: int, *, high: bool = False) -> Instruction:
    return (_LOAD, 0, 0, 16 + 8 * index + 4 * high)  # little endian, as both architectures are


def _if_one_of(values: Iterable[int]) -> list[Instruction]:
    return [step for value in values for step in ((_IF_EQUAL, 0, 1, value), *_ok())]


def _ok() -> list[Instruction]:
    return [(_RETURN, 0, 0, _ALLOW)]


def _fail(error: int) -> list[Instruction]:
    return [(_RETURN, 0, 0, _ERRNO | error)]
