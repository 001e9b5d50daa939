"""Several runs that differ in some config fields, one after another, each an ordinary run.

Their ids are those of the sweep (`ssd_iter/config/sweep.py`), so the same sweep asked for again goes on with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from prefect import flow

from flows.display import say
from flows.experiment import open_run
from flows.observe.outlive import outlive
from flows.overview import run_state
from flows.run import call_anew, run_flow, working_on
from flows.server import prefect_server
from ssd_iter.config.sweep import Variant
from ssd_iter.exceptions import SsdIterError, StageError
from ssd_iter.run.aside import call_aside
from ssd_iter.run.paths import RunPaths, write_text
from ssd_iter.run.processes import run_lock

ENDED = ("finished", "ended early")


def carry_out_sweep(name: str, variants: Sequence[Variant], runs_dir: Path) -> None:
    """Carry out a sweep, or go on with it, as a flow of its own; raises what `prepare` and `carry_out_each` do."""
    runs = prepare(variants, runs_dir)
    with prefect_server(runs[0]) as url:
        say(f"watch it in Prefect while it works: {url.removesuffix('/api')}")
        outlive(sweep_flow.with_options(flow_run_name=f"sweep {name}"), [str(paths.root) for paths in runs])


@flow(name="ssd-iter")
def sweep_flow(run_folders: list[str]) -> None:
    """The runs of a sweep."""
    carry_out_each([RunPaths(Path(folder)) for folder in run_folders])


def prepare(variants: Sequence[Variant], runs_dir: Path) -> list[RunPaths]:
    """Make the runs that are not there yet, all before the first is carried out: what is wrong is said at once.

    A run that is there may be asked for with more `rounds` now, or other operational fields. Raises `create_run`'s and
    `open_run`'s errors, and RunLockedError where another process works on one that is to change.
    """
    runs = []
    for variant in variants:
        paths = RunPaths(runs_dir.resolve() / variant.run_id)
        if not paths.resolved.exists():
            call_aside("flows.experiment:create_run", variant.config, variant.text, runs_dir, paths.run_id)
        elif paths.config.read_text(encoding="utf-8") != variant.text:
            with run_lock(paths.lock):
                open_run(paths, call_aside("flows.preflight:check", variant.config, runs_dir).config)
                write_text(paths.config, variant.text)
        runs.append(paths)
    return runs


def carry_out_each(runs: Sequence[RunPaths]) -> None:
    """Carry out, in order, what has not ended of each run; called in a flow.

    A run that fails does not stop the others: StageError names, at the end, those that did.
    """
    call_anew(run_flow)
    failed = {}
    for number, paths in enumerate(runs, 1):
        if run_state(paths) in ENDED:
            say(f"run {number} of {len(runs)}, {paths.run_id}: has ended already")
            continue
        say(f"run {number} of {len(runs)}, {paths.run_id}")
        try:
            with working_on(paths):
                outlive(run_flow.with_options(flow_run_name=paths.run_id), str(paths.root))
        except SsdIterError as error:
            say(str(error))
            failed[paths.run_id] = error
    if failed:
        told = "\n".join(f"  {run_id}: {error}" for run_id, error in failed.items())
        raise StageError(f"{len(failed)} of {len(runs)} runs did not end; the same sweep again goes on:\n{told}")
