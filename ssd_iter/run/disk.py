"""Whether an error means that a disk is full, whichever library met it, and what is said then."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ssd_iter.exceptions import DiskFullError

_WORDS = (
    "No space left on device",  # of the system: safetensors, DuckDB and Arrow quote it
    "Disk quota exceeded",
    "PytorchStreamWriter failed writing file",
    "] . unexpected pos ",  # torch.save's file, when it is closed
)


def is_disk_full(error: BaseException | None) -> bool:
    """Whether a disk was full: the error itself, or one that it came from."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        if any(words in str(error) for words in _WORDS):
            return True
        error = error.__cause__ or error.__context__
    return False


def disk_full(folder: Path) -> DiskFullError:
    """What is said of a run whose disk is full."""
    usage = shutil.disk_usage(folder)
    return DiskFullError(
        f"the disk of {folder} is full ({usage.free / 1e9:.2f} of {usage.total / 1e9:.1f} GB free): make room, then "
        f"`ssd-iter resume {folder.name}` goes on; what is finished is kept"
    )


@contextmanager
def disk_full_said(folder: Path) -> Iterator[None]:
    """DiskFullError for any error inside that comes from a full disk; `folder` is the run's."""
    try:
        yield
    except Exception as error:
        if isinstance(error, DiskFullError) or not is_disk_full(error):
            raise
        raise disk_full(folder) from error
