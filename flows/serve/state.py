"""A serve as others see it: a lock that its process holds, and beside it a file that says what runs where.

All is in `.prefect` beside the runs folder, which only its owner can read: the password is in it.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from flows.serve.environment import GPU_LIMIT, REPORTS_URL
from ssd_iter.run.paths import write_json
from ssd_iter.run.processes import is_locked


@dataclass(frozen=True, slots=True)
class Home:
    """The files of a serve; the folder is its server's PREFECT_HOME too."""

    root: Path

    @property
    def lock(self) -> Path:
        return self.root / "serve.lock"

    @property
    def state(self) -> Path:
        return self.root / "serve.json"

    def log(self, part: str) -> Path:
        """What a part (`server`, `worker`, `setup`) had to say; a folder each, by which its processes are known."""
        return self.root / part / "log.txt"


class State(BaseModel):
    """What runs where."""

    model_config = ConfigDict(frozen=True)

    pid: int
    machine: str
    started_at: datetime
    runs: Path
    api_url: str
    ui_url: str
    server_pid: int | None
    """None: somebody else's server, configured in Prefect's way."""
    worker_pid: int
    pool: str
    reports_url: str
    gpu_limit: str
    gpu_slots: int
    auth: str | None

    @property
    def is_here(self) -> bool:
        """Whether it runs on this machine: its process ids and addresses mean something."""
        return self.machine == socket.gethostname()

    def environment(self) -> dict[str, str]:
        """What a run that reports to this serve is told."""
        return {REPORTS_URL: self.reports_url, GPU_LIMIT: self.gpu_limit}


def home_of(runs: Path) -> Home:
    """The home of the serve of a runs folder."""
    return Home(runs.resolve().parent / ".prefect")


def write_state(home: Home, state: State) -> None:
    """Tell others."""
    write_json(home.state, state.model_dump(mode="json"))


def running_serve(runs: Path) -> State | None:
    """The serve of a runs folder, where one is alive and has come so far that it can be reached."""
    home = home_of(runs)
    if not is_locked(home.lock):
        return None
    try:
        state = State.model_validate_json(home.state.read_bytes())
        holder = home.lock.read_text(encoding="utf-8")
    except (FileNotFoundError, ValidationError):
        return None
    # The kernel frees the lock of a dead process: its holder is alive, and the file may be of one before.
    return state if holder == str(state.pid) else None
