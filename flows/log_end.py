"""What a process said last, for the error that tells how it ended."""

from __future__ import annotations

from pathlib import Path

_LINES = 15


def log_end(log: Path) -> str:
    """The last lines of a log, with where they are from."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    return "\n".join([f"the end of {log}:", *lines[-_LINES:]])
