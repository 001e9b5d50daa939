"""How far a stage is, as a small file that anyone may read while it works."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from ssd_iter.run.paths import StagePaths

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
    """`working_since` and the seconds since then: a clock that is set meanwhile does not count."""
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
        self._began = time.monotonic()
        now = time.time()
        self._state = Progress(0, 0, "", 0, now, now, "starting")
        self._write()

    def begin(self, total: int, unit: str, note: str = "") -> None:
        """The counted work begins: `total` things of one unit."""
        self._began = time.monotonic()
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
            state.working_since + time.monotonic() - self._began,
            state.note,
        )
        if self._state.done >= state.total or time.monotonic() - self._last_write >= _INTERVAL_SECONDS:
            self._write()

    def _write(self) -> None:
        temporary = self._path.with_name(f".{self._path.name}.tmp")
        temporary.write_text(json.dumps(asdict(self._state)), encoding="utf-8")
        os.replace(temporary, self._path)  # no fsync: after a crash nobody needs it
        self._last_write = time.monotonic()


def stage_progress(stage: StagePaths) -> Progress | None:
    """The latest look at a stage, or at its parts together where it is they that did the work."""
    own = read_progress(stage.progress)
    parts = [] if own is not None and own.total else [read_progress(part.progress) for part in stage.parts()]
    return add_up(parts) or own


def add_up(looks: Sequence[Progress | None]) -> Progress | None:
    """Some processes' progress as one; None until each of them knows how much there is to do."""
    known = [look for look in looks if look is not None and look.total]
    if not known or len(known) < len(looks):
        return None
    return Progress(
        done=sum(look.done for look in known),
        total=sum(look.total for look in known),
        unit=known[0].unit,
        tokens=sum(look.tokens for look in known),
        working_since=min(look.working_since for look in known),
        updated_at=max(look.updated_at for look in known),
        note=known[0].note,
    )


def read_progress(path: Path) -> Progress | None:
    """The latest look, or None where the stage has not begun."""
    try:
        return Progress(**json.loads(path.read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None
