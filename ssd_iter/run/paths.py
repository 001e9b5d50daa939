"""Every file name of a run, atomic writes, and done markers. Nobody else joins path strings.

runs/index.html  report.json  report.md   the page over all runs
runs/<run>/config.toml  resolved.json  provenance.json  lineage.json  pins.json  ssd.duckdb  lock
           index.html  report.json  report.md
           shards/<table>/round=NNN/<writer>.parquet
           rounds/NNN/<stage>/plan.json  done.json  progress.json  log.txt  part-N/   the same of a part of the work
           rounds/NNN/checkpoint/  adapter/  export/  report.html  report.json  report.md
           set-aside/<time>/   what a rollback took out of the way: shards and rounds, under the same names
"""

from __future__ import annotations

import glob
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from ssd_iter.exceptions import DataError

StageName = Literal["filter", "train", "generate", "grade", "resample", "regrade"]
STAGES: tuple[StageName, ...] = get_args(StageName)
"""In the order of a round; round 0 only generates and grades, the last two are for a round that is looked at again."""


@dataclass(frozen=True, slots=True)
class StagePaths:
    """The files of one stage of one round."""

    folder: Path

    @property
    def plan(self) -> Path:
        return self.folder / "plan.json"

    @property
    def done(self) -> Path:
        return self.folder / "done.json"

    @property
    def error(self) -> Path:
        """What the stage process refused to do, where it did."""
        return self.folder / "error.json"

    @property
    def progress(self) -> Path:
        return self.folder / "progress.json"

    @property
    def log(self) -> Path:
        return self.folder / "log.txt"

    @property
    def steps(self) -> Path:
        """Resumable checkpoints inside a training."""
        return self.folder / "steps"

    @property
    def stop(self) -> Path:
        """Tells those who wait for a part of the stage to end it: they may be where no signal reaches them."""
        return self.folder / "stop"

    def part(self, number: int) -> StagePaths:
        """The same of one of the processes that share the stage's work, counted from 1."""
        return StagePaths(self.folder / f"part-{number}")

    def parts(self) -> list[StagePaths]:
        """Those that the stage's work was shared among, in order."""
        plans = self.folder.glob("part-[0-9]*/plan.json")
        return [self.part(number) for number in sorted(int(plan.parent.name.removeprefix("part-")) for plan in plans)]


@dataclass(frozen=True, slots=True)
class PagePaths:
    """The page of a folder, with the document it is made from."""

    root: Path

    @property
    def index(self) -> Path:
        return self.root / "index.html"

    @property
    def report(self) -> Path:
        return self.root / "report.json"

    @property
    def report_markdown(self) -> Path:
        return self.root / "report.md"


@dataclass(frozen=True, slots=True)
class RunsPaths(PagePaths):
    """The files over all runs of a folder."""


@dataclass(frozen=True, slots=True)
class RunPaths(PagePaths):
    """The files of one run."""

    @property
    def run_id(self) -> str:
        return self.root.name

    @property
    def config(self) -> Path:
        return self.root / "config.toml"

    @property
    def resolved(self) -> Path:
        return self.root / "resolved.json"

    @property
    def provenance(self) -> Path:
        return self.root / "provenance.json"

    @property
    def lineage(self) -> Path:
        """The rollbacks, where there were any."""
        return self.root / "lineage.json"

    @property
    def pins(self) -> Path:
        """The rounds whose weights are never removed, where a person said so."""
        return self.root / "pins.json"

    @property
    def database(self) -> Path:
        return self.root / "ssd.duckdb"

    @property
    def lock(self) -> Path:
        return self.root / "lock"

    @property
    def server(self) -> Path:
        """Home of the run's own Prefect server, where no other is configured."""
        return self.root / "prefect"

    @property
    def shards(self) -> Path:
        return self.root / "shards"

    def shard(self, table: str, round: int, writer: str) -> Path:
        """The shard that `writer` (such as `eval-0003`) writes for one table and round."""
        return self.shards / table / f"round={round:03d}" / f"{writer}.parquet"

    def shard_files(self, table: str, round: int | None = None) -> list[Path]:
        """All complete shards of a table, of one round or of all, in order."""
        pattern = "round=*" if round is None else f"round={round:03d}"
        return sorted((self.shards / table).glob(f"{pattern}/*.parquet"))

    def round(self, round: int) -> Path:
        return self.root / "rounds" / f"{round:03d}"

    def rounds(self) -> list[int]:
        """The rounds that have a folder, in order."""
        return sorted(int(folder.name) for folder in (self.root / "rounds").glob("[0-9]*"))

    def stage(self, round: int, stage: StageName) -> StagePaths:
        return StagePaths(self.round(round) / stage)

    def checkpoint(self, round: int) -> Path:
        """The fp32 weights that came out of a round, and the tokenizer."""
        return self.round(round) / "checkpoint"

    def adapter(self, round: int) -> Path:
        return self.round(round) / "adapter"

    def export(self, round: int) -> Path:
        """The checkpoint in the engines' precision."""
        return self.round(round) / "export"

    def set_aside(self, time: str) -> RunPaths:
        """Where things go that are no longer part of the run."""
        return RunPaths(self.root / "set-aside" / time)

    def all_set_aside(self) -> list[Path]:
        """The folders of all such times, in order."""
        return sorted((self.root / "set-aside").glob("*"))

    def round_page(self, round: int) -> Path:
        return self.round(round) / "report.html"

    def round_report(self, round: int) -> Path:
        return self.round(round) / "report.json"

    def round_markdown(self, round: int) -> Path:
        return self.round(round) / "report.md"


def write_text(path: Path, text: str) -> None:
    """Write whole or not at all: a temporary name beside, fsync, rename."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def write_json(path: Path, value: Any) -> None:
    """`write_text` of a JSON document."""
    write_text(path, json.dumps(value, indent=2, sort_keys=True) + "\n")


def read_json(path: Path) -> Any:
    """The JSON document in a file; DataError names the file where it holds none."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise DataError(
            f"{path} is not a JSON document: {error}; a done.json may be deleted, its stage runs again"
        ) from None


class replacing:
    """Context manager: hands out a temporary path (file or folder) beside `path`, and on success puts it in place.

    A reader sees the old content or the new, never a part; a crash leaves a `.NAME.PID.tmp` that no glob of ours
    matches.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")

    def __enter__(self) -> Path:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        for left in self.path.parent.glob(f".{glob.escape(self.path.name)}.*.tmp"):
            if not is_running(int(left.suffixes[-2][1:])):
                remove(left)
        remove(self.temporary)
        return self.temporary

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            remove(self.temporary)
            return
        files = [self.temporary] if self.temporary.is_file() else sorted(self.temporary.rglob("*"))
        for file in files:
            if file.is_file():
                _sync(file)
        if self.temporary.is_dir() and self.path.exists():
            # A folder cannot be replaced in one step: the old one goes aside whole, never in parts.
            aside = self.path.with_name(f".{self.path.name}.old.{os.getpid()}.tmp")
            os.replace(self.path, aside)
            os.replace(self.temporary, self.path)
            remove(aside)
        else:
            try:
                os.replace(self.temporary, self.path)
            except OSError:  # a folder has that name
                remove(self.temporary)
                raise
        _sync(self.path.parent)


def is_running(pid: int) -> bool:
    """Whether there is a process of that number here."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove(path: Path) -> None:
    """A file, a link or a folder with all that is in it."""
    """Remove a file or a whole folder; a link, not what it points to. Nothing happens where there is none."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
