"""The filters as the kernel would run them, on either architecture; that they hold is seen in `hostile/`."""

from __future__ import annotations

import errno
import os
from types import SimpleNamespace

import pytest

from ssd_iter.execution.inside import seccomp, syscalls

ALLOWED, KILLED = "allowed", "killed"
THREAD, PROCESS, NEW_USER = 0x3D0F00, 0x1200011, 0x10000000
EXECVE = {"x86_64": 59, "aarch64": 221}
SOCKET = {"x86_64": 41, "aarch64": 198}
PTRACE = {"x86_64": 101, "aarch64": 117}


def run(program, architecture, number, *arguments):
    """What a filter says of a call."""
    words = {0: number, 4: architecture}
    for index, argument in enumerate(arguments):
        words |= {16 + 8 * index: argument & 0xFFFFFFFF, 20 + 8 * index: argument >> 32}
    loaded, at = 0, 0
    while True:
        code, if_true, if_false, k = program[at]
        at += 1
        match code:
            case 0x20:
                loaded = words.get(k, 0)
            case 0x54:
                loaded &= k
            case 0x06:
                return {0x7FFF0000: ALLOWED, 0x80000000: KILLED}.get(k) or errno.errorcode[k & 0xFFFF]
            case _:
                holds = {0x15: loaded == k, 0x35: loaded >= k, 0x45: bool(loaded & k)}[code]
                at += if_true if holds else if_false


@pytest.fixture(params=["x86_64", "aarch64"])
def machine(request, monkeypatch):
    monkeypatch.setattr(os, "uname", lambda: SimpleNamespace(machine=request.param))
    return request.param


@pytest.fixture
def base(machine):
    program, (_, architecture) = seccomp.base_filter(), syscalls.architecture()
    return lambda number, *arguments: run(program, architecture, number, *arguments)


@pytest.fixture
def child(machine):
    program, (_, architecture) = seccomp.child_filter(), syscalls.architecture()
    return lambda number, *arguments: run(program, architecture, number, *arguments)


def test_no_two_calls_share_a_number(machine):
    known = [nr for name in syscalls.NUMBERS if (nr := syscalls.number(name)) is not None]
    assert len(known) == len(set(known)) > 100


def test_a_filter_fits_what_the_kernel_takes(machine):
    assert len(seccomp.base_filter()) < 4096 and len(seccomp.child_filter()) < 128


@pytest.mark.parametrize("name", ["read", "write", "mmap", "futex", "openat", "exit_group", "clock_gettime"])
def test_what_python_needs_is_allowed(base, child, name):
    number = syscalls.number(name)
    assert (base(number), child(number)) == (ALLOWED, ALLOWED)


@pytest.mark.parametrize("numbers", [EXECVE, SOCKET, PTRACE])
def test_what_is_on_no_list_fails(base, machine, numbers):
    assert base(numbers[machine]) == "EPERM"


@pytest.mark.parametrize("number", [425, 435, 452, 5000, 0x40000000])
def test_newer_and_other_tables_calls_are_not_there(base, number):
    assert base(number) == "ENOSYS"


def test_the_calls_of_another_architecture_kill(machine):
    for program in (seccomp.base_filter(), seccomp.child_filter()):
        assert run(program, 0x40000003, 1) == KILLED


def test_threads_are_allowed_and_a_process_is_the_zygotes_alone(base, child):
    clone = syscalls.number("clone")
    assert [base(clone, flags) for flags in (THREAD, PROCESS, NEW_USER)] == [ALLOWED, ALLOWED, "EPERM"]
    assert [child(clone, flags) for flags in (THREAD, PROCESS)] == [ALLOWED, "EPERM"]


@pytest.mark.parametrize("name", seccomp.FOR_THE_ZYGOTE)
def test_what_the_zygote_needs_is_taken_from_programs(base, child, name):
    number = syscalls.number(name)
    assert number is None or (base(number), child(number)) == (ALLOWED, "EPERM")


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("ioctl", (1, 0x5401), ALLOWED),
        ("ioctl", (1, 0x5412), "ENOTTY"),
        ("fcntl", (1, 3), ALLOWED),
        ("fcntl", (1, 8), "EPERM"),
        ("socketpair", (1, 1 | 0o2000000), ALLOWED),
        ("socketpair", (1, 2), "EPERM"),
        ("socketpair", (2, 1), "EPERM"),
        ("sendto", (1, 0, 1, 0, 0), ALLOWED),
        ("sendto", (1, 0, 1, 0, 1 << 32), "EPERM"),
        ("sendto", (1, 0, 1, 1, 0), "EPERM"),
        ("prlimit64", (0, 7, 0, 1), ALLOWED),
        ("prlimit64", (1, 7, 0, 1), "EPERM"),
    ],
)
def test_some_calls_are_allowed_with_some_arguments(base, name, arguments, said):
    assert base(syscalls.number(name), *arguments) == said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [((0, 0, 0, 1), ALLOWED), ((0, 3, 1, 0), ALLOWED), ((0, 0, 1, 0), "EPERM"), ((0, 9, 1 << 32, 0), "EPERM")],
)
def test_a_program_may_ask_for_limits_and_set_its_stacks(child, arguments, said):
    assert child(syscalls.number("prlimit64"), *arguments) == said


@pytest.mark.parametrize(("flags", "said"), [(os.O_RDONLY, ALLOWED), (os.O_RDONLY | os.O_TRUNC, "EPERM")])
def test_files_are_not_cut_short_where_an_older_landlock_would_let_them(machine, flags, said):
    program, (_, architecture) = seccomp.base_filter(may_truncate=False), syscalls.architecture()
    assert run(program, architecture, syscalls.number("openat"), 0, 0, flags) == said
    assert run(program, architecture, syscalls.number("truncate")) == "EPERM"
