"""The C library by name: calls that Python's own modules lack, failing as OSError."""

from __future__ import annotations

import ctypes
import os

_LIBC = ctypes.CDLL(None, use_errno=True)
_HELD = ctypes.PyDLL(None)

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_KEEPCAPS, PR_SET_NO_NEW_PRIVS = 1, 4, 8, 38
SIGKILL = 9


def call(name: str, *arguments: object) -> int:
    """Call a function of the C library; OSError, naming it, where it returns -1."""
    result: int = getattr(_LIBC, name)(*arguments)
    if result == -1:
        error = ctypes.get_errno()
        raise OSError(error, f"{name}: {os.strerror(error)}")
    return result


def syscall(name: str, number: int, *arguments: object) -> int:
    """A system call that the C library has no function for."""
    try:
        return call("syscall", ctypes.c_long(number), *arguments)
    except OSError as error:
        raise OSError(error.errno, f"{name}: {os.strerror(error.errno or 0)}") from None


def fork() -> int:
    """`fork` without Python's hooks before and after it, which cost as much as a small program.

    Safe only in a process of one thread that holds no lock, as the child goes on with Python's state as it is.
    """
    pid: int = _HELD.fork()
    if pid < 0:
        raise OSError("fork failed")
    return pid


def prctl(option: int, value: int = 0) -> None:
    """`prctl(option, value)`."""
    call("prctl", option, ctypes.c_ulong(value), 0, 0, 0)


def die_with(parent_pid: int | None) -> None:
    """Have the kernel kill this process when its parent ends; at once, where the parent is no longer `parent_pid`."""
    prctl(PR_SET_PDEATHSIG, SIGKILL)
    if parent_pid is not None and os.getppid() != parent_pid:
        os._exit(1)


class _CapHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


def set_capabilities(mask: int) -> None:
    """Permit and use exactly these capabilities (bits by number, below 32), inherit none."""
    version_3 = 0x20080522
    low = (ctypes.c_uint32 * 6)(mask, mask, 0, 0, 0, 0)  # effective, permitted, inheritable; then the upper 32 of each
    call("capset", ctypes.byref(_CapHeader(version_3, 0)), ctypes.byref(low))


def effective_capabilities() -> int:
    """Bits of the capabilities this process uses."""
    with open("/proc/self/status", encoding="ascii", errors="replace") as status:
        line = next(line for line in status if line.startswith("CapEff:"))
    return int(line.split()[1], 16)
