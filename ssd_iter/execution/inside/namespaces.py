"""A world of one's own: no network, no other processes, a read-only view of the interpreter, one small folder.

Works without privileges where the system lets anyone make user namespaces. Root makes the same without one, and gives
its rights up afterwards.
"""

from __future__ import annotations

import ctypes
import os
import struct

from ssd_iter.execution.inside.libc import call, syscall
from ssd_iter.execution.inside.view import DEVICES, holes, readable_trees, top_links

_NEWUSER, _NEWPID, _NEWNET, _NEWNS = 0x10000000, 0x20000000, 0x40000000, 0x00020000
_NEWIPC, _NEWUTS, _NEWCGROUP = 0x08000000, 0x04000000, 0x02000000
_OTHERS = _NEWPID | _NEWNET | _NEWNS | _NEWIPC | _NEWUTS | _NEWCGROUP

_RDONLY, _NOSUID, _NODEV, _REMOUNT, _BIND, _REC, _PRIVATE = 1, 2, 4, 32, 4096, 16384, 1 << 18
_DETACH = 2
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_MOUNT_SETATTR = 442
_ATTR_RDONLY, _ATTR_NOSUID, _ATTR_NODEV = 1, 2, 4
_AT_FDCWD, _AT_RECURSIVE = -100, 0x8000

_CAP_SYS_ADMIN = 21
NEW_ROOT = "/proc"
"""Where the new root is put together: a folder that is always there and never holds the interpreter."""

BOX = "/box"
BOX_MB, BOX_FILES = 64, 4096


def may_administer(capabilities: int) -> bool:
    """Whether the rights of the process do instead of a user namespace."""
    return bool(capabilities >> _CAP_SYS_ADMIN & 1)


def enter(*, privileged: bool, uid: int) -> None:
    """Leave this machine's files, network and processes behind; the next child is process 1 of the new world.

    `uid` is who the box belongs to. OSError names the step that the system does not allow.
    """
    if privileged:
        call("unshare", _OTHERS)
    else:
        _own_user_namespace()
    call("mount", b"none", b"/", None, ctypes.c_ulong(_REC | _PRIVATE), None)
    _build_root(uid if privileged else None)
    os.chdir(NEW_ROOT)
    syscall("pivot_root", _PIVOT_ROOT[os.uname().machine], b".", b".")
    call("umount2", b".", _DETACH)
    call("mount", b"none", b"/", None, ctypes.c_ulong(_REMOUNT | _BIND | _RDONLY | _NOSUID | _NODEV), None)
    os.chdir(BOX)


def _own_user_namespace() -> None:
    uid, gid = os.geteuid(), os.getegid()
    call("unshare", _NEWUSER | _OTHERS)
    nobody = 65534
    for file, text in (("setgroups", "deny"), ("uid_map", f"{nobody} {uid} 1"), ("gid_map", f"{nobody} {gid} 1")):
        try:
            with open(f"/proc/self/{file}", "w", encoding="ascii") as stream:
                stream.write(text)
        except OSError as error:
            raise OSError(error.errno, f"writing {file}: {os.strerror(error.errno or 0)}") from None


def _build_root(box_uid: int | None) -> None:
    trees = readable_trees()
    _tmpfs(NEW_ROOT, "size=1m,nr_inodes=2048,mode=755")
    for tree in trees:
        target = f"{NEW_ROOT}{tree}"
        os.makedirs(target, exist_ok=True)
        _bind_read_only(tree, target)
        for hole in holes(tree):
            _tmpfs(f"{NEW_ROOT}{hole}", "size=4k,nr_inodes=1,mode=555")
    for name, aim in top_links().items():
        os.symlink(aim, f"{NEW_ROOT}/{name}")
    os.mkdir(f"{NEW_ROOT}/dev")
    for device in DEVICES:
        open(f"{NEW_ROOT}{device}", "w").close()
        call("mount", device.encode(), f"{NEW_ROOT}{device}".encode(), None, ctypes.c_ulong(_BIND), None)
    os.mkdir(f"{NEW_ROOT}{BOX}")
    owner = "" if box_uid is None else f",uid={box_uid},gid={box_uid}"
    _tmpfs(f"{NEW_ROOT}{BOX}", f"size={BOX_MB}m,nr_inodes={BOX_FILES},mode=700{owner}")


def _tmpfs(target: str, options: str) -> None:
    call("mount", b"tmpfs", os.fsencode(target), b"tmpfs", ctypes.c_ulong(_NOSUID | _NODEV), options.encode())


def _bind_read_only(source: str, target: str) -> None:
    call("mount", os.fsencode(source), os.fsencode(target), None, ctypes.c_ulong(_BIND | _REC), None)
    attributes = struct.pack("QQQQ", _ATTR_RDONLY | _ATTR_NOSUID | _ATTR_NODEV, 0, 0, 0)
    size = ctypes.c_size_t(len(attributes))
    syscall("mount_setattr", _MOUNT_SETATTR, _AT_FDCWD, os.fsencode(target), _AT_RECURSIVE, attributes, size)
