"""`ssd-iter status`, `runs` and `report`: looking, never changing a run's data."""

from __future__ import annotations

import json
import webbrowser
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from flows.commands.options import RUNS, AsJson, Reference, RunsDir
from flows.display import describe, duration, format_table, say
from flows.experiment import find_run
from flows.overview import StageState, headline_text, headlines, run_row, stage_states, status_document
from reports.render import write_index, write_round_report, write_runs
from ssd_iter.exceptions import SsdIterError
from ssd_iter.run.listing import list_runs
from ssd_iter.run.paths import PagePaths, RunPaths, RunsPaths
from stores.formats import plain
from stores.snapshot import open_snapshot


def status(run: Reference = "@latest", *, json_: AsJson = False, runs_dir: RunsDir = RUNS) -> None:
    """How far a run is, stage by stage, the numbers of its ended rounds, and what was found.

    docs/json.md has the keys of --json.
    """
    paths = find_run(runs_dir, run)
    document = status_document(paths)
    if json_:
        print(json.dumps(plain(document), allow_nan=False))
        return
    print(f"run {paths.run_id}: {document['state']}\n")
    print(format_table([_stage_text(stage) for stage in stage_states(paths)]))
    if document["rounds"]:
        print(format_table([_round_text(row) for row in document["rounds"]]))
    if document["findings"]:
        print(format_table([_finding_text(found) for found in document["findings"]]))


def _stage_text(stage: StageState) -> dict[str, Any]:
    did = None if stage.counts is None else ", ".join(f"{count} {name}" for name, count in stage.counts.items())
    return {
        "round": stage.round,
        "stage": stage.stage,
        "state": stage.state,
        "time": None if stage.seconds is None else duration(stage.seconds),
        "what": describe(stage.progress) if did is None else did,
    }


def _round_text(row: dict[str, Any]) -> dict[str, str]:
    return {title: headline_text(cell) for title, cell in headlines(row).items()}


def _finding_text(found: dict[str, Any]) -> dict[str, Any]:
    names = {"round": "round", "severity": "severity", "name": "finding", "message": "what was found"}
    return {title: found[name] for name, title in names.items()}


def runs(*, json_: AsJson = False, runs_dir: RunsDir = RUNS) -> None:
    """List the runs, oldest first.

    docs/json.md has the keys of --json.
    """
    rows = [run_row(paths) for paths in list_runs(runs_dir)]
    if json_:
        print(json.dumps(plain(rows), allow_nan=False))
        return
    print(format_table(list(map(_run_text, rows))) if rows else f"no runs in {runs_dir.resolve()}")
    for row in rows:
        if row["error"]:
            say(f"{row['run']}: {row['error']}")


def _run_text(row: dict[str, Any]) -> dict[str, Any]:
    """Its id says when it was made; the base model is round 0."""
    asked = row["asked_rounds"]
    rounds = None if asked is None else f"{row['last_round'] or 0} of {asked}"
    return {"run": row["run"], "state": row["state"], "rounds": rounds, "verdict": row["verdict"]}


def report(
    run: Reference = "@latest",
    *,
    all_: Annotated[
        bool, Parameter(name="--all", negative="", help="Every run's pages, and the page over all.")
    ] = False,
    markdown: Annotated[bool, Parameter(negative="", help="Print the report as Markdown, not where it is.")] = False,
    open_: Annotated[bool, Parameter(name="--open", negative="", help="Open the index in a browser.")] = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Write a run's pages again from its rows and print where the index is.

    A run that cannot be read does not keep `--all` from the others: the page over all runs says so.
    """
    paths: PagePaths
    if all_:
        find_run(runs_dir, "@latest")  # NotFoundError where there is no run at all
        paths = RunsPaths(runs_dir)
        for each in list_runs(runs_dir):
            try:
                _write_pages(each, over_all=False)
            except SsdIterError as error:
                say(f"{each.run_id}: {error}")
        index = write_runs(runs_dir)
    else:
        paths = find_run(runs_dir, run)
        index = _write_pages(paths)
    print(paths.report_markdown.read_text(encoding="utf-8") if markdown else index, end="" if markdown else "\n")
    if open_ and not webbrowser.open(index.resolve().as_uri()):
        say(f"no browser can be opened here; the page is {index.resolve()}")


def _write_pages(paths: RunPaths, over_all: bool = True) -> Path:
    with open_snapshot(paths) as connection:
        rounds = [round for (round,) in connection.execute("SELECT round FROM rounds ORDER BY round").fetchall()]
    for round in rounds:
        write_round_report(paths, round)
    return write_index(paths, over_all)
