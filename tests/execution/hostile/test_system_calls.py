"""System calls that programs make past Python: none may reach what the kernel does for it.

A call has worked unless it fails as the filters make it fail: any other error means that the kernel looked at it.
"""

from __future__ import annotations

import errno
import platform

import pytest

pytestmark = pytest.mark.skipif(platform.machine() != "x86_64", reason="the numbers are those of x86-64")

REFUSED = (errno.EPERM, errno.ENOSYS, errno.ENOTTY)

CALL = """
import ctypes, os, struct
libc = ctypes.CDLL(None, use_errno=True)
parent, me = os.getppid(), os.getpid()
room = ctypes.create_string_buffer(4096)
vector = ctypes.create_string_buffer(struct.pack("QQ", ctypes.addressof(room), 16))
def f(x):
    done = libc.syscall(ctypes.c_long({number}), *[a if isinstance(a, (bytes, ctypes.Array)) else ctypes.c_long(a)
                                                   for a in ({arguments})])
    return 2 if done >= 0 or ctypes.get_errno() not in {refused} else ctypes.get_errno() + 100
"""

CALLS = {
    # Other processes
    "fork": (57, ""),
    "vfork": (58, ""),
    "clone of a process": (56, "17, 0, 0, 0, 0,"),
    "clone that shares memory": (56, "0x100 | 0x4000 | 17, 0, 0, 0, 0,"),
    "clone into namespaces": (56, "0x10000000 | 0x20000000 | 17, 0, 0, 0, 0,"),
    "clone of a thread in namespaces": (56, "0x10F00 | 0x10000000, 0, 0, 0, 0,"),
    "clone3": (435, "bytes(88), 88,"),
    "execve": (59, "b'/bin/true', 0, 0,"),
    "execveat": (322, "-100, b'/bin/true', 0, 0, 0,"),
    "kill the parent": (62, "parent, 9,"),
    "kill process 1": (62, "1, 9,"),
    "kill all": (62, "-1, 9,"),
    "kill the group": (62, "0, 9,"),
    "kill itself": (62, "me, 9,"),
    "tkill the parent": (200, "parent, 9,"),
    "tgkill the parent": (234, "parent, parent, 9,"),
    "queue a signal": (129, "parent, 9, room,"),
    "queue a signal to a thread": (297, "parent, parent, 9, room,"),
    "pidfd of the parent": (434, "parent, 0,"),
    "signal by pidfd": (424, "3, 9, 0, 0,"),
    "file of the parent": (438, "3, 3, 0,"),
    "madvise of the parent": (440, "3, vector, 1, 4, 0,"),
    "reap the parent's memory": (448, "3, 0,"),
    "attach to the parent": (101, "16, parent, 0, 0,"),
    "seize the parent": (101, "0x4206, parent, 0, 0,"),
    "be traced": (101, "0, 0, 0, 0,"),
    "read the parent's memory": (310, "parent, vector, 1, vector, 1, 0,"),
    "write the parent's memory": (311, "parent, vector, 1, vector, 1, 0,"),
    "limits of the parent": (302, "parent, 7, bytes(16), 0,"),
    "robust list of the parent": (274, "parent, room, vector,"),
    "core of the parent": (203, "parent, 8, b'\\xff' * 8,"),
    "its own core": (203, "0, 8, b'\\xff' * 8,"),
    "scheduler of the parent": (144, "parent, 5, bytes(4),"),
    "priority of the parent": (141, "0, parent, 19,"),
    "class of input and output": (251, "1, parent, 24576,"),
    "compare with the parent": (312, "parent, me, 0, 3, 3,"),
    "move pages of the parent": (279, "parent, 0, 0, 0, 0, 0,"),
    "migrate pages of the parent": (256, "parent, 0, 0, 0,"),
    "session of its own": (112, ""),
    "group of its own": (109, "0, 0,"),
    # Namespaces, mounts and users
    "user namespace": (272, "0x10000000,"),
    "mount namespace": (272, "0x20000,"),
    "enter a namespace": (308, "3, 0,"),
    "mount": (165, "b'none', b'/tmp', b'tmpfs', 0, 0,"),
    "unmount": (166, "b'/box', 2,"),
    "new mount api": (430, "b'tmpfs', 0,"),
    "tree of mounts": (428, "-100, b'/', 1,"),
    "attributes of a mount": (442, "-100, b'/', 0x8000, bytes(32), 32,"),
    "pivot_root": (155, "b'.', b'.',"),
    "chroot": (161, "b'.',"),
    "setuid": (105, "0,"),
    "setresuid": (117, "0, 0, 0,"),
    "setgroups": (116, "0, 0,"),
    "capset": (126, "room, room,"),
    "landlock of its own": (444, "bytes(8), 8, 0,"),
    # The machine
    "bpf": (321, "0, room, 4,"),
    "perf events": (298, "bytes(120), 0, -1, -1, 0,"),
    "io_uring": (425, "8, room,"),
    "io_uring entered": (426, "3, 0, 0, 0, 0, 0,"),
    "asynchronous io": (206, "8, room,"),
    "userfaultfd": (323, "0,"),
    "keyctl": (250, "0, -3, 1,"),
    "add_key": (248, "b'user', b'name', b'x', 1, -3,"),
    "request_key": (249, "b'user', b'name', 0, 0,"),
    "reboot": (169, "0, 0, 0, 0,"),
    "kexec": (246, "0, 0, 0, 0,"),
    "load a module": (175, "room, 0, b'',"),
    "host name": (170, "b'x', 1,"),
    "clock": (227, "0, bytes(16),"),
    "adjust the clock": (159, "room,"),
    "kernel log": (103, "3, room, 100,"),
    "ports": (172, "3,"),
    "local descriptor table": (154, "0, room, 16,"),
    "personality": (135, "0x0040000,"),
    "swap": (167, "b'/box', 0,"),
    "quota": (179, "0, 0, 0, 0,"),
    "accounting": (163, "0,"),
    # Memory and messages that outlive a process
    "memfd": (319, "b'x', 0,"),
    "secret memory": (447, "0,"),
    "shared memory": (29, "0, 4096, 0o1666,"),
    "semaphores": (64, "0, 1, 0o1666,"),
    "message queue": (68, "0, 0o1666,"),
    "posix message queue": (240, "b'q', 0o102, 0o666, 0,"),
    "inotify": (253, ""),
    "fanotify": (300, "0, 0,"),
    "splice": (275, "3, 0, 3, 0, 1, 0,"),
    "vmsplice": (278, "3, vector, 1, 0,"),
    "timer with a signal": (222, "0, 0, room,"),
    "signal file": (289, "-1, bytes(8), 8, 0,"),
    "membarrier": (324, "0, 0, 0,"),
    # Files
    "chmod": (90, "b'.', 0o777,"),
    "fchmod": (91, "0, 0o777,"),
    "fchmodat": (268, "-100, b'.', 0o777,"),
    "chown": (92, "b'.', -1, -1,"),
    "set an attribute": (188, "b'.', b'user.x', b'1', 1, 0,"),
    "set times": (280, "-100, b'.', 0, 0,"),
    "set times the old way": (132, "b'.', 0,"),
    "make a pipe in a folder": (133, "b'pipe', 0o010666, 0,"),
    "make a device": (133, "b'device', 0o020666, 0x103,"),
    "handle of a file": (303, "-100, b'/', room, room, 0,"),
    "open by handle": (304, "3, room, 0,"),
    "openat2": (437, "-100, b'/etc/passwd', bytes(24), 24,"),
    "reserve space": (285, "0, 0, 0, 2**30,"),
    "lock a file": (73, "0, 2,"),
    # Sockets
    "socket": (41, "2, 1, 0,"),
    "pair of datagram sockets": (53, "1, 2, 0, room,"),
    "pair of internet sockets": (53, "2, 1, 0, room,"),
    "connect": (42, "3, b'\\x01\\x00x', 3,"),
    "bind": (49, "3, b'\\x01\\x00x', 3,"),
    "listen": (50, "3, 1,"),
    "accept": (43, "3, 0, 0,"),
    "send to an address": (44, "3, b'x', 1, 0, b'\\x01\\x00x', 3,"),
    "send out of band": (44, "3, b'x', 1, 1, 0, 0,"),
    "send a message": (46, "3, bytes(56), 0,"),
    "send many messages": (307, "3, bytes(64), 1, 0,"),
    "receive a message": (47, "3, bytes(56), 0x40,"),
    "receive many messages": (299, "3, bytes(64), 1, 0x40, 0,"),
    "socket option": (54, "3, 1, 16, b'\\1\\0\\0\\0', 4,"),
    # Control of files and of itself
    "put input into a terminal": (16, "0, 0x5412, b'x',"),
    "terminal of its own": (16, "0, 0x540E, 0,"),
    "asynchronous file by ioctl": (16, "3, 0x5452, b'\\1\\0\\0\\0',"),
    "owner by ioctl": (16, "3, 0x8901, room,"),
    "owner of a file": (72, "3, 8, parent,"),
    "signal of a file": (72, "3, 10, 9,"),
    "extended owner": (72, "3, 15, room,"),
    "lease": (72, "0, 1024, 1,"),
    "notice of changes": (72, "3, 1026, 1,"),
    "size of a pipe": (72, "3, 1031, 2**20,"),
    "seals": (72, "0, 1033, 1,"),
    "prctl": (157, "4, 1, 0, 0, 0,"),
    "signal at the parent's death": (157, "1, 9, 0, 0, 0,"),
    "filter of its own": (317, "1, 0, room,"),
    "strict mode": (317, "0, 0, 0,"),
    "lower CPU time": (160, "0, bytes(16),"),
    "lower CPU time by prlimit": (302, "0, 0, bytes(16), 0,"),
    # The same calls by the numbers of another architecture's table
    "x32 fork": (0x40000000 | 57, ""),
    "x32 socket": (0x40000000 | 41, "2, 1, 0,"),
    "x32 kill": (0x40000000 | 62, "parent, 9,"),
    "x32 execve": (0x40000000 | 520, "b'/bin/true', 0, 0,"),
    "x32 ptrace": (0x40000000 | 521, "16, parent, 0, 0,"),
    "a number with its upper half set": ((1 << 32) | 62, "parent, 9,"),
    "a negative number": (-1, ""),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_system_call_is_refused(hold, name):
    number, arguments = CALLS[name]
    hold(CALL.format(number=number, arguments=arguments, refused=REFUSED), "wrong")


INT_80 = """
import ctypes, mmap
def f(x):
    page = mmap.mmap(-1, 4096, prot=7)
    page.write(bytes.fromhex("{code}"))
    return 2 if ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))() >= 0 else 1
"""


@pytest.mark.parametrize(
    "code",
    ["b802000000cd80c3", "b814000000cd80c3", "b866000000cd80c3", "b80b000000cd80c3"],
    ids=["fork", "getpid", "socketcall", "execve"],
)
def test_the_32_bit_table_is_closed(hold, code):
    assert "31" in hold(INT_80.format(code=code), "crash").detail


SIGNALS = """
import fcntl, os, signal, socket, time
def f(x):
    one, other = socket.socketpair()
    fcntl.fcntl(one, fcntl.F_SETFL, os.O_ASYNC)
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    other.send(b"x")
    time.sleep(0.01)
    return 3
"""


def test_a_file_that_signals_has_nobody_to_signal(hold):
    hold(SIGNALS, "wrong crash")
