"""`ssd-iter status`, `runs`, `report` and `sql`: looking, never changing a run's data."""

from __future__ import annotations

import json
import webbrowser
from typing import Annotated, Literal

from cyclopts import Parameter

from flows.commands.options import RUNS, AsJson, RunsDir
from flows.display import format_table
from flows.experiment import find_run
from flows.overview import finding_table, headline_table, headline_text, rounds_text, run_state, stage_table
from reports.render import write_index, write_round_report
from ssd_iter.run.paths import list_runs
from stores.snapshot import open_snapshot
from stores.sql_console import format_rows, run_query

Reference = Annotated[str, Parameter(help="A run's id, a unique prefix of it, or @latest.")]


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
    open_: Annotated[bool, Parameter(name="--open", negative="", help="Open the index in a browser.")] = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Write a run's pages again from its rows and print where the index is."""
    paths = find_run(runs_dir, run)
    with open_snapshot(paths) as connection:
        rounds = [round for (round,) in connection.execute("SELECT round FROM rounds ORDER BY round").fetchall()]
    for round in rounds:
        write_round_report(paths, round)
    index = write_index(paths)
    print(index)
    if open_:
        webbrowser.open(index.as_uri())


def sql(
    run: Reference,
    query: str,
    *,
    format: Annotated[Literal["table", "csv", "json"], Parameter(help="How rows come out.")] = "table",
    runs_dir: RunsDir = RUNS,
) -> None:
    """Ask a run's tables a question, also while it runs: `ssd-iter sql @latest "SELECT * FROM v_rounds"`.

    Parameters
    ----------
    query
        One SQL query. It reads the run's tables and nothing else: no files, no network, no changes.
    """
    print(format_rows(run_query(find_run(runs_dir, run), query), format), end="")
