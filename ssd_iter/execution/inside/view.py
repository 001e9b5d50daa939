"""What a program may read: the standard library and the shared libraries under it, and nothing else.

Installed packages are left out: they hold problem sets, with their tests and solutions.
"""

from __future__ import annotations

import glob
import os
import sys

PACKAGES = ("site-packages", "dist-packages")
DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom")
ZONES = "/usr/share/zoneinfo"


def readable_trees() -> list[str]:
    """Folders that an interpreter reads from, none inside another, symbolic links resolved."""
    prefixes = (sys.base_prefix, sys.base_exec_prefix)
    wanted = [path for path in sys.path if os.path.isdir(path)]
    wanted += [f"{prefix}/{name}" for prefix in prefixes for name in ("lib", "lib64")]
    wanted += [os.path.dirname(library) for library in _mapped_files()]
    wanted += [ZONES]
    found = {os.path.realpath(path) for path in wanted if os.path.isdir(path)}
    return sorted(tree for tree in found if not any(tree.startswith(f"{other}/") for other in found))


def holes(tree: str) -> list[str]:
    """Folders of installed packages inside a readable tree."""
    patterns = [f"{glob.escape(tree)}/{deep}{name}" for name in PACKAGES for deep in ("", "*/", "*/*/")]
    return sorted(path for pattern in patterns for path in glob.glob(pattern) if os.path.isdir(path))


def top_links() -> dict[str, str]:
    """Links in `/` by which the loader finds libraries, such as `/lib64` to `usr/lib64`."""
    return {name: os.readlink(f"/{name}") for name in ("lib", "lib64") if os.path.islink(f"/{name}")}


def _mapped_files() -> set[str]:
    """Shared libraries this process has loaded."""
    with open("/proc/self/maps", encoding="utf-8", errors="surrogateescape") as maps:
        paths = {line.split(maxsplit=5)[5].rstrip("\n") for line in maps if line.count("/")}
    return {path for path in paths if ".so" in os.path.basename(path)}
