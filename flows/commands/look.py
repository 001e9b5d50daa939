"""`ssd-iter status`, `runs` and `report`: looking, never changing a run's data."""

from __future__ import annotations

import json
import webbrowser
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from flows.commands.options import RUNS, AsJson, Reference, RunsDir
from flows.display import format_table, say
from flows.experiment import find_run
from flows.overview import finding_table, headline_table, headline_text, rounds_text, run_state, stage_table
from reports.render import write_index, write_round_report, write_runs
from ssd_iter.exceptions import SsdIterError
from ssd_iter.run.paths import PagePaths, RunPaths, RunsPaths, list_runs
from stores.snapshot import open_snapshot


def status(run: Reference = "@latest", *, json_: AsJson = False, runs_dir: RunsDir = RUNS) -> None:
    """How far a run is, stage by stage, the numbers of its ended rounds, and what was found."""
    paths = find_run(runs_dir, run)
    stages, headlines, findings = stage_table(paths), headline_table(paths), finding_table(paths)
    state = run_state(paths)
    if json_:
        print(
            json.dumps(
                {"run": paths.run_id, "state": state, "stages": stages, "rounds": headlines, "findings": findings}
            )
        )
        return
    print(f"run {paths.run_id}: {state}\n")
    print(format_table(stages))
    if headlines:
        print(format_table([{title: headline_text(cell) for title, cell in row.items()} for row in headlines]))
    if findings:
        print(format_table(findings))


def runs(*, json_: AsJson = False, runs_dir: RunsDir = RUNS) -> None:
    """List the runs, oldest first."""
    rows = [
        {"run": paths.run_id, "state": run_state(paths), "rounds": rounds_text(paths)} for paths in list_runs(runs_dir)
    ]
    print(json.dumps(rows) if json_ else format_table(rows) if rows else f"no runs in {runs_dir.resolve()}")


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
    if open_:
        webbrowser.open(index.resolve().as_uri())


def _write_pages(paths: RunPaths, over_all: bool = True) -> Path:
    with open_snapshot(paths) as connection:
        rounds = [round for (round,) in connection.execute("SELECT round FROM rounds ORDER BY round").fetchall()]
    for round in rounds:
        write_round_report(paths, round)
    return write_index(paths, over_all)
