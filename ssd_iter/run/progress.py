"""How far a stage is, as a small file that anyone may read while it works."""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path

_INTERVAL_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Progress:
    """One look at a stage at work. `tokens_per_second` and `seconds_left` are None while it is too early to tell."""

    done: int
    total: int
    unit: str
    tokens: int
    working_since: float
    """Unix time at which the counted work began, after models were loaded."""
    updated_at: float
    note: str

    @property
    def seconds(self) -> float:
        return max(self.updated_at - self.working_since, 1e-9)

    @property
    def tokens_per_second(self) -> float | None:
        return self.tokens / self.seconds if self.tokens else None

    @property
    def seconds_left(self) -> float | None:
        # The first to finish are the short ones: what they foretell is far off.
        early = self.done < max(1, self.total // 10)
        return None if early else (self.total - self.done) * self.seconds / self.done


class ProgressFile:
    """Writes a stage's progress, at most twice a second."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._last_write = 0.0
        self._state = Progress(0, 0, "", 0, time.time(), time.time(), "starting")
        self._write()

    def begin(self, total: int, unit: str, note: str = "") -> None:
        """The counted work begins: `total` things of one unit."""
        now = time.time()
        self._state = Progress(0, total, unit, 0, now, now, note)
        self._write()

    def advance(self, done: int = 1, tokens: int = 0) -> None:
        """That much more has been done."""
        state = self._state
        self._state = Progress(
            state.done + done,
            state.total,
            state.unit,
            state.tokens + tokens,
            state.working_since,
            time.time(),
            state.note,
        )
        if self._state.done >= state.total or time.time() - self._last_write >= _INTERVAL_SECONDS:
            self._write()

    def _write(self) -> None:
        temporary = self._path.with_name(f".{self._path.name}.tmp")
        temporary.write_text(json.dumps(asdict(self._state)), encoding="utf-8")
        os.replace(temporary, self._path)  # no fsync: after a crash nobody needs it
        self._last_write = time.time()


def read_progress(path: Path) -> Progress | None:
    """The latest look, or None where the stage has not begun."""
    try:
        return Progress(**json.loads(path.read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None
