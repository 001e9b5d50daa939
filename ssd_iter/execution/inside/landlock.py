"""Landlock: how a process gives up access to files, ports and other processes, without any privilege."""

from __future__ import annotations

import ctypes
import os
import struct

from ssd_iter.execution.inside.libc import syscall
from ssd_iter.execution.inside.view import DEVICES, holes, readable_trees

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every architecture
_VERSION_FLAG = 1
_PATH_BENEATH = 1
_WRITE_FILE, _READ_FILE, _READ_DIR, _TRUNCATE = 1 << 1, 1 << 2, 1 << 3, 1 << 14
_RIGHTS_BY_ABI = (0, 13, 14, 15, 15, 16)
"""How many rights on files each version knows; later ones know no more that matter here."""
_BIND_AND_CONNECT_TCP = 0b11
_ABSTRACT_SOCKETS_AND_SIGNALS = 0b11


def abi() -> int:
    """The version the kernel speaks. OSError where it speaks none."""
    return syscall("landlock", _CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION_FLAG)


def covers_truncation() -> bool:
    """Whether it keeps files from being cut short: since its version 3 (Linux 6.2)."""
    return abi() >= 3


def restrict() -> None:
    """Give up all files but the readable ones and, as far as the kernel's version goes, TCP and signals to others.

    Needs `no_new_privs`. What Landlock does not cover (names and sizes of files, for one) stays open.
    """
    version = abi()
    rights = (1 << _RIGHTS_BY_ABI[min(version, len(_RIGHTS_BY_ABI) - 1)]) - 1
    attributes = struct.pack(
        "QQQ",
        rights,
        _BIND_AND_CONNECT_TCP if version >= 4 else 0,
        _ABSTRACT_SOCKETS_AND_SIGNALS if version >= 6 else 0,
    )
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = syscall("landlock_create_ruleset", _CREATE_RULESET, attributes, ctypes.c_size_t(size), 0)
    try:
        for device in DEVICES:
            _allow(ruleset, device, (_READ_FILE | _WRITE_FILE | _TRUNCATE) & rights)
        for tree in readable_trees():
            _allow_around(ruleset, tree, set(holes(tree)))
        syscall("landlock_restrict_self", _RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow_around(ruleset: int, folder: str, hidden: set[str]) -> None:
    """Reading in a folder but for the hidden ones inside it, whose names alone are seen: no rule takes another back."""
    inside = [hole for hole in hidden if hole.startswith(f"{folder}/")]
    if not inside:
        _allow(ruleset, folder, _READ_FILE | _READ_DIR)
        return
    _allow(ruleset, folder, _READ_DIR)
    for entry in os.scandir(folder):
        if entry.path in hidden:
            continue
        if entry.is_dir(follow_symlinks=False):
            _allow_around(ruleset, entry.path, hidden)
        elif entry.is_file():
            _allow(ruleset, entry.path, _READ_FILE)


def _allow(ruleset: int, path: str, rights: int) -> None:
    descriptor = os.open(path, os.O_PATH)
    try:
        rule = struct.pack("=Qi", rights, descriptor)
        syscall("landlock_add_rule", _ADD_RULE, ruleset, _PATH_BENEATH, rule, 0)
    finally:
        os.close(descriptor)
