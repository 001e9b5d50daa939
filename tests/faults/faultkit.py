"""What the fault tests share: runs taken back to an earlier moment, runs compared, the table."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from flows.experiment import open_run
from ssd_iter.records import TABLES
from ssd_iter.run.paths import STAGES, RunPaths, StageName, write_json
from ssd_iter.run.plan import StagePlan
from ssd_iter.run.processes import end_strays, is_locked
from ssd_iter.run.shards import read_shards

_MADE_BY = {
    ("samples", "eval"): "generate", ("filter_verdicts", "filter"): "filter", ("train_steps", "train"): "train",
    ("metrics", "train"): "train", ("executions", "eval"): "grade", ("test_results", "eval"): "grade",
}  # fmt: skip
_MEASURED = {
    "created_at", "cpu_seconds", "wall_seconds", "max_rss_mb", "attempts", "tokens_per_second", "started_at",
    "finished_at", "run_id", "provenance_json",
}  # fmt: skip
"""What no two runs have in common."""


@dataclass(frozen=True)
class Outcome:
    """A line of the table."""

    fault: str
    times: int
    came: str


def strip(paths: RunPaths, round: int, stage: StageName | None) -> None:
    """Take a finished run of two rounds back to before a stage of a round, or before its numbers."""
    gone = () if stage is None else STAGES[STAGES.index(stage) :]
    for later in [each for each in paths.rounds() if each > round]:
        shutil.rmtree(paths.round(later))
    for each in gone:
        shutil.rmtree(paths.stage(round, each).folder, ignore_errors=True)
    if "train" in gone:
        shutil.rmtree(paths.checkpoint(round), ignore_errors=True)
    for table in TABLES.keys() - {"runs", "problems", "events"}:
        for shard in paths.shard_files(table):
            of, writer = int(shard.parent.name.removeprefix("round=")), shard.stem.partition("-")[0]
            drawn_before = of == round + 1 and (table, writer) == ("samples", "train")
            if drawn_before:
                made_by: str | None = "generate"
            elif of > round:
                made_by = "later"
            else:
                made_by = _MADE_BY.get((table, writer), "numbers") if of == round else None
            if made_by in (*gone, "later") or (made_by == "numbers" and (table, writer) != ("samples", "train")):
                shard.unlink()
    for page in [paths.database, paths.index, paths.report, paths.report_markdown, paths.round_page(round)]:
        page.unlink(missing_ok=True)


def write_plan(paths: RunPaths, round: int, stage: StageName) -> StagePlan:
    """What the flow would tell a stage."""
    plan = next(each for each in open_run(paths).plan(round).stages if each.stage == stage)
    write_json(paths.stage(round, stage).plan, plan.model_dump(mode="json"))
    return plan


def finished_files(paths: RunPaths) -> dict[Path, bytes]:
    """What is finished and may never change again: shards, and each stage's word that it is done."""
    shards = [
        file
        for file in paths.shards.glob("*/round=*/*.parquet")
        # A program's tests are written before its verdict.
        if "test_results" not in file.parts or paths.shard("executions", _round(file), file.stem).exists()
    ]
    return {file: file.read_bytes() for file in [*shards, *paths.root.glob("rounds/*/*/done.json")]}


def unlike(paths: RunPaths, reference: RunPaths, *but: str) -> list[str]:
    """The tables whose rows are not, bit by bit, those of the undisturbed run; times and speeds left out."""
    tables = TABLES.keys() - {"events", *but}
    return [table for table in sorted(tables) if _rows(paths, table) != _rows(reference, table)]


def keys(paths: RunPaths) -> dict[str, int]:
    """How many rows each table has."""
    return {
        table: len(read_shards(paths.shard_files(table), row)) for table, row in TABLES.items() if table != "events"
    }


def left_over(paths: RunPaths) -> list[str]:
    """Processes, locks and half-written files of a run on which nobody works."""
    files = [str(file) for pattern in (".*.tmp", ".*.tmp.wal") for file in paths.root.rglob(pattern)]
    steps = [str(folder) for folder in paths.root.glob("rounds/*/train/steps")]
    strays = [f"process {pid}" for pid in end_strays(paths.root)]
    return [*files, *steps, *strays, *(["its lock"] if is_locked(paths.lock) else [])]


def write_table(page: Path, outcomes: Sequence[Outcome]) -> None:
    """Put the outcomes between the markers of a page."""
    begin, end = "<!-- faults: written by `make test-faults` -->", "<!-- /faults -->"
    head, _, rest = page.read_text(encoding="utf-8").partition(begin)
    _, _, tail = rest.partition(end)
    kills = sum(each.times for each in outcomes if "kill -9" in each.fault)
    rows = [f"| {each.fault} | {each.times} | {each.came} |" for each in outcomes]
    table = [
        "| fault | times | what came of it |",
        "|---|---|---|",
        *rows,
        "",
        f"{kills} processes were killed with -9.",
    ]
    text = "\n".join([head.rstrip(), "", begin, "", *table, "", end]) + tail
    temporary = page.with_suffix(f".{os.getpid()}.new")
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, page)


def _round(shard: Path) -> int:
    return int(shard.parent.name.removeprefix("round="))


def _rows(paths: RunPaths, table: str) -> list[str]:
    rows = read_shards(paths.shard_files(table), TABLES[table])
    return sorted(repr(_stable(table, asdict(row))) for row in rows if not _is_a_time(table, asdict(row)))


def _stable(table: str, row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in _MEASURED}


def _is_a_time(table: str, row: dict[str, Any]) -> bool:
    return table == "metrics" and ("seconds" in row["name"] or "per_second" in row["name"])
