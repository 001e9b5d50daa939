"""What a crash left half written: files and folders under the names that `replacing` gives them."""

from __future__ import annotations

import os
from pathlib import Path

from ssd_iter.run.paths import is_running, remove


def remove_temporaries(root: Path) -> list[Path]:
    """Remove `temporaries`; returns which there were."""
    left = temporaries(root)
    for each in left:
        if each.exists():  # it may have been in a folder that is gone by now
            remove(each)
    return left


def temporaries(root: Path) -> list[Path]:
    """What crashes left half written anywhere below a folder.

    What belongs to a process that runs is none of it, and what has no process's number belongs to none: look where no
    stage is at work.
    """
    found = [*root.rglob(".*.tmp"), *root.rglob(".*.tmp.wal")]
    return [each for each in found if not any(map(is_running, _numbers(each)))]


def put_aside(path: Path) -> Path:
    """Rename a file or folder to a temporary beside it, where nobody looks for it; returns its new name."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    os.replace(path, aside)
    return aside


def _numbers(path: Path) -> list[int]:
    return [int(part) for part in path.name.split(".") if part.isdecimal() and int(part) > 0]
