"""`ssd-iter gc`: make room, and say what stays and why."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Annotated, Any

from cyclopts import Parameter, validators

from flows.commands.options import RUNS, AsJson, Reference, RunsDir
from flows.display import format_table, say
from flows.experiment import find_run
from flows.gc import Item, collect, find_items, set_pin
from ssd_iter.exceptions import ConfigError, RunLockedError
from ssd_iter.run.listing import list_runs
from ssd_iter.run.paths import RunPaths
from ssd_iter.run.processes import run_lock
from stores.run_store import RunStore

Newest = Annotated[int, Parameter(help="The newest rounds whose weights stay.", validator=validators.Number(gte=1))]


def gc(
    run: Reference = "@latest",
    *,
    keep: Newest = 1,
    dry_run: Annotated[bool, Parameter(negative="", help="Say what would be removed, and remove nothing.")] = False,
    all_: Annotated[bool, Parameter(name="--all", negative="", help="Every run of the folder.")] = False,
    pin: Annotated[int | None, Parameter(help="Only keep this round's weights from now on; remove nothing.")] = None,
    unpin: Annotated[int | None, Parameter(help="Only take such a pin back; remove nothing.")] = None,
    json_: AsJson = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Remove weights that nobody needs, training checkpoints of ended trainings, and what rollbacks and crashes left.

    The best round's weights stay, the last one's, pinned ones, and whatever the rounds to come start from. Samples,
    numbers and pages always stay; a round whose weights are gone can be trained again from its samples.
    """
    if pin is not None or unpin is not None:
        _pin(find_run(runs_dir, run), pin, unpin, all_)
        return
    chosen = list(list_runs(runs_dir)) if all_ else [find_run(runs_dir, run)]
    results = [result for paths in chosen if (result := _collect(paths, keep, dry_run, skip_locked=all_)) is not None]
    if json_:
        print(json.dumps({"dry_run": dry_run, "runs": [_document(*result) for result in results]}))
        return
    for paths, items in results:
        print(_text(paths, items, dry_run))


def _pin(paths: RunPaths, pin: int | None, unpin: int | None, all_: bool) -> None:
    if all_:
        raise ConfigError("--pin and --unpin name a round of one run: leave --all out")
    for round, pinned in ((pin, True), (unpin, False)):
        if round is not None:
            set_pin(paths, round, pinned)
            print(f"round {round} of {paths.run_id} {'is pinned: gc keeps its weights' if pinned else 'is not pinned'}")


def _collect(paths: RunPaths, keep: int, dry_run: bool, *, skip_locked: bool) -> tuple[RunPaths, list[Item]] | None:
    """What was found of a run; None for one that is skipped because a process works on it."""
    try:
        with nullcontext() if dry_run else run_lock(paths.lock):
            items = find_items(paths, keep)
            if not dry_run:
                collect(paths, items)
                RunStore(paths).ingest()
            return paths, items
    except RunLockedError as error:
        if not skip_locked:
            raise
        say(f"left alone: {error}")
        return None


def _document(paths: RunPaths, items: Sequence[Item]) -> dict[str, Any]:
    return {
        "run": paths.run_id,
        "items": [
            {
                "path": str(item.path.relative_to(paths.root)),
                "round": item.round,
                "what": item.what,
                "bytes": item.bytes,
                "kept": item.kept,
                "why": item.why,
            }
            for item in items
        ],
        "bytes_removed": _sum(items, kept=False),
        "bytes_kept": _sum(items, kept=True),
    }


def _text(paths: RunPaths, items: Sequence[Item], dry_run: bool) -> str:
    removed = "would go" if dry_run else "removed"
    rows = [
        {
            "round": item.round,
            "what": item.what,
            "size": _size(item.bytes),
            "": "stays" if item.kept else removed,
            "why": item.why,
        }
        for item in items
    ]
    freed, left = _size(_sum(items, kept=False)), _size(_sum(items, kept=True))
    total = f"{paths.run_id}: {freed} {'would be freed' if dry_run else 'freed'}, {left} of weights stay"
    return f"{format_table(rows)}\n{total}" if rows else f"{paths.run_id}: nothing to remove"


def _sum(items: Sequence[Item], *, kept: bool) -> int:
    return sum(item.bytes for item in items if item.kept == kept)


def _size(num_bytes: int) -> str:
    """`0.4 MB`, `512.0 MB`, `6.2 GB`: of a million or a billion bytes each."""
    return f"{num_bytes / 1e9:.1f} GB" if num_bytes >= 1e9 else f"{num_bytes / 1e6:.1f} MB"
